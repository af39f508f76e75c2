package io.smartqueue.ultramsg.internal.time;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Instants that go on evenly whatever becomes of the wall clock; good for spans of time, of no meaning by themselves. */
public final class SteadyClock extends Clock {
    private final long startNanos = System.nanoTime();

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(System.nanoTime() - startNanos);
    }

    @Override
    public long millis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock tells no time of day");
    }
}
