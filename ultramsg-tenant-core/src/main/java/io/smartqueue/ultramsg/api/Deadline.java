package io.smartqueue.ultramsg.api;

import java.time.Duration;

/** A moment by which a call must be over, on the monotonic clock, so that no jump of the wall clock moves it. */
final class Deadline {
    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    /** What is left, never zero or less, because {@code java.net.http} refuses that; one nanosecond when it is over. */
    Duration remaining() {
        return Duration.ofNanos(Math.max(1, nanoTime - System.nanoTime()));
    }
}
