package io.smartqueue.ultramsg.webhook;

import io.smartqueue.ultramsg.organization.WebhookEventName;

import java.util.Collections;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What an instance is to post. Immutable and thread-safe.
 *
 * <pre>{@code
 * InstallOptions.events(Set.of(WebhookEventName.MESSAGE_RECEIVED, WebhookEventName.MESSAGE_ACK)).retries(5)
 * }</pre>
 */
public final class InstallOptions {
    private static final InstallOptions DEFAULTS =
            events(EnumSet.of(WebhookEventName.MESSAGE_RECEIVED, WebhookEventName.MESSAGE_ACK));
    private static final int MOST_RETRIES = 100;
    private static final int AS_IT_IS = -1;

    private final Set<WebhookEventName> events;
    private final int retries;

    private InstallOptions(Set<WebhookEventName> events, int retries) {
        this.events = events;
        this.retries = retries;
    }

    /**
     * Returns what serves most hosts: messages that come in, and how far those that were sent have come.
     *
     * @return received and ack, repeated as often as the instance is set to
     */
    public static InstallOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Names the events; all others are switched off. UltraMsg says that acks need received messages to be posted as well.
     *
     * @param events one or more of them
     * @return repeated as often as the instance is set to
     * @throws IllegalArgumentException if there are none: an instance that posts nothing needs no webhook
     */
    public static InstallOptions events(Set<WebhookEventName> events) {
        if (events.isEmpty()) {
            throw new IllegalArgumentException("no events: name one or more");
        }
        return new InstallOptions(Collections.unmodifiableSet(EnumSet.copyOf(events)), AS_IT_IS);
    }

    /**
     * Says how often an event is to be posted again that was not taken.
     *
     * @param retries 0 to 100; without this it stays what the instance is set to, three times by default
     * @return these options with that
     * @throws IllegalArgumentException if out of range
     */
    public InstallOptions retries(int retries) {
        if (retries < 0 || retries > MOST_RETRIES) {
            throw new IllegalArgumentException("retries is " + retries + ", it must be 0 to " + MOST_RETRIES);
        }
        return new InstallOptions(events, retries);
    }

    /**
     * Returns the events.
     *
     * @return one or more, unmodifiable
     */
    public Set<WebhookEventName> events() {
        return events;
    }

    /**
     * Returns how often an event is posted again.
     *
     * @return empty if that stays what the instance is set to
     */
    public OptionalInt retries() {
        return retries == AS_IT_IS ? OptionalInt.empty() : OptionalInt.of(retries);
    }

    @Override
    public String toString() {
        return "InstallOptions" + events + (retries == AS_IT_IS ? "" : " retries " + retries);
    }
}
