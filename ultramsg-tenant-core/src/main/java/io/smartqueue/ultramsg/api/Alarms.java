package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.internal.time.Deadline;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Rings at deadlines, on a thread of its own. Nearly every alarm is called off a moment after it was set, before its thread
 * had anything to do; yet a timer wakes its thread for each that is the first in its queue, as that of a single send is. So
 * there is one before them, as long as alarms are set: the thread wakes for that one once a second. Thread-safe.
 */
final class Alarms {
    private static final long SECONDS_BEFORE_OTHERS = 1;

    private final ScheduledThreadPoolExecutor timer;
    private final AtomicBoolean hasFirst = new AtomicBoolean();

    Alarms(ThreadFactory threads) {
        this.timer = new ScheduledThreadPoolExecutor(1, threads);
        this.timer.setRemoveOnCancelPolicy(true);
    }

    /** Rings when the time is over, unless it is called off. */
    Future<?> set(Deadline deadline, Runnable alarm) {
        if (!hasFirst.get() && hasFirst.compareAndSet(false, true)) {
            timer.schedule(() -> hasFirst.set(false), SECONDS_BEFORE_OTHERS, TimeUnit.SECONDS);
        }
        return timer.schedule(alarm, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Gives the thread back; nothing rings any more. */
    void end() {
        timer.shutdownNow();
    }
}
