package io.smartqueue.app.ticket;

import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.webhook.EventKey;
import org.jspecify.annotations.Nullable;

/**
 * A message of a customer's.
 *
 * @param customerName as he calls himself on WhatsApp, or null
 * @param text what he writes; may be empty
 * @param key the same whenever the message is repeated
 */
public record Arrival(PhoneNumber phone, @Nullable String customerName, String text, EventKey key) {
    @Override
    public String toString() {
        return "Arrival[" + key + "]";
    }
}
