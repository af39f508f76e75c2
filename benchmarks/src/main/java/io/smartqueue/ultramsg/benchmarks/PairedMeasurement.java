package io.smartqueue.ultramsg.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Runs the two sides of a comparison in turns, so that whatever else the machine does meets both. Who begins is drawn for
 * each pair, so that what one side leaves behind, garbage or a checkpoint due, is not always paid by the other.
 */
final class PairedMeasurement {
    private static final long TOLERATED_IN_EACH_LOST_REPLY = 1000;

    private final Comparison comparison;
    private final Plan plan;
    private final Random random;

    PairedMeasurement(Comparison comparison, Plan plan) {
        this.comparison = comparison;
        this.plan = plan;
        this.random = new Random(plan.seed());
    }

    List<Pair> run() throws InterruptedException {
        try (Workers workers = new Workers(comparison.threads(), comparison.threadKind(), comparison.rhythm())) {
            run(workers, plan.warmUpPairs());
            List<Pair> pairs = run(workers, plan.pairs());
            requireFewLost(comparison.ours(), pairs.stream().map(Pair::ours).toList());
            requireFewLost(comparison.other(), pairs.stream().map(Pair::other).toList());
            return pairs;
        }
    }

    private List<Pair> run(Workers workers, int count) throws InterruptedException {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(pair(workers));
        }
        return pairs;
    }

    private Pair pair(Workers workers) throws InterruptedException {
        boolean oursFirst = random.nextBoolean();
        Slice first = oursFirst ? ours(workers) : other(workers);
        Slice second = oursFirst ? other(workers) : ours(workers);
        return oursFirst ? new Pair(true, first, second) : new Pair(false, second, first);
    }

    private Slice ours(Workers workers) throws InterruptedException {
        return turn(workers, comparison.ours(), comparison.other());
    }

    private Slice other(Workers workers) throws InterruptedException {
        return turn(workers, comparison.other(), comparison.ours());
    }

    private Slice turn(Workers workers, Side side, Side waiting) throws InterruptedException {
        waiting.disturbance().end();
        side.disturbance().begin();
        return workers.run(side, plan.slice());
    }

    private static void requireFewLost(Side side, List<Slice> slices) {
        long operations = slices.stream().mapToLong(Slice::operations).sum();
        long lost = slices.stream().mapToLong(Slice::lostReplies).sum();
        if (lost * TOLERATED_IN_EACH_LOST_REPLY > operations) {
            throw new FailedOperation(
                    side, new IllegalStateException(lost + " replies were lost in " + operations + " operations"));
        }
    }
}
