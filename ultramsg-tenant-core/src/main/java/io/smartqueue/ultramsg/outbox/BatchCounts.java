package io.smartqueue.ultramsg.outbox;

import java.util.stream.LongStream;

/**
 * How many messages of a batch are where. A message is in one of the first six places at any time, so they add up to {@link #total}; the
 * others tell how far those have come that are accepted.
 *
 * @param queued wait for their turn, are being sent, or may have been sent and are being looked for
 * @param accepted UltraMsg took
 * @param rejected were refused for good, for reasons of their own; see {@link Batch#retryRejected}
 * @param unknown may have been sent, and were looked for in vain for a day; they are not sent again
 * @param expired were of no use any more when their turn came
 * @param cancelled were cancelled before they were sent
 * @param delivered of those accepted, are on the recipient's device
 * @param read of those delivered, were shown to the recipient
 * @param failed of those accepted, UltraMsg gave up: it could not send them, the number is not on WhatsApp, or they waited at UltraMsg for
 *     more than a day
 */
public record BatchCounts(
        long queued,
        long accepted,
        long rejected,
        long unknown,
        long expired,
        long cancelled,
        long delivered,
        long read,
        long failed) {
    /** None at all. */
    public static final BatchCounts NONE = new BatchCounts(0, 0, 0, 0, 0, 0);

    /**
     * Checks the counts.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public BatchCounts {
        if (LongStream.of(queued, accepted, rejected, unknown, expired, cancelled, delivered, read, failed)
                .anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("a count is negative");
        }
    }

    /**
     * Counts messages of which UltraMsg has told nothing yet.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public BatchCounts(long queued, long accepted, long rejected, long unknown, long expired, long cancelled) {
        this(queued, accepted, rejected, unknown, expired, cancelled, 0, 0, 0);
    }

    /**
     * Returns how many messages the batch has.
     *
     * @return their sum
     */
    public long total() {
        return queued + settled();
    }

    /**
     * Returns how many messages nothing will happen to any more.
     *
     * @return all that are not queued
     */
    public long settled() {
        return accepted + rejected + unknown + expired + cancelled;
    }
}
