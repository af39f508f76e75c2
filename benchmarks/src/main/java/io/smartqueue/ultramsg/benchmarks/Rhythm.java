package io.smartqueue.ultramsg.benchmarks;

/**
 * When callers do their next operation.
 *
 * @param burst operations between two looks at the clock: more than one where the look would cost as much as they do
 * @param perSecond operations a second, of all callers together; 0 for as many as they can
 */
record Rhythm(int burst, int perSecond) {
    /** As fast as they can, which measures throughput. */
    static Rhythm inBurstsOf(int burst) {
        return new Rhythm(burst, 0);
    }

    /**
     * At even distances, whatever became of the operation before, which measures latency: what waits for a caller that is late
     * has waited, too.
     */
    static Rhythm of(int perSecond) {
        return new Rhythm(1, perSecond);
    }

    boolean isPaced() {
        return perSecond > 0;
    }

    /** How long after the start the n-th operation of one of so many callers is due. */
    long dueNanos(int caller, int callers, long n) {
        return (caller + n * callers) * 1_000_000_000L / perSecond;
    }
}
