package io.smartqueue.ultramsg.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The pool that a host has: so many threads send the messages of all tenants, one after the other as they come due. Whichever is free takes the
 * next, so that a thread that waits for one tenant is missing to all others, in this turn and in the next.
 *
 * <p>What a turn leaves over is given up at its end, or a pool that is stuck would owe more with each turn. That is to its favour.
 */
final class WorkerPool implements AutoCloseable {
    /** Threads come out of their sleep, and that is not what is measured. */
    private static final long LEAD_NANOS = 20_000_000;

    private static final long MOST_AFTER_THE_END_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTLY_NANOS = 200_000;

    private final ExecutorService threads;
    private final int workers;

    WorkerPool(int workers) {
        this.workers = workers;
        this.threads = Executors.newFixedThreadPool(workers, work -> {
            Thread thread = new Thread(work, "worker");
            thread.setDaemon(true); // one that is stuck is waited for by nobody
            return thread;
        });
    }

    /** Sends the n-th message of a turn. */
    @FunctionalInterface
    interface Sending {
        /** Throws what keeps it from being taken. */
        void send(int message) throws Exception;
    }

    /**
     * Sends messages at even distances until the last was due, and tells of those that are counted.
     *
     * @param perSecond how many of all come due
     */
    PoolTurn run(Sending sending, IntPredicate isCounted, int messages, int perSecond) {
        Turn turn = new Turn(sending, isCounted, messages, Rhythm.of(perSecond));
        for (int worker = 0; worker < workers; worker++) {
            threads.execute(turn::work); // a thread that is stuck comes to it when the turn is over, and leaves it
        }
        return turn.awaitEnd();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private static final class Turn {
        private final Sending sending;
        private final IntPredicate isCounted;
        private final int messages;
        private final Rhythm rhythm;
        private final long start = System.nanoTime() + LEAD_NANOS;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();

        /** Of each that has come to its end, from the moment at which it was due; 0 of the others. */
        private final AtomicLongArray nanos;

        Turn(Sending sending, IntPredicate isCounted, int messages, Rhythm rhythm) {
            this.sending = sending;
            this.isCounted = isCounted;
            this.messages = messages;
            this.rhythm = rhythm;
            this.nanos = new AtomicLongArray(messages);
        }

        private long dueNanos(int message) {
            return start + rhythm.dueNanos(0, 1, message);
        }

        void work() {
            for (int n = next.getAndIncrement(); n < messages; n = next.getAndIncrement()) {
                await(dueNanos(n));
                if (isCounted.test(n)) {
                    underWay.incrementAndGet(); // before the look at the clock, so that whoever sees none sees the last
                    sendInTime(n);
                    underWay.decrementAndGet();
                } else {
                    sendInTime(n);
                }
            }
        }

        private void sendInTime(int message) {
            if (System.nanoTime() - dueNanos(messages) >= 0) {
                return;
            }
            try {
                sending.send(message);
            } catch (Exception e) {
                if (isCounted.test(message)) {
                    failed.incrementAndGet();
                }
            }
            nanos.set(message, System.nanoTime() - dueNanos(message));
        }

        private static void await(long nanoTime) {
            for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        /** Those under way are worth a moment more; one that takes longer counts as left over. */
        PoolTurn awaitEnd() {
            long end = dueNanos(messages);
            await(end);
            while (underWay.get() > 0 && System.nanoTime() - end < MOST_AFTER_THE_END_NANOS) {
                LockSupport.parkNanos(SHORTLY_NANOS);
            }
            int failures = failed.get();
            long now = System.nanoTime();
            int[] counted = IntStream.range(0, messages).filter(isCounted).toArray();
            int leftOver = 0;
            long[] latencies = new long[counted.length];
            for (int i = 0; i < counted.length; i++) {
                latencies[i] = nanos.get(counted[i]);
                if (latencies[i] == 0) {
                    latencies[i] = now - dueNanos(counted[i]);
                    leftOver++;
                }
            }
            return new PoolTurn(
                    counted.length - leftOver - failures,
                    failures,
                    leftOver,
                    (end - start) / 1e9,
                    Latency.of(latencies));
        }
    }
}
