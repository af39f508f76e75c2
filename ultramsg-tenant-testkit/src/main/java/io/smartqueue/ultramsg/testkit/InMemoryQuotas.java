package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import io.smartqueue.ultramsg.quota.QuotaDecision;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.quota.QuotaUsage;
import io.smartqueue.ultramsg.quota.Reservation;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Daily limits in memory. Thread-safe: each organization's day is exchanged as a whole, or again if somebody was quicker. */
final class InMemoryQuotas implements QuotaStore {
    private static final int MOST_DAYS_AHEAD = 2;

    private final InMemoryOrganizations organizations;
    private final Clock clock;
    private final ConcurrentMap<OrganizationId, Day> days = new ConcurrentHashMap<>();

    InMemoryQuotas(InMemoryOrganizations organizations, Clock clock) {
        this.organizations = organizations;
        this.clock = clock;
    }

    @Override
    public QuotaDecision reserve(OrganizationId organization) {
        Optional<ConfigDraft> config = organizations.find(organization);
        if (config.isEmpty()) {
            return new QuotaDecision.NoOrganization();
        }
        while (true) {
            @Nullable Day last = days.get(organization);
            Day today = today(last, config.get());
            QuotaUsage before = usage(today, config.get());
            if (before.isExhausted()) {
                return new QuotaDecision.Exhausted(before.limit(), before.resetsAt());
            }
            if (isExchanged(organization, last, new Day(today.date(), today.used() + 1))) {
                return new QuotaDecision.Reserved(
                        new Reservation(organization, today.date()), before.remaining() - 1, before.resetsAt());
            }
        }
    }

    private boolean isExchanged(OrganizationId organization, @Nullable Day last, Day next) {
        return last == null ? days.putIfAbsent(organization, next) == null : days.replace(organization, last, next);
    }

    @Override
    public void refund(Reservation reservation) {
        days.computeIfPresent(
                reservation.organization(),
                (organization, day) ->
                        day.date().equals(reservation.day()) ? new Day(day.date(), Math.max(0, day.used() - 1)) : day);
    }

    @Override
    public Optional<QuotaUsage> usage(OrganizationId organization) {
        return organizations.find(organization).map(config -> usage(today(days.get(organization), config), config));
    }

    /** The day that counts now: it never goes back by a day or two, as a clock or a zone that is set back would have it. */
    private Day today(@Nullable Day last, ConfigDraft config) {
        LocalDate date = LocalDate.ofInstant(clock.instant(), zone(config));
        if (last == null || last.date().isBefore(date)) {
            return new Day(date, 0);
        }
        return last.date().isAfter(date.plusDays(MOST_DAYS_AHEAD)) ? new Day(date, last.used()) : last;
    }

    private static QuotaUsage usage(Day day, ConfigDraft config) {
        Instant resetsAt = day.date().plusDays(1).atStartOfDay(zone(config)).toInstant();
        return new QuotaUsage(day.used(), config.dailyLimit().orElse(UltraMessageConfig.DEFAULT_DAILY_LIMIT), resetsAt);
    }

    private static ZoneId zone(ConfigDraft config) {
        return ZoneId.of(config.timeZone().filter(zone -> !zone.isBlank()).orElse("UTC"));
    }

    private record Day(LocalDate date, int used) {}
}
