package io.smartqueue.ultramsg.internal.delivery;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before another try: anything up to a bound that doubles, so that callers who failed together part. */
final class Backoff {
    private static final Duration FIRST_BOUND = Duration.ofMillis(200);
    private static final Duration LAST_BOUND = Duration.ofSeconds(2);

    private Backoff() {}

    /** Draws the wait after an attempt, the first of which is number 1. */
    static Duration after(int attempt) {
        return Duration.ofNanos(
                ThreadLocalRandom.current().nextLong(bound(attempt).toNanos() + 1));
    }

    static Duration bound(int attempt) {
        Duration doubled = FIRST_BOUND.multipliedBy(1L << Math.min(attempt - 1, 10));
        return doubled.compareTo(LAST_BOUND) < 0 ? doubled : LAST_BOUND;
    }
}
