package io.smartqueue.ultramsg.usage;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.List;
import java.util.Objects;

/**
 * What an organization has sent and received over some days.
 *
 * @param organization whose
 * @param days each day of the time that was asked for, the first one first, also those without anything
 */
public record UsageReport(OrganizationId organization, List<UsageDay> days) {
    public UsageReport {
        Objects.requireNonNull(organization, "organization");
        days = List.copyOf(days);
    }

    /**
     * Returns the sum over all days; percentiles of its latencies are those of all of their sends. Adds up anew with each call.
     *
     * @return the sum
     */
    public UsageCounts total() {
        return UsageCounts.sum(days.stream().map(UsageDay::counts).toList());
    }
}
