package io.smartqueue.ultramsg.benchmarks;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The callers: the same threads for both sides, kept from the first slice to the last. */
final class Workers implements AutoCloseable {
    private final ExecutorService threads;
    private final int count;
    private final int burst;

    Workers(int count, int burst) {
        this.threads = Executors.newFixedThreadPool(count);
        this.count = count;
        this.burst = burst;
    }

    /**
     * Has all callers repeat an operation for so long.
     *
     * @throws FailedOperation if one of them failed
     */
    Slice run(Side side, Duration length) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(count);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Tally>> tallies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tallies.add(threads.submit(() -> {
                ready.countDown();
                go.await();
                return new Tally().repeat(side.operation(), burst, length.toNanos());
            }));
        }
        ready.await();
        Consumption before = Consumption.now();
        long start = System.nanoTime();
        go.countDown();
        Tally sum = sum(side, tallies);
        long nanos = System.nanoTime() - start;
        Consumption after = Consumption.now();
        return new Slice(sum.done, sum.lost, nanos, after.cpuNanosSince(before), after.bytesSince(before));
    }

    private static Tally sum(Side side, List<Future<Tally>> tallies) throws InterruptedException {
        Tally sum = new Tally();
        for (Future<Tally> tally : tallies) {
            try {
                sum.done += tally.get().done;
                sum.lost += tally.get().lost;
            } catch (ExecutionException e) {
                throw new FailedOperation(side, e.getCause());
            }
        }
        return sum;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** One caller's count. */
    private static final class Tally {
        private long done;
        private long lost;
        private @Nullable Object last;

        Tally repeat(Operation operation, int burst, long nanos) throws Exception {
            long start = System.nanoTime();
            do {
                for (int i = 0; i < burst; i++) {
                    once(operation);
                }
            } while (System.nanoTime() - start < nanos);
            return this;
        }

        private void once(Operation operation) throws Exception {
            try {
                last = Objects.requireNonNull(operation.run(), "what came of it");
                done++;
            } catch (LostReply e) {
                lost++;
            }
        }
    }
}
