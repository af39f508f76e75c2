package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.LaneTable.Answered;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers the calls of those who enqueue, on a thread of its own: looks for them ten times a second, and at once where it is told
 * that there is one. Keeps the time, too. Thread-safe.
 */
final class LaneWaker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneWaker.class);

    private static final Duration PAUSE = Duration.ofMillis(100);
    /** Whoever enqueues without end is answered a hundred times a second, and so is who was told that another node is at it. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);

    private static final Duration PAUSE_IN_TROUBLE = Duration.ofSeconds(1);
    private static final Duration BETWEEN_MEASUREMENTS = Duration.ofSeconds(5);
    private static final Duration BETWEEN_MENDS = Duration.ofMinutes(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(6);

    private final LaneTable table;
    private final StoreTime time;
    private final Listener listener;
    private final Semaphore hints = new Semaphore(0);
    private final AtomicInteger mended = new AtomicInteger();
    private final Thread thread = LaneThreads.daemon(this::run, "ultramsg-lane-waker");
    private volatile boolean closed;

    // for the waking thread alone
    private boolean isInTrouble;
    private long measuredAt = System.nanoTime();
    private long mendedAt = System.nanoTime();

    LaneWaker(LaneTable table, StoreTime time, Listener listener) {
        this.table = table;
        this.time = time;
        this.listener = listener;
    }

    /** Whoever gives lanes their turns; called on the waker's thread. */
    interface Listener {
        /** Lanes may be due. */
        void woken();

        /** The database does not answer; {@link #woken} says when it does again. */
        void troubled();
    }

    void start() {
        thread.start();
    }

    /** Says that there is a call. */
    void hint() {
        hints.release();
    }

    /** How many lanes were missing until now. */
    int mended() {
        return mended.get();
    }

    private void run() {
        while (!closed) {
            Duration pause;
            try {
                pause = answer();
                if (isInTrouble) {
                    isInTrouble = false;
                    LOG.info("Lanes are woken again");
                }
                listener.woken();
            } catch (RuntimeException e) { // or the thread would end for good
                pause = PAUSE_IN_TROUBLE;
                tellOnce(e);
                listener.troubled();
            }
            rest(pause);
        }
    }

    private Duration answer() {
        if (isTime(measuredAt, BETWEEN_MEASUREMENTS) || isInTrouble) { // after it, the database may be another one
            time.measure();
            measuredAt = System.nanoTime();
        }
        Answered answered;
        do {
            answered = table.wake(time.now());
        } while (answered.calls() == LaneTable.MOST_CALLS && !closed);
        if (isTime(mendedAt, BETWEEN_MENDS)) {
            mendedAt = System.nanoTime();
            mend();
        }
        return answered.isDone() ? PAUSE : SHORTEST_PAUSE;
    }

    private static boolean isTime(long last, Duration between) {
        return System.nanoTime() - last >= between.toNanos();
    }

    private void mend() {
        int missing = table.mend(time.now());
        if (missing > 0) {
            mended.addAndGet(missing);
            LOG.warn("{} organizations had queued messages and no lane to send them; they have one now", missing);
        }
    }

    private void tellOnce(RuntimeException e) {
        if (!isInTrouble && !closed) {
            LOG.warn("Lanes are not woken for the moment, and none has a turn: {}", e.getMessage());
        }
        isInTrouble = true;
    }

    private void rest(Duration pause) {
        try {
            TimeUnit.NANOSECONDS.sleep(SHORTEST_PAUSE.toNanos());
            if (hints.tryAcquire(pause.minus(SHORTEST_PAUSE).toNanos(), TimeUnit.NANOSECONDS)) {
                hints.drainPermits();
            }
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        hints.release();
        try {
            thread.join(CLOSE_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
