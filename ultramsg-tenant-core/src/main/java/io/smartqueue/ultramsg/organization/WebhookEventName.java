package io.smartqueue.ultramsg.organization;

import java.util.Locale;
import java.util.Optional;

/**
 * The events an organization may subscribe to. Source: docs/ultramsg-api.md, section 5.3.
 */
public enum WebhookEventName {
    /** A message came in. */
    MESSAGE_RECEIVED,
    /** A message was created on the account, through the API or on the phone. */
    MESSAGE_CREATE,
    /** The delivery state of a message changed. */
    MESSAGE_ACK,
    /** Somebody reacted to a message; the vendor's settings page does not list it. */
    MESSAGE_REACTION;

    /**
     * Finds an event by UltraMsg's name for it.
     *
     * @param text the name in any case, such as {@code message_ack}
     * @return the event, or empty if there is none of that name
     */
    public static Optional<WebhookEventName> find(String text) {
        for (WebhookEventName event : values()) {
            if (event.storedName().equalsIgnoreCase(text)) {
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns UltraMsg's name of the event, under which it is stored too.
     *
     * @return the name in lower case, such as {@code message_ack}
     */
    public String storedName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
