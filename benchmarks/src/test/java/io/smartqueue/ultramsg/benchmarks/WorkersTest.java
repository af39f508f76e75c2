package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WorkersTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Workers workers = new Workers(3, 10);

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

    private Slice run(Operation operation) throws InterruptedException {
        return workers.run(new Side("ours", operation), SHORT);
    }
}
