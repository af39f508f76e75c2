package io.smartqueue.ultramsg.internal.event;

import io.smartqueue.ultramsg.event.CircuitChanged;
import io.smartqueue.ultramsg.event.DeliveryChanged;
import io.smartqueue.ultramsg.event.DuplicateFound;
import io.smartqueue.ultramsg.event.FailedOver;
import io.smartqueue.ultramsg.event.HealthChanged;
import io.smartqueue.ultramsg.event.MessageSent;
import io.smartqueue.ultramsg.event.MessageSettled;
import io.smartqueue.ultramsg.event.RiskFound;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.event.WebhookRefused;
import io.smartqueue.ultramsg.internal.thread.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Tells the host's listeners, on a thread of their own: whatever they do, no send waits for it. Thread-safe; its thread is there
 * while there is something to tell.
 */
public final class Listeners implements UltraMessageListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    static final int MOST_WAITING = 10_000;
    private static final long THREAD_KEPT_SECONDS = 10;
    private static final long LONGEST_FAREWELL_SECONDS = 5;

    private final List<UltraMessageListener> listeners;
    private final ThreadPoolExecutor thread;
    private final AtomicLong missed = new AtomicLong();
    /** Who has thrown before; the one thread's alone. */
    private final Set<UltraMessageListener> complainedOf = Collections.newSetFromMap(new IdentityHashMap<>());

    public Listeners(List<UltraMessageListener> listeners) {
        this.listeners = List.copyOf(listeners);
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                THREAD_KEPT_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MOST_WAITING),
                DaemonThreads.named("ultramsg-listeners"),
                (task, full) -> missOne());
        thread.allowCoreThreadTimeOut(true);
    }

    /** Whether anybody listens; nothing need be made up for nobody. */
    public boolean isAnyone() {
        return !listeners.isEmpty();
    }

    @Override
    public void sent(MessageSent event) {
        tell(listener -> listener.sent(event));
    }

    @Override
    public void settled(MessageSettled event) {
        tell(listener -> listener.settled(event));
    }

    @Override
    public void duplicateFound(DuplicateFound event) {
        tell(listener -> listener.duplicateFound(event));
    }

    @Override
    public void circuitChanged(CircuitChanged event) {
        tell(listener -> listener.circuitChanged(event));
    }

    @Override
    public void failedOver(FailedOver event) {
        tell(listener -> listener.failedOver(event));
    }

    @Override
    public void healthChanged(HealthChanged event) {
        tell(listener -> listener.healthChanged(event));
    }

    @Override
    public void webhookRefused(WebhookRefused event) {
        tell(listener -> listener.webhookRefused(event));
    }

    @Override
    public void deliveryChanged(DeliveryChanged event) {
        tell(listener -> listener.deliveryChanged(event));
    }

    @Override
    public void riskFound(RiskFound event) {
        tell(listener -> listener.riskFound(event));
    }

    private void tell(Consumer<UltraMessageListener> event) {
        if (isAnyone()) {
            thread.execute(() -> tellAll(event));
        }
    }

    private void tellAll(Consumer<UltraMessageListener> event) {
        long lost = missed.getAndSet(0);
        if (lost > 0) {
            LOG.warn("Listeners have missed {} events: they take longer than what they are told of", lost);
        }
        for (UltraMessageListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (Exception | LinkageError | AssertionError e) { // checked ones, too: not every host is in Java
                complain(listener, e);
            }
        }
    }

    private void complain(UltraMessageListener listener, Throwable failure) {
        String name = listener.getClass().getName();
        if (complainedOf.add(listener)) {
            LOG.warn("Listener {} has thrown; what it throws from now on is logged at debug", name, failure);
        } else {
            LOG.debug("Listener {} has thrown", name, failure);
        }
    }

    private void missOne() {
        if (!thread.isShutdown()) {
            missed.incrementAndGet();
        }
    }

    /** Tells what is still to be told, for some seconds at most. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LONGEST_FAREWELL_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn(
                        "Listeners have missed {} events: they were not through with them when the manager closed",
                        thread.shutdownNow().size());
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
