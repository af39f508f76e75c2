package io.smartqueue.ultramsg.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until a test moves it.
 *
 * <pre>{@code
 * SettableClock clock = SettableClock.at(Instant.parse("2026-11-23T22:59:00Z"));
 * UltraMsgServer server = UltraMsgServer.builder().clock(clock).start();
 * clock.advance(Duration.ofMinutes(2));
 * }</pre>
 *
 * <p>Thread-safe. A clock made with {@link #withZone(ZoneId)} shows the same instant and moves with this one.
 */
public final class SettableClock extends Clock {

    private final AtomicReference<Instant> now;
    private final ZoneId zone;

    private SettableClock(AtomicReference<Instant> now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /**
     * Makes a clock in UTC that shows the given instant.
     *
     * @param instant the first instant
     * @return a clock of its own
     */
    public static SettableClock at(Instant instant) {
        Objects.requireNonNull(instant, "instant");
        return new SettableClock(new AtomicReference<>(instant), ZoneOffset.UTC);
    }

    /**
     * Moves the clock by a step.
     *
     * @param step how far; a negative step moves it back
     * @return the instant shown from now on
     */
    public Instant advance(Duration step) {
        Objects.requireNonNull(step, "step");
        return now.updateAndGet(instant -> instant.plus(step));
    }

    /**
     * Moves the clock to an instant, which may lie in its past.
     *
     * @param instant the instant shown from now on
     */
    public void set(Instant instant) {
        Objects.requireNonNull(instant, "instant");
        now.set(instant);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId newZone) {
        return new SettableClock(now, Objects.requireNonNull(newZone, "newZone"));
    }

    @Override
    public String toString() {
        return "SettableClock[" + instant() + ", " + zone + "]";
    }
}
