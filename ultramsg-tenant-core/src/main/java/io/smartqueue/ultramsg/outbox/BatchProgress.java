package io.smartqueue.ultramsg.outbox;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;

/**
 * How far a batch is. Immutable and thread-safe.
 *
 * @param counts how many messages are where
 * @param state what has been decided about the batch
 * @param estimatedEnd when the last message will have been sent, by the pace and the organization's daily limit alone: as if nothing
 *     else were queued and the instance worked; null if nothing waits, the batch or the organization is paused, or the limit is 0
 */
public record BatchProgress(
        BatchCounts counts, BatchState state, @Nullable Instant estimatedEnd) {
    public BatchProgress {
        Objects.requireNonNull(counts, "counts");
        Objects.requireNonNull(state, "state");
    }

    /**
     * Tells whether all messages are settled. More may be added to an open batch after that.
     *
     * @return true if none waits, is being sent or is being looked for
     */
    public boolean isDone() {
        return counts.queued() == 0;
    }

    /**
     * Returns how much of the batch is settled.
     *
     * @return 0 to 1; 1 for an empty batch
     */
    public double fraction() {
        return counts.total() == 0 ? 1 : (double) counts.settled() / counts.total();
    }
}
