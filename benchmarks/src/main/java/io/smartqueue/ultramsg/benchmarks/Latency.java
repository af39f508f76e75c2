package io.smartqueue.ultramsg.benchmarks;

import java.util.Arrays;

/**
 * How long operations took.
 *
 * @param medianNanos half of them took so long or less
 * @param p99Nanos 99 of 100 took so long or less
 */
record Latency(long medianNanos, long p99Nanos) {
    static final Latency NOT_MEASURED = new Latency(0, 0);

    static Latency of(long... nanos) {
        if (nanos.length == 0) {
            return NOT_MEASURED;
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Latency(ranked(sorted, 0.5), ranked(sorted, 0.99));
    }

    /** The longest of all; 0 if there is none. */
    static long longest(long... nanos) {
        return Arrays.stream(nanos).max().orElse(0);
    }

    private static long ranked(long[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
