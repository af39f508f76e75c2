package io.smartqueue.ultramsg.internal.webhook;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.webhook.WebhookEvent;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReceived;

import java.util.function.Consumer;

/** Counts messages that come in. Thread-safe. */
public final class ReceivedCount implements EventEffect {
    private final Consumer<OrganizationId> counter;

    /**
     * Hands each on.
     *
     * @param counter counts one for an organization
     */
    public ReceivedCount(Consumer<OrganizationId> counter) {
        this.counter = counter;
    }

    @Override
    public void apply(WebhookEvent event) {
        if (event instanceof MessageReceived && !event.isFromMe()) {
            counter.accept(event.organization());
        }
    }
}
