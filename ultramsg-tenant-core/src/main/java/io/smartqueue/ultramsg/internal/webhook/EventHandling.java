package io.smartqueue.ultramsg.internal.webhook;

import io.smartqueue.ultramsg.webhook.WebhookEvent;
import io.smartqueue.ultramsg.webhook.WebhookHandler;
import io.smartqueue.ultramsg.webhook.WebhookReply;
import io.smartqueue.ultramsg.webhook.WebhookStore;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;

/**
 * Has each event handled once, on all nodes: by the library itself, and then by the host. What the host has handled is never handed to it
 * again; what it failed at, or a node died at, is, when UltraMsg repeats it. Thread-safe.
 */
public final class EventHandling {
    private static final Logger LOG = LoggerFactory.getLogger(EventHandling.class);

    private final WebhookStore store;
    private final WebhookHandler handler;
    private final Duration lease;
    private final List<EventEffect> before;
    private final List<EventEffect> afterwards;
    private final LogPace warnings = new LogPace();

    /**
     * Handles events.
     *
     * @param before done before the host's handler, each time that it is tried; none of it is lost
     * @param afterwards done once the host has handled the event, and for each event once; lost if the node dies
     */
    public EventHandling(
            WebhookStore store,
            WebhookHandler handler,
            Duration lease,
            List<EventEffect> before,
            List<EventEffect> afterwards) {
        this.store = store;
        this.handler = handler;
        this.lease = lease;
        this.before = List.copyOf(before);
        this.afterwards = List.copyOf(afterwards);
    }

    WebhookReply handle(WebhookEvent event) {
        Intake intake = store.begin(event.organization(), event.key(), lease);
        if (intake instanceof Intake.First first) {
            return handle(event, first.claim());
        }
        if (intake instanceof Intake.Done) {
            return WebhookReply.DUPLICATE;
        }
        // the organization may have gone since its configuration was read
        return intake instanceof Intake.Running ? WebhookReply.BUSY : WebhookReply.UNAVAILABLE;
    }

    private WebhookReply handle(WebhookEvent event, long claim) {
        boolean isHandled = false;
        try {
            before.forEach(effect -> effect.apply(event));
            isHandled = isHandledByTheHost(event);
        } finally { // whatever is thrown
            if (!isHandled) {
                release(event, claim);
            }
        }
        if (isHandled) {
            finish(event);
        }
        return isHandled ? WebhookReply.HANDLED : WebhookReply.FAILED;
    }

    private boolean isHandledByTheHost(WebhookEvent event) {
        try {
            event.handleWith(handler);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) { // the host's, whatever it is
            complain(event, e);
            return false;
        }
    }

    private void complain(WebhookEvent event, Throwable failure) {
        if (warnings.isDue()) {
            LOG.warn(
                    "Handler {} has failed at an event of organization {}; what it throws within the next minute is logged"
                            + " at debug",
                    handler.getClass().getName(),
                    event.organization(),
                    failure);
        } else {
            LOG.debug("Handler has failed at an event of organization {}", event.organization(), failure);
        }
    }

    /** It lapses by itself if this fails, too. */
    private void release(WebhookEvent event, long claim) {
        try {
            store.release(event.organization(), event.key(), claim);
        } catch (RuntimeException e) {
            LOG.debug("An event of organization {} could not be let go of", event.organization(), e);
        }
    }

    /** The host has handled it, so UltraMsg must not repeat it, whether or not that can be written down. */
    private void finish(WebhookEvent event) {
        try {
            store.finish(event.organization(), event.key());
            afterwards.forEach(effect -> effect.apply(event));
        } catch (RuntimeException e) {
            LOG.warn("It could not be noted that an event of organization {} was handled", event.organization(), e);
        }
    }
}
