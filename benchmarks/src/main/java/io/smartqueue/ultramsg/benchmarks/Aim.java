package io.smartqueue.ultramsg.benchmarks;

import java.util.Locale;

/**
 * What a ratio of ours to the other's should be.
 *
 * @param measure of what
 * @param bound on which side
 * @param ratio of what
 */
record Aim(Measure measure, Bound bound, double ratio) {
    enum Bound {
        AT_LEAST,
        AT_MOST
    }

    enum Verdict {
        /** The whole interval is where it should be. */
        MET,
        /** The whole interval is where it should not be. */
        MISSED,
        /** The interval lies on both sides, or there are too few pairs for one. */
        OPEN
    }

    static Aim throughputAtLeast(double ratio) {
        return new Aim(Measure.THROUGHPUT, Bound.AT_LEAST, ratio);
    }

    static Aim allocationAtMost(double ratio) {
        return new Aim(Measure.ALLOCATION, Bound.AT_MOST, ratio);
    }

    static Aim cpuAtMost(double ratio) {
        return new Aim(Measure.CPU, Bound.AT_MOST, ratio);
    }

    static Aim p99AtMost(double ratio) {
        return new Aim(Measure.P99, Bound.AT_MOST, ratio);
    }

    Verdict judge(Interval interval) {
        if (interval.confidence() < Interval.WANTED) {
            return Verdict.OPEN;
        }
        boolean atLeast = bound == Bound.AT_LEAST;
        if (atLeast ? interval.low() >= ratio : interval.high() <= ratio) {
            return Verdict.MET;
        }
        return (atLeast ? interval.high() < ratio : interval.low() > ratio) ? Verdict.MISSED : Verdict.OPEN;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s %s %.2f",
                measure.name().toLowerCase(Locale.ROOT),
                bound == Bound.AT_LEAST ? "≥" : "≤",
                ratio);
    }
}
