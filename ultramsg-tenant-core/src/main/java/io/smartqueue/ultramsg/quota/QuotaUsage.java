package io.smartqueue.ultramsg.quota;

import java.time.Instant;
import java.util.Objects;

/**
 * How much of a day's limit is used up.
 *
 * @param used messages reserved today and not given back, 0 or more
 * @param limit how many messages the day takes, 0 or more
 * @param resetsAt when the organization's next day starts
 */
public record QuotaUsage(int used, int limit, Instant resetsAt) {
    public QuotaUsage {
        Objects.requireNonNull(resetsAt, "resetsAt");
    }

    /**
     * Returns how many messages still fit into the day.
     *
     * @return 0 or more, also when the limit was lowered below what is used
     */
    public int remaining() {
        return Math.max(0, limit - used);
    }

    /**
     * Tells whether the day is full.
     *
     * @return true if nothing more fits
     */
    public boolean isExhausted() {
        return remaining() == 0;
    }
}
