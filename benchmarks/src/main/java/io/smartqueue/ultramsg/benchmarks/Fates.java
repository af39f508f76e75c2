package io.smartqueue.ultramsg.benchmarks;

import java.util.concurrent.TimeUnit;

/** What became of the messages of one tenant in trouble. Thread-safe. */
final class Fates {
    /** Whoever is told so soon holds no worker up. */
    static final long AT_ONCE_MILLIS = 100;

    private int messages;
    private int ended;
    private int atOnce;
    private int rejected;
    private int unknown;
    private int failed;
    private long nanos;
    private long longestNanos;

    /** How a message may end. */
    enum Fate {
        TAKEN,
        /** The caller is told that it was not sent, and may send it again. */
        REJECTED,
        /** The caller is told that it may have been sent. */
        UNKNOWN,
        /** Anything else that is thrown at the caller, who has to find out himself. */
        FAILED
    }

    synchronized void began() {
        messages++;
    }

    synchronized void ended(Fate fate, long nanos) {
        ended++;
        switch (fate) {
            case REJECTED -> rejected++;
            case UNKNOWN -> unknown++;
            case FAILED -> failed++;
            case TAKEN -> {}
        }
        if (nanos < TimeUnit.MILLISECONDS.toNanos(AT_ONCE_MILLIS)) {
            atOnce++;
        }
        this.nanos += nanos;
        longestNanos = Math.max(longestNanos, nanos);
    }

    /** What there is to tell so far. */
    synchronized Told told() {
        return new Told(
                messages,
                ended,
                atOnce,
                rejected,
                unknown,
                failed,
                ended == 0 ? 0 : nanos / 1e9 / ended,
                longestNanos / 1e9);
    }

    /**
     * What became of them.
     *
     * @param messages that a worker has begun to send
     * @param ended of which so many had an end
     * @param atOnce of which so many had it within {@value #AT_ONCE_MILLIS} ms
     * @param rejected of all
     * @param unknown of all
     * @param failed of all
     * @param meanSeconds that a worker was held by one that had an end
     * @param longestSeconds that a worker was held by one that had an end
     */
    record Told(
            int messages,
            int ended,
            int atOnce,
            int rejected,
            int unknown,
            int failed,
            double meanSeconds,
            double longestSeconds) {
        String line() {
            return messages + "," + ended + "," + atOnce + "," + rejected + "," + unknown + "," + failed + ","
                    + meanSeconds + "," + longestSeconds;
        }

        static Told parse(String line) {
            String[] parts = line.split(",");
            return new Told(
                    Integer.parseInt(parts[0]),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]),
                    Integer.parseInt(parts[3]),
                    Integer.parseInt(parts[4]),
                    Integer.parseInt(parts[5]),
                    Double.parseDouble(parts[6]),
                    Double.parseDouble(parts[7]));
        }
    }
}
