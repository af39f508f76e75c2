package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.Aim.Verdict;
import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What came of one comparison.
 *
 * @param name of the comparison
 * @param threads how many callers each side had
 * @param ours medians of our side
 * @param other medians of the other side
 * @param throughput ratios, ours to the other's
 * @param cpu ratios; null where the other side used too little to tell
 * @param allocation ratios; null where the other side allocated nothing to speak of
 * @param median ratios of latencies; null without a pace
 * @param p99 ratios of latencies; null without a pace
 * @param aims what we aimed at and whether it was met
 * @param pairs all that was measured
 */
record Result(
        String name,
        int threads,
        SideResult ours,
        SideResult other,
        Interval throughput,
        @Nullable Interval cpu,
        @Nullable Interval allocation,
        @Nullable Interval median,
        @Nullable Interval p99,
        List<JudgedAim> aims,
        List<Pair> pairs) {

    /**
     * One side's medians, over slices.
     *
     * @param name of the side
     * @param operations in all slices together
     * @param lostReplies in all slices together, see {@link LostReply}
     * @param operationsPerSecond of all callers together
     * @param cpuNanosPerOperation of this process
     * @param bytesPerOperation allocated in this process
     * @param medianNanos that half of the operations of a slice took at most; 0 without a pace
     * @param p99Nanos that 99 of 100 took at most; 0 without a pace
     */
    record SideResult(
            String name,
            long operations,
            long lostReplies,
            double operationsPerSecond,
            double cpuNanosPerOperation,
            double bytesPerOperation,
            double medianNanos,
            double p99Nanos) {

        static SideResult of(Side side, List<Slice> slices) {
            return new SideResult(
                    side.name(),
                    slices.stream().mapToLong(Slice::operations).sum(),
                    slices.stream().mapToLong(Slice::lostReplies).sum(),
                    median(slices, Measure.THROUGHPUT),
                    median(slices, Measure.CPU),
                    median(slices, Measure.ALLOCATION),
                    median(slices, Measure.MEDIAN),
                    median(slices, Measure.P99));
        }

        private static double median(List<Slice> slices, Measure measure) {
            return Interval.ofMedian(slices.stream().mapToDouble(measure::of).toArray())
                    .median();
        }
    }

    /**
     * An aim and what became of it.
     *
     * @param aim in words
     * @param verdict computed from the interval
     */
    record JudgedAim(String aim, Verdict verdict) {}

    static Result of(String name, Comparison comparison, List<Pair> pairs) {
        Map<Measure, Interval> ratios = new EnumMap<>(Measure.class);
        for (Measure measure : Measure.values()) {
            if (pairs.stream().allMatch(pair -> measure.of(pair.other()) >= measure.least())) {
                ratios.put(measure, ratios(pairs, measure));
            }
        }
        return new Result(
                name,
                comparison.threads(),
                SideResult.of(comparison.ours(), slices(pairs, Pair::ours)),
                SideResult.of(comparison.other(), slices(pairs, Pair::other)),
                ratios(pairs, Measure.THROUGHPUT),
                ratios.get(Measure.CPU),
                ratios.get(Measure.ALLOCATION),
                ratios.get(Measure.MEDIAN),
                ratios.get(Measure.P99),
                comparison.aims().stream()
                        .map(aim -> judged(aim, ratios.get(aim.measure())))
                        .toList(),
                pairs);
    }

    private static JudgedAim judged(Aim aim, @Nullable Interval interval) {
        return new JudgedAim(aim.toString(), interval == null ? Verdict.OPEN : aim.judge(interval));
    }

    private static List<Slice> slices(List<Pair> pairs, Function<Pair, Slice> side) {
        return pairs.stream().map(side).toList();
    }

    private static Interval ratios(List<Pair> pairs, Measure measure) {
        return Interval.ofMedian(
                pairs.stream().mapToDouble(pair -> pair.ratio(measure)).toArray());
    }
}
