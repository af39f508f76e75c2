package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class WorkerPoolTest {
    private static final int MESSAGES = 40;
    private static final int PER_SECOND = 1_000;

    @Test
    void tellsOfThoseMessagesThatAreCounted() {
        AtomicInteger sent = new AtomicInteger();
        try (WorkerPool pool = new WorkerPool(4)) {
            PoolTurn turn = pool.run(
                    message -> sent.addAndGet(isEven(message) ? 1 : 0), WorkerPoolTest::isEven, MESSAGES, PER_SECOND);

            assertThat(turn.taken()).isEqualTo(sent.get());
            assertThat(turn.taken() + turn.leftOver()).isEqualTo(MESSAGES / 2);
            assertThat(turn.failed()).isZero();
            assertThat(turn.seconds()).isEqualTo(0.04);
            assertThat(turn.latency().p99Nanos())
                    .isGreaterThanOrEqualTo(turn.latency().medianNanos())
                    .isPositive();
        }
    }

    private static boolean isEven(int message) {
        return message % 2 == 0;
    }

    @Test
    void countsOneThatFailsAsNotTaken() {
        try (WorkerPool pool = new WorkerPool(4)) {
            PoolTurn turn = pool.run(
                    message -> {
                        throw new IllegalStateException("the stub is gone");
                    },
                    WorkerPoolTest::isEven,
                    MESSAGES,
                    PER_SECOND);

            assertThat(turn.taken()).isZero();
            assertThat(turn.failed() + turn.leftOver()).isEqualTo(MESSAGES / 2);
        }
    }

    @Test
    void leavesOverWhatWaitsForAWorkerThatIsStuckUntilHeIsFree() {
        CountDownLatch answer = new CountDownLatch(1);
        WorkerPool.Sending sending = message -> {
            if (message == 0) {
                answer.await();
            }
        };
        try (WorkerPool pool = new WorkerPool(1)) {
            PoolTurn stuck = pool.run(sending, message -> message > 0, MESSAGES, PER_SECOND);
            PoolTurn stillStuck = pool.run(sending, message -> message > 0, MESSAGES, PER_SECOND);

            assertThat(stuck.taken()).isZero();
            assertThat(stuck.leftOver()).isEqualTo(MESSAGES - 1);
            assertThat(stuck.latency().medianNanos()).as("so far").isGreaterThanOrEqualTo(19_000_000);
            assertThat(stillStuck.leftOver()).isEqualTo(MESSAGES - 1);

            answer.countDown();
            PoolTurn free = stuck;
            while (free.taken() == 0) { // until the machine lets it begin in time
                free = pool.run(sending, message -> message > 0, MESSAGES, PER_SECOND);
            }
            assertThat(free.leftOver()).isLessThan(MESSAGES - 1);
        }
    }

    @Test
    void tellsOfATurnInALineThatIsReadAsItWas() {
        PoolTurn turn = new PoolTurn(582, 1, 2, 3.25, new Latency(300_000, 4_000_000));

        assertThat(PoolTurn.parse(turn.line())).isEqualTo(turn);
        assertThat(turn.perSecond()).isEqualTo(582 / 3.25);
    }
}
