package io.smartqueue.ultramsg.internal.time;

import java.time.Duration;

/** A moment by which a call must be over, on the monotonic clock, so that no jump of the wall clock moves it. */
public final class Deadline {
    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    public static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    /** What is left, never zero or less, because {@code java.net.http} refuses that; one nanosecond when it is over. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(1, nanosLeft()));
    }

    public boolean isOver() {
        return nanosLeft() <= 0;
    }

    /** Whether what takes so long would be over before it. */
    public boolean hasTimeFor(Duration duration) {
        return nanosLeft() > duration.toNanos();
    }

    /** The moment so long from now, or this one if it comes first. */
    public Deadline butWithin(Duration duration) {
        return hasTimeFor(duration) ? in(duration) : this;
    }

    /** The moment so long before this one. */
    public Deadline lessBy(Duration duration) {
        return new Deadline(nanoTime - duration.toNanos());
    }

    private long nanosLeft() {
        return nanoTime - System.nanoTime();
    }
}
