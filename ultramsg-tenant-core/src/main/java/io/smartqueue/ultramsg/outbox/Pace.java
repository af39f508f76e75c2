package io.smartqueue.ultramsg.outbox;

import java.time.Duration;
import java.util.Objects;

/**
 * How fast an instance is given queued messages: a few at a time, then a pause that is counted from when the first of them was
 * handed over. UltraMsg itself sends one message a second by default; docs/ultramsg-api.md, section 2.3. Immutable.
 *
 * @param messages how many at a time, 1 to 100
 * @param interval from one turn to the next, zero to 1 day; zero for tests
 */
public record Pace(int messages, Duration interval) {
    private static final int MOST = 100;
    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * Checks the pace.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Pace {
        Objects.requireNonNull(interval, "interval");
        if (messages < 1 || messages > MOST) {
            throw new IllegalArgumentException("messages is " + messages + ", it must be 1 to " + MOST);
        }
        if (interval.isNegative() || interval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("interval is " + interval + ", it must be zero to " + LONGEST);
        }
    }

    /**
     * Returns a pace of one message at a time.
     *
     * @param interval from one message to the next, zero to 1 day
     * @return the pace
     * @throws IllegalArgumentException if it is out of range
     */
    public static Pace oneEvery(Duration interval) {
        return new Pace(1, interval);
    }

    /**
     * Returns how long so many messages take.
     *
     * @param count how many, 0 or more
     * @return from the first to the last
     */
    Duration timeFor(long count) {
        return count <= messages ? Duration.ZERO : interval.multipliedBy((count - 1) / messages);
    }
}
