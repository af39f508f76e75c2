package io.smartqueue.ultramsg.internal.webhook;

import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.event.WebhookRefused;
import io.smartqueue.ultramsg.event.WebhookRefused.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Counts requests that were refused, and tells of them: listeners of each, the log of all since it was last told. Thread-safe. */
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final UltraMessageListener listeners;
    private final Map<Reason, LongAdder> untold = new ConcurrentHashMap<>();
    private final LogPace warnings;

    /**
     * Counts from zero.
     *
     * @param listeners told of each
     */
    public Refusals(UltraMessageListener listeners) {
        this(listeners, System::nanoTime);
    }

    Refusals(UltraMessageListener listeners, LongSupplier nanos) {
        this.listeners = listeners;
        this.warnings = new LogPace(nanos);
    }

    void tell(WebhookRefused refused) {
        listeners.webhookRefused(refused);
        untold.computeIfAbsent(refused.reason(), reason -> new LongAdder()).increment();
        if (warnings.isDue()) {
            Map<Reason, Long> counts = new EnumMap<>(Reason.class);
            untold.forEach((reason, count) -> counts.put(reason, count.sumThenReset()));
            counts.values().removeIf(count -> count == 0);
            LOG.warn(
                    "Requests to the webhook's route were refused, the last one of organization {}: {}",
                    refused.organization() == null ? "unknown" : refused.organization(),
                    counts);
        }
    }
}
