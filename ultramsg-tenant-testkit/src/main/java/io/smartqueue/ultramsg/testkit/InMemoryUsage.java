package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.usage.RiskAction;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.usage.UsageRank;
import io.smartqueue.ultramsg.usage.UsageStore;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Organizations' days, in memory. Thread-safe: one lock for all, which is plenty for a test. */
final class InMemoryUsage implements UsageStore {
    private final InMemoryOrganizations organizations;
    private final Clock clock;
    private final Map<OrganizationId, NavigableMap<LocalDate, UsageDay>> days = new HashMap<>();
    private final Lock lock = new ReentrantLock();

    InMemoryUsage(InMemoryOrganizations organizations, Clock clock) {
        this.organizations = organizations;
        this.clock = clock;
    }

    @Override
    public Optional<UsageDay> add(OrganizationId organization, LocalDate day, UsageCounts counts) {
        return locked(() -> isThere(organization)
                ? Optional.of(days.computeIfAbsent(organization, key -> new TreeMap<>())
                        .merge(day, UsageDay.of(day, counts), (before, more) -> before.plus(more.counts())))
                : Optional.empty());
    }

    @Override
    public List<UsageDay> find(OrganizationId organization, LocalDate from, LocalDate to) {
        return locked(() -> isThere(organization)
                ? List.copyOf(within(days.get(organization), from, to).values())
                : List.of());
    }

    @Override
    public boolean noteRisk(OrganizationId organization, LocalDate day, RiskAction action) {
        return locked(() -> {
            NavigableMap<LocalDate, UsageDay> known = days.get(organization);
            UsageDay before = known == null ? null : known.get(day);
            if (known == null || before == null || before.riskActions().contains(action) || !isThere(organization)) {
                return false;
            }
            Set<RiskAction> actions = EnumSet.of(action);
            actions.addAll(before.riskActions());
            known.put(day, new UsageDay(day, before.counts(), actions));
            return true;
        });
    }

    @Override
    public List<UsageRank> top(LocalDate from, LocalDate to, UsageMeasure measure, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", it must be 1 or more");
        }
        return locked(() -> days.entrySet().stream()
                .filter(entry -> isThere(entry.getKey()))
                .map(entry -> new UsageRank(
                        entry.getKey(),
                        within(entry.getValue(), from, to).values().stream()
                                .mapToLong(day -> day.counts().count(measure))
                                .sum()))
                .filter(rank -> rank.count() > 0)
                .sorted(Comparator.comparingLong(UsageRank::count)
                        .reversed()
                        .thenComparing(rank -> rank.organization().value()))
                .limit(most)
                .toList());
    }

    @Override
    public int purge(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("age is " + olderThan + ", it must be zero or more");
        }
        return locked(() -> {
            LocalDate last = LocalDate.ofInstant(clock.instant().minus(olderThan), ZoneOffset.UTC);
            int before = size();
            days.values().forEach(each -> each.headMap(last, true).clear());
            return before - size();
        });
    }

    private int size() {
        return days.values().stream().mapToInt(Map::size).sum();
    }

    private boolean isThere(OrganizationId organization) {
        return organizations.find(organization).isPresent();
    }

    private static NavigableMap<LocalDate, UsageDay> within(
            @Nullable NavigableMap<LocalDate, UsageDay> days, LocalDate from, LocalDate to) {
        return days == null || from.isAfter(to) ? new TreeMap<>() : days.subMap(from, true, to, true);
    }

    private <R> R locked(Supplier<R> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
