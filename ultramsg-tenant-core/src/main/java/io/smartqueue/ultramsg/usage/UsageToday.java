package io.smartqueue.ultramsg.usage;

import io.smartqueue.ultramsg.quota.QuotaUsage;

import java.util.Objects;

/**
 * How an organization's day stands.
 *
 * @param day the day so far: what all nodes have written, and what this one has not yet
 * @param quota how much of the day's limit is used up
 */
public record UsageToday(UsageDay day, QuotaUsage quota) {
    public UsageToday {
        Objects.requireNonNull(day, "day");
        Objects.requireNonNull(quota, "quota");
    }
}
