package io.smartqueue.ultramsg.benchmarks;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** The callers: the same number of threads of the same kind for both sides. */
final class Workers implements AutoCloseable {
    private final ExecutorService threads;
    private final int count;
    private final Rhythm rhythm;

    Workers(int count, ThreadKind kind, Rhythm rhythm) {
        this.threads = kind.callers(count);
        this.count = count;
        this.rhythm = rhythm;
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
            int caller = i;
            tallies.add(threads.submit(() -> {
                ready.countDown();
                go.await();
                Tally tally = new Tally();
                if (rhythm.isPaced()) {
                    tally.keepPace(side.operation(), rhythm, caller, count, length.toNanos());
                } else {
                    tally.repeat(side.operation(), rhythm.burst(), length.toNanos());
                }
                return tally;
            }));
        }
        ready.await();
        Consumption before = Consumption.now();
        long start = System.nanoTime();
        go.countDown();
        Tally sum = sum(side, tallies);
        long nanos = System.nanoTime() - start;
        Consumption after = Consumption.now();
        return new Slice(
                sum.done, sum.lost, nanos, after.cpuNanosSince(before), after.bytesSince(before), sum.latency());
    }

    private static Tally sum(Side side, List<Future<Tally>> tallies) throws InterruptedException {
        Tally sum = new Tally();
        for (Future<Tally> tally : tallies) {
            try {
                sum.add(tally.get());
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
        private final List<Long> latencies = new ArrayList<>();

        @SuppressWarnings("unused") // kept, so that no compiler leaves out what nobody looks at
        private @Nullable Object last;

        void repeat(Operation operation, int burst, long nanos) throws Exception {
            long start = System.nanoTime();
            do {
                for (int i = 0; i < burst; i++) {
                    once(operation);
                }
            } while (System.nanoTime() - start < nanos);
        }

        void keepPace(Operation operation, Rhythm rhythm, int caller, int callers, long nanos) throws Exception {
            long start = System.nanoTime();
            long due = rhythm.dueNanos(caller, callers, 0);
            for (long n = 1; due < nanos; n++) {
                awaitTurn(start + due);
                once(operation);
                latencies.add(System.nanoTime() - start - due);
                due = rhythm.dueNanos(caller, callers, n);
            }
        }

        private static void awaitTurn(long nanoTime) {
            for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        void add(Tally other) {
            done += other.done;
            lost += other.lost;
            latencies.addAll(other.latencies);
        }

        Latency latency() {
            return Latency.of(latencies.stream().mapToLong(Long::longValue).toArray());
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
