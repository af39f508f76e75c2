package io.smartqueue.ultramsg.outbox;

/**
 * How many messages of a batch are where. A message is in one of the places at any time, so they add up to {@link #total}.
 *
 * @param queued wait for their turn, are being sent, or may have been sent and are being looked for
 * @param accepted UltraMsg took
 * @param rejected were refused for good, for reasons of their own; see {@link Batch#retryRejected}
 * @param unknown may have been sent, and were looked for in vain for a day; they are not sent again
 * @param expired were of no use any more when their turn came
 * @param cancelled were cancelled before they were sent
 */
public record BatchCounts(long queued, long accepted, long rejected, long unknown, long expired, long cancelled) {
    /** None at all. */
    public static final BatchCounts NONE = new BatchCounts(0, 0, 0, 0, 0, 0);

    /**
     * Checks the counts.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public BatchCounts {
        if (queued < 0 || accepted < 0 || rejected < 0 || unknown < 0 || expired < 0 || cancelled < 0) {
            throw new IllegalArgumentException("a count is negative");
        }
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
