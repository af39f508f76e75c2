package io.smartqueue.ultramsg.internal.webhook;

import io.smartqueue.ultramsg.webhook.WebhookEvent;

/** Something that the library itself does with an event. Thread-safe. */
@FunctionalInterface
public interface EventEffect {
    /**
     * Does it, or nothing if the event is none for it. It may be called again for an event whose handler failed.
     *
     * @param event which
     * @throws io.smartqueue.ultramsg.error.StorageException if a store cannot answer
     */
    void apply(WebhookEvent event);
}
