package io.smartqueue.ultramsg.usage;

import java.time.LocalDate;
import java.util.Objects;
import java.util.Set;

/**
 * An organization's day.
 *
 * @param day in the organization's time zone
 * @param counts what was counted on it
 * @param riskActions what was done on it because many messages failed, see {@link RiskRule}
 */
public record UsageDay(LocalDate day, UsageCounts counts, Set<RiskAction> riskActions) {
    public UsageDay {
        Objects.requireNonNull(day, "day");
        Objects.requireNonNull(counts, "counts");
        riskActions = Set.copyOf(riskActions);
    }

    /**
     * Returns a day on which nothing was done about risks.
     *
     * @param day in the organization's time zone
     * @param counts what was counted on it
     * @return the day
     */
    public static UsageDay of(LocalDate day, UsageCounts counts) {
        return new UsageDay(day, counts, Set.of());
    }

    /**
     * Returns this day with more.
     *
     * @param more what was counted on it elsewhere
     * @return the sum
     */
    public UsageDay plus(UsageCounts more) {
        return new UsageDay(day, counts.plus(more), riskActions);
    }
}
