package io.smartqueue.ultramsg.internal.time;

import java.time.Duration;

/**
 * A pause that doubles each time, up to a bound.
 *
 * @param first the first one, more than zero
 * @param longest the bound
 */
public record GrowingPause(Duration first, Duration longest) {
    /** Beyond this, whatever is a bound in practice has long been reached. */
    private static final int MOST_DOUBLINGS = 20;

    /** The one after so many others, 0 or more. */
    public Duration after(int others) {
        Duration pause = first.multipliedBy(1L << Math.min(others, MOST_DOUBLINGS));
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
