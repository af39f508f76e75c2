package io.smartqueue.ultramsg.jdbi;

import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * The database's time, which all nodes share, at hand without asking for it each time: measured now and then, and carried on by a
 * clock that nobody sets. However wrong this node's own time is, and however it jumps, its lanes have their turns when those of the
 * others have. Thread-safe.
 */
final class StoreTime implements Clock {
    /** The answer may have been read at any moment of the trip; within this it hardly matters. */
    private static final Duration LONGEST_TRIP = Duration.ofMillis(250);

    private static final Duration OLDEST = Duration.ofMinutes(1);

    private final TenantScope scope;
    private final java.time.@Nullable Clock given;
    private volatile @Nullable Reading last;

    /** With a clock, that is the time. */
    StoreTime(TenantScope scope, java.time.@Nullable Clock given) {
        this.scope = scope;
        this.given = given;
    }

    /** The time for statements that go by the database's own where they get none: only a clock's, as tests have. */
    static @Nullable String given(java.time.@Nullable Clock clock) {
        return clock == null ? null : clock.instant().toString();
    }

    private record Reading(Instant time, long nanos) {}

    /** Asks the database; to be done before anything else, and again every few seconds. */
    void measure() {
        if (given != null) {
            return;
        }
        long before = System.nanoTime();
        Instant time = scope.queryAcross(
                        "select clock_timestamp()",
                        row -> row.getObject(1, OffsetDateTime.class).toInstant())
                .get(0);
        long trip = System.nanoTime() - before;
        Reading known = last;
        if (known == null || trip <= LONGEST_TRIP.toNanos() || before - known.nanos() > OLDEST.toNanos()) {
            last = new Reading(time, before + trip / 2);
        }
    }

    @Override
    public Instant now() {
        if (given != null) {
            return given.instant();
        }
        Reading known = last;
        if (known == null) {
            throw new IllegalStateException("nobody has asked for the time yet");
        }
        return known.time().plusNanos(System.nanoTime() - known.nanos());
    }
}
