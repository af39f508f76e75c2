package io.smartqueue.ultramsg.testkit;

import java.time.Duration;

/** How slowly a reply comes: a wait before it, and a pause before each byte of its body. */
record Pace(Duration delay, Duration pausePerByte) {

    /** WireMock counts a whole reply in int milliseconds. */
    private static final Duration LONGEST = Duration.ofHours(1);

    static final Pace AT_ONCE = new Pace(Duration.ZERO, Duration.ZERO);

    Pace {
        requireSensible(delay);
        requireSensible(pausePerByte);
    }

    Pace withDelay(Duration newDelay) {
        return new Pace(newDelay, pausePerByte);
    }

    Pace withPausePerByte(Duration pause) {
        return new Pace(delay, pause);
    }

    private static void requireSensible(Duration duration) {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("Expected a duration from zero to " + LONGEST + " but got " + duration);
        }
    }
}
