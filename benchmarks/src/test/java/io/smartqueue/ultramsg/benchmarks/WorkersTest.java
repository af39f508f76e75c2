package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WorkersTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Workers workers = new Workers(3, ThreadKind.PLATFORM, Rhythm.inBurstsOf(10));

    @AfterEach
    void end() {
        workers.close();
    }

    @Test
    void countWhatAllCallersDid() throws Exception {
        LongAdder calls = new LongAdder();

        Slice slice = run(() -> {
            calls.increment();
            return calls;
        });

        assertThat(slice.operations()).isEqualTo(calls.sum()).isGreaterThanOrEqualTo(30);
        assertThat(slice.nanos()).isGreaterThanOrEqualTo(SHORT.toNanos());
    }

    @Test
    void areTheSameThreadsInEverySlice() throws Exception {
        Set<Thread> callers = ConcurrentHashMap.newKeySet();
        Operation operation = () -> callers.add(Thread.currentThread());

        run(operation);
        run(operation);

        assertThat(callers).hasSize(3);
    }

    @Test
    void countWhatWasAllocatedForThemByOtherThreads() throws Exception {
        try (Worker other = new Worker()) {
            Slice slice = run(() -> other.allocate(100_000));

            assertThat((double) slice.bytes() / slice.operations()).isBetween(100_000.0, 200_000.0);
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void areVirtualThreadsWhereTheJdkHasThem() throws Exception {
        try (Workers virtual = new Workers(3, ThreadKind.VIRTUAL, Rhythm.inBurstsOf(1))) {
            Set<String> kinds = ConcurrentHashMap.newKeySet();

            Slice slice = virtual.run(
                    new Side("ours", () -> {
                        kinds.add(Thread.currentThread().getClass().getSimpleName());
                        return new byte[100_000];
                    }),
                    SHORT);

            assertThat(kinds).containsExactly("VirtualThread");
            assertThat((double) slice.bytes() / slice.operations()).isBetween(100_000.0, 200_000.0);
        }
    }

    @Test
    void failWhenAnOperationFails() {
        AtomicInteger calls = new AtomicInteger();

        assertThatThrownBy(() -> run(() -> {
                    if (calls.incrementAndGet() == 20) {
                        throw new IllegalStateException("the twentieth");
                    }
                    return calls;
                }))
                .isInstanceOf(FailedOperation.class)
                .hasRootCauseMessage("the twentieth");
    }

    @Test
    void failWhenAnOperationHasNothingToShow() {
        assertThatThrownBy(() -> run(() -> null)).isInstanceOf(FailedOperation.class);
    }

    @Test
    void doNotCountALostReplyAsDone() throws Exception {
        AtomicInteger calls = new AtomicInteger();

        Slice slice = run(() -> {
            if (calls.incrementAndGet() % 2 == 0) {
                throw new LostReply("lost");
            }
            return calls;
        });

        assertThat(slice.operations() + slice.lostReplies()).isEqualTo(calls.get());
        assertThat(slice.lostReplies()).isEqualTo(calls.get() / 2);
    }

    @Test
    void keepAPaceAndMeasureHowLongEachOperationTook() throws Exception {
        try (Workers paced = new Workers(3, ThreadKind.PLATFORM, Rhythm.of(1000))) {
            LongAdder calls = new LongAdder();

            Slice slice = paced.run(
                    new Side("ours", () -> {
                        calls.increment();
                        return calls;
                    }),
                    SHORT);

            assertThat(slice.operations()).isEqualTo(calls.sum()).isEqualTo(20);
            assertThat(slice.latency().medianNanos()).isPositive();
            assertThat(slice.latency().p99Nanos())
                    .isGreaterThanOrEqualTo(slice.latency().medianNanos());
        }
    }

    @Test
    void countTheTimeThatAnOperationWaitedForTheOneBefore() throws Exception {
        try (Workers one = new Workers(1, ThreadKind.PLATFORM, Rhythm.of(1000))) {
            AtomicInteger calls = new AtomicInteger();
            long stall = Duration.ofMillis(100).toNanos();

            Slice slice = one.run(
                    new Side("ours", () -> {
                        long start = System.nanoTime();
                        while (calls.get() == 0 && System.nanoTime() - start < stall) {
                            Thread.onSpinWait();
                        }
                        return calls.incrementAndGet();
                    }),
                    SHORT);

            assertThat(slice.operations()).isEqualTo(20);
            assertThat(slice.latency().medianNanos())
                    .as("of those behind it, too")
                    .isGreaterThan(stall / 2);
        }
    }

    @Test
    void measureNoLatencyWithoutAPace() throws Exception {
        assertThat(run(() -> "done").latency()).isEqualTo(Latency.NOT_MEASURED);
    }

    private Slice run(Operation operation) throws InterruptedException {
        return workers.run(new Side("ours", operation), SHORT);
    }
}
