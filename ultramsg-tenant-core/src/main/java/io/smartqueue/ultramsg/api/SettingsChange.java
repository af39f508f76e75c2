package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.organization.WebhookEventName;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * New values for some of an instance's settings; the others stay as they are.
 *
 * <pre>{@code
 * SettingsChange acks = SettingsChange.builder()
 *         .webhookUrl(URI.create("https://shop.example/whatsapp"))
 *         .webhookEventOn(WebhookEventName.MESSAGE_ACK)
 *         .build();
 * }</pre>
 *
 * <p>Immutable and thread-safe; prints the settings' names only. Source: UltraMsg documentation, instance/settings, as read in
 * November 2026.
 */
public final class SettingsChange {
    // transient, because the webhook's address may hold a secret
    private final transient Map<String, String> values;

    private SettingsChange(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Starts with no change.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    Form form() {
        Form form = new Form();
        values.forEach(form::addSecret);
        return form;
    }

    @Override
    public String toString() {
        return "SettingsChange" + values.keySet();
    }

    /** Collects new values. Not thread-safe. */
    public static final class Builder {
        private static final Duration LONGEST_DELAY = Duration.ofHours(1);
        private static final int MOST_RETRIES = 100;

        private final Map<String, String> values = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Sets the pause between messages while fewer than ten wait; UltraMsg's default is a second.
         *
         * @param delay whole seconds, 0 to an hour
         * @return this builder
         * @throws IllegalArgumentException if out of range or not in whole seconds
         */
        public Builder sendDelay(Duration delay) {
            return put("sendDelay", seconds(delay));
        }

        /**
         * Sets the pause between messages while ten or more wait; UltraMsg's default is 15 seconds.
         *
         * @param delay whole seconds, 0 to an hour; not less than the other pause
         * @return this builder
         * @throws IllegalArgumentException if out of range or not in whole seconds
         */
        public Builder sendDelayMax(Duration delay) {
            return put("sendDelayMax", seconds(delay));
        }

        private static String seconds(Duration delay) {
            if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0 || delay.getNano() != 0) {
                throw new IllegalArgumentException(
                        "delay is " + delay + ", it must be whole seconds, at most " + LONGEST_DELAY);
            }
            return Long.toString(delay.toSeconds());
        }

        /**
         * Sets where UltraMsg posts events.
         *
         * @param url an http or https address
         * @return this builder
         * @throws IllegalArgumentException if it is another kind of address; the message does not repeat it
         */
        public Builder webhookUrl(URI url) {
            if (!"https".equalsIgnoreCase(url.getScheme()) && !"http".equalsIgnoreCase(url.getScheme())) {
                throw new IllegalArgumentException("webhook URL must be an http or https address");
            }
            return put("webhook_url", url.toASCIIString());
        }

        /**
         * Sets that UltraMsg posts events nowhere.
         *
         * @return this builder
         */
        public Builder noWebhookUrl() {
            return put("webhook_url", "");
        }

        /**
         * Sets how often UltraMsg repeats an event that was not taken. Not in UltraMsg's documentation; seen in use.
         *
         * @param retries 0 to 100
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder webhookRetries(int retries) {
            if (retries < 0 || retries > MOST_RETRIES) {
                throw new IllegalArgumentException("retries is " + retries + ", it must be 0 to " + MOST_RETRIES);
            }
            return put("webhook_retries", Integer.toString(retries));
        }

        /**
         * Has UltraMsg post an event. It says that {@code MESSAGE_ACK} needs {@code MESSAGE_RECEIVED} as well.
         *
         * @param event which
         * @return this builder
         */
        public Builder webhookEventOn(WebhookEventName event) {
            return put("webhook_" + event.storedName(), "true");
        }

        /**
         * Has UltraMsg no longer post an event.
         *
         * @param event which
         * @return this builder
         */
        public Builder webhookEventOff(WebhookEventName event) {
            return put("webhook_" + event.storedName(), "false");
        }

        /**
         * Has UltraMsg store files that come in, and name their address in events.
         *
         * @return this builder
         */
        public Builder mediaDownloadOn() {
            return put("webhook_message_download_media", "true");
        }

        /**
         * Has UltraMsg no longer store files that come in.
         *
         * @return this builder
         */
        public Builder mediaDownloadOff() {
            return put("webhook_message_download_media", "false");
        }

        private Builder put(String name, String value) {
            values.put(name, value);
            return this;
        }

        /**
         * Builds the change.
         *
         * @return the change
         * @throws IllegalStateException if it changes nothing
         */
        public SettingsChange build() {
            if (values.isEmpty()) {
                throw new IllegalStateException("the change names no setting");
            }
            return new SettingsChange(values);
        }
    }
}
