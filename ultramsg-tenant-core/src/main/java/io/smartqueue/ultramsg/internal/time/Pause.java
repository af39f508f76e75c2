package io.smartqueue.ultramsg.internal.time;

import java.time.Duration;

/** How a call waits before it tries again; tests do not wait. */
@FunctionalInterface
public interface Pause {
    /** Waits on the calling thread, virtual ones included. */
    Pause SLEEP = duration -> Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);

    void last(Duration duration) throws InterruptedException;

    /** Waits; false if the thread was interrupted, whose flag is set again then. */
    default boolean isOverAfter(Duration duration) {
        try {
            last(duration);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
