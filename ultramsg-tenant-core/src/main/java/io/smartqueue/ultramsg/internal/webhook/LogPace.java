package io.smartqueue.ultramsg.internal.webhook;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets one line a minute into the log, of what anybody can make happen as often as he likes. Thread-safe. */
final class LogPace {
    private static final long PAUSE = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanos;
    private final AtomicLong next;

    LogPace() {
        this(System::nanoTime);
    }

    LogPace(LongSupplier nanos) {
        this.nanos = nanos;
        this.next = new AtomicLong(nanos.getAsLong());
    }

    /** True for one caller a minute. */
    boolean isDue() {
        long now = nanos.getAsLong();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + PAUSE);
    }
}
