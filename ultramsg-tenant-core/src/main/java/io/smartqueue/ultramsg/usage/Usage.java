package io.smartqueue.ultramsg.usage;

import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.quota.QuotaStore;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells what organizations have sent and received, by day, for bills, dashboards and alarms.
 *
 * <pre>{@code
 * UsageReport november = whatsApp.usage().report(acme, LocalDate.of(2026, 11, 1), LocalDate.of(2026, 11, 30));
 * long delivered = november.total().count(UsageMeasure.DELIVERED);
 * Duration usual = november.total().latencies().percentile(50);
 * }</pre>
 *
 * <p>A day is that of the organization's time zone. Each node counts in memory and writes down what it has counted every half minute
 * and when its manager is closed: a node that is killed takes with it what it has counted since. What an ambiguous answer of the store
 * left open is written again, and may be there twice then. For what has to be exact there is the {@linkplain
 * io.smartqueue.ultramsg.quota.QuotaStore daily limit}.
 *
 * <p>Thread-safe. All methods block for the store's time alone, and throw {@link io.smartqueue.ultramsg.error.StorageException} if it
 * cannot answer.
 */
public final class Usage {
    private static final long MOST_DAYS = 3_660;

    private final UsageStore store;
    private final QuotaStore quotas;
    private final Function<OrganizationId, Optional<UsageDay>> today;

    /**
     * Made by the manager, which has one: {@code UltraMessageInstanceManager.usage()}.
     *
     * @param store what all nodes have written down
     * @param quotas how much of a day's limit is used up
     * @param today an organization's day, with what this node has not written down; empty if there is no such organization
     */
    public Usage(UsageStore store, QuotaStore quotas, Function<OrganizationId, Optional<UsageDay>> today) {
        this.store = store;
        this.quotas = quotas;
        this.today = today;
    }

    /**
     * Reads an organization's days, as all nodes have written them down.
     *
     * @param organization whose
     * @param from the first day, in the organization's time zone
     * @param to the last day, not before the first, and ten years after it at most
     * @return all of these days; without anything if there is no such organization
     * @throws IllegalArgumentException if the days are out of range
     */
    public UsageReport report(OrganizationId organization, LocalDate from, LocalDate to) {
        Objects.requireNonNull(organization, "organization");
        requireInOrder(from, to);
        Map<LocalDate, UsageDay> found = store.find(organization, from, to).stream()
                .collect(Collectors.toMap(UsageDay::day, Function.identity()));
        return new UsageReport(
                organization,
                from.datesUntil(to.plusDays(1))
                        .map(day -> found.getOrDefault(day, UsageDay.of(day, UsageCounts.NONE)))
                        .toList());
    }

    /**
     * Reads an organization's day so far: what all nodes have written down, what this one has not yet, and how much of the limit is
     * used up, which is exact.
     *
     * @param organization whose
     * @return the day; empty if there is no such organization
     */
    public Optional<UsageToday> today(OrganizationId organization) {
        Objects.requireNonNull(organization, "organization");
        return today.apply(organization)
                .flatMap(day -> quotas.usage(organization).map(quota -> new UsageToday(day, quota)));
    }

    /**
     * Finds the organizations that have the most of something, as all nodes have written it down.
     *
     * @param operator who asks; it crosses organizations, so no member of one may
     * @param from the first day, each organization's own
     * @param to the last day, not before the first, and ten years after it at most
     * @param measure of what
     * @param most how many organizations, 1 or more
     * @return the one with the most first; none without any
     * @throws IllegalArgumentException if something is out of range
     */
    public List<UsageRank> top(Actor.Operator operator, LocalDate from, LocalDate to, UsageMeasure measure, int most) {
        Objects.requireNonNull(operator, "operator");
        Objects.requireNonNull(measure, "measure");
        requireInOrder(from, to);
        return store.top(from, to, measure, most);
    }

    private static void requireInOrder(LocalDate from, LocalDate to) {
        long days = ChronoUnit.DAYS.between(from, to);
        if (days < 0 || days > MOST_DAYS) {
            throw new IllegalArgumentException(
                    "from " + from + " to " + to + " is " + days + " days, it must be 0 to " + MOST_DAYS);
        }
    }
}
