package io.smartqueue.ultramsg.benchmarks;

/**
 * Both sides, one right after the other.
 *
 * @param oursFirst whose turn was first
 * @param ours what our side did
 * @param other what the other side did
 */
record Pair(boolean oursFirst, Slice ours, Slice other) {
    /** Ours divided by the other's. */
    double ratio(Measure measure) {
        return measure.of(ours) / measure.of(other);
    }
}
