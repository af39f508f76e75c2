package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PairedMeasurementTest {
    private static final Plan PLAN = new Plan(20, 1, 0.003, 1);
    private static final Operation NOTHING_MUCH = () -> "done";

    @Test
    void letsEitherSideBegin() throws Exception {
        List<Pair> pairs = measure(NOTHING_MUCH, NOTHING_MUCH);

        assertThat(pairs).hasSize(20);
        assertThat(pairs).extracting(Pair::oursFirst).contains(true, false);
    }

    @Test
    void disturbsOnlyTheSideThatIsToBeDisturbed() throws Exception {
        AtomicBoolean on = new AtomicBoolean();
        Disturbance disturbance = new Disturbance() {
            @Override
            public void begin() {
                on.set(true);
            }

            @Override
            public void end() {
                on.set(false);
            }
        };
        Operation disturbed = () -> requireEqual(on.get(), true);
        Operation undisturbed = () -> requireEqual(on.get(), false);
        Comparison comparison = comparison(disturbed, undisturbed)
                .disturbedBy(disturbance)
                .perSecond(1000)
                .aimingAt(Aim.p99AtMost(1000));

        List<Pair> pairs = new PairedMeasurement(comparison, PLAN).run();

        Result result = Result.of("apart", comparison, pairs);
        assertThat(result.median()).isNotNull();
        assertThat(result.p99()).isNotNull();
        assertThat(result.ours().p99Nanos())
                .isGreaterThanOrEqualTo(result.ours().medianNanos());
        assertThat(result.aims()).extracting(Result.JudgedAim::aim).containsExactly("p99 ≤ 1000.00");
    }

    private static Object requireEqual(boolean actual, boolean expected) {
        if (actual != expected) {
            throw new IllegalStateException("disturbed: " + actual);
        }
        return "done";
    }

    @Test
    void dividesOursByTheOthers() throws Exception {
        List<Pair> pairs = measure(() -> new byte[20_000], () -> new byte[10_000]);

        Result result = Result.of("bytes", comparison(NOTHING_MUCH, NOTHING_MUCH), pairs);

        assertThat(result.allocation()).isNotNull();
        assertThat(result.allocation().median()).isBetween(1.8, 2.2);
    }

    @Test
    void failsWhenTooManyRepliesWereLost() {
        AtomicInteger calls = new AtomicInteger();
        Operation losing = () -> {
            if (calls.incrementAndGet() % 100 == 0) {
                throw new LostReply("lost");
            }
            return calls;
        };

        assertThatThrownBy(() -> measure(NOTHING_MUCH, losing))
                .isInstanceOf(FailedOperation.class)
                .hasMessageContaining("the other");
    }

    @Test
    void givesTheSidesTheirOwnPlaces() {
        Slice fast = new Slice(200, 0, 1_000_000_000, 2_000, 1_000, Latency.NOT_MEASURED);
        Slice slow = new Slice(100, 0, 1_000_000_000, 2_000, 1_000, Latency.NOT_MEASURED);
        List<Pair> pairs = IntStream.range(0, 6)
                .mapToObj(i -> new Pair(i % 2 == 0, slow, fast))
                .toList();

        Result result = Result.of(
                "halved",
                comparison(NOTHING_MUCH, NOTHING_MUCH).aimingAt(Aim.throughputAtLeast(0.9), Aim.allocationAtMost(2)),
                pairs);

        assertThat(result.throughput()).isEqualTo(new Interval(0.5, 0.5, 0.5, 0.96875));
        assertThat(result.p99()).as("no pace, no latency").isNull();
        assertThat(result.cpu()).extracting(Interval::median).isEqualTo(2.0);
        assertThat(result.ours().operationsPerSecond()).isEqualTo(100);
        assertThat(result.other().operationsPerSecond()).isEqualTo(200);
        assertThat(result.aims())
                .containsExactly(
                        new Result.JudgedAim("throughput ≥ 0.90", Aim.Verdict.MISSED),
                        new Result.JudgedAim("allocation ≤ 2.00", Aim.Verdict.MET));
    }

    private static List<Pair> measure(Operation ours, Operation other) throws InterruptedException {
        return new PairedMeasurement(comparison(ours, other), PLAN).run();
    }

    private static Comparison comparison(Operation ours, Operation other) {
        return Comparison.of("ours", ours, "the other", other).threads(2);
    }
}
