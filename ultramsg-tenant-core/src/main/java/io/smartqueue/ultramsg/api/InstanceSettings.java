package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.ultramsg.organization.WebhookEventName;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The settings of an instance as UltraMsg has them. Immutable and thread-safe; does not print the webhook's address, which may
 * hold a secret.
 *
 * <p>Source: docs/ultramsg-api.md, section 3.8; any setting
 * may be missing there.
 */
public final class InstanceSettings {
    private static final long LONGEST_SECONDS = Integer.MAX_VALUE;

    private final transient JsonNode json;
    private final Set<WebhookEventName> webhookEvents;
    private final Members members;

    private InstanceSettings(JsonNode json) {
        this.json = json;
        Set<WebhookEventName> events = EnumSet.noneOf(WebhookEventName.class);
        for (WebhookEventName event : WebhookEventName.values()) {
            if (LenientJson.flag(json, "webhook_" + event.storedName()).orElse(false)) {
                events.add(event);
            }
        }
        this.webhookEvents = Collections.unmodifiableSet(events);
        this.members = new Members(json);
    }

    static InstanceSettings read(JsonNode json) {
        if (!json.isObject() && !json.isEmpty()) {
            throw Calls.unexpected("the reply holds no settings");
        }
        return new InstanceSettings(json);
    }

    /**
     * Returns the pause between messages while fewer than ten wait.
     *
     * @return whole seconds, or empty if the reply does not say
     */
    public Optional<Duration> sendDelay() {
        return seconds("sendDelay");
    }

    /**
     * Returns the pause between messages while ten or more wait.
     *
     * @return whole seconds, or empty if the reply does not say
     */
    public Optional<Duration> sendDelayMax() {
        return seconds("sendDelayMax");
    }

    private Optional<Duration> seconds(String name) {
        OptionalLong seconds = LenientJson.number(json, name);
        return seconds.isPresent() && seconds.getAsLong() >= 0 && seconds.getAsLong() <= LONGEST_SECONDS
                ? Optional.of(Duration.ofSeconds(seconds.getAsLong()))
                : Optional.empty();
    }

    /**
     * Returns where UltraMsg posts events.
     *
     * @return an http or https address; empty if there is none, or {@link #members()} hold another text
     */
    public Optional<URI> webhookUrl() {
        return LenientJson.webAddress(json, "webhook_url");
    }

    /**
     * Returns how often UltraMsg repeats an event that was not taken.
     *
     * @return empty if the reply does not say
     */
    public OptionalLong webhookRetries() {
        return LenientJson.number(json, "webhook_retries");
    }

    /**
     * Returns the events that UltraMsg posts.
     *
     * @return the events that are switched on, possibly none
     */
    public Set<WebhookEventName> webhookEvents() {
        return webhookEvents;
    }

    /**
     * Tells whether UltraMsg stores files that come in and names their address in events.
     *
     * @return empty if the reply does not say
     */
    public Optional<Boolean> downloadsMedia() {
        return LenientJson.flag(json, "webhook_message_download_media");
    }

    /**
     * Returns everything the reply says.
     *
     * @return all settings, those included that are not documented
     */
    public Members members() {
        return members;
    }

    @Override
    public String toString() {
        return "InstanceSettings[" + webhookEvents + ", " + members + "]";
    }
}
