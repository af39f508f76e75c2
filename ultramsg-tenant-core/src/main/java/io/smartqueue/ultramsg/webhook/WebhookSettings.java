package io.smartqueue.ultramsg.webhook;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a manager takes webhooks.
 *
 * <pre>{@code
 * WebhookSettings.builder(WebhookKeys.parse(System.getenv("WEBHOOK_KEYS")), handler).build()
 * }</pre>
 *
 * <p>Immutable and thread-safe; prints nothing secret.
 */
public final class WebhookSettings {
    private final WebhookKeys keys;
    private final WebhookHandler handler;
    private final int mostBodyBytes;
    private final Duration lease;
    private final @Nullable LegacyWebhooks legacy;

    private WebhookSettings(Builder from) {
        this.keys = from.keys;
        this.handler = from.handler;
        this.mostBodyBytes = from.mostBodyBytes;
        this.lease = from.lease;
        this.legacy = from.legacy;
    }

    /**
     * Starts with the defaults.
     *
     * @param keys what addresses are made with
     * @param handler what the host does with events
     * @return a builder
     */
    public static Builder builder(WebhookKeys keys, WebhookHandler handler) {
        return new Builder(Objects.requireNonNull(keys, "keys"), Objects.requireNonNull(handler, "handler"));
    }

    /**
     * Returns what addresses are made with.
     *
     * @return the host's keys
     */
    public WebhookKeys keys() {
        return keys;
    }

    /**
     * Returns what the host does with events.
     *
     * @return the handler
     */
    public WebhookHandler handler() {
        return handler;
    }

    /**
     * Returns how long a body may be.
     *
     * @return bytes
     */
    public int mostBodyBytes() {
        return mostBodyBytes;
    }

    /**
     * Returns for how long an event is the handler's alone that has begun with it.
     *
     * @return more than zero
     */
    public Duration lease() {
        return lease;
    }

    /**
     * Returns the one webhook of a service that was there before.
     *
     * @return empty if there is none
     */
    public Optional<LegacyWebhooks> legacy() {
        return Optional.ofNullable(legacy);
    }

    @Override
    public String toString() {
        return "WebhookSettings[" + keys + ", " + mostBodyBytes + " bytes, " + lease
                + (legacy == null ? "" : ", " + legacy) + "]";
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private static final int LEAST_BODY_BYTES = 1024;
        private static final int MOST_BODY_BYTES = 64 * 1024 * 1024;
        private static final int USUAL_BODY_BYTES = 1024 * 1024;
        private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
        private static final Duration LONGEST_LEASE = Duration.ofHours(1);

        private final WebhookKeys keys;
        private final WebhookHandler handler;
        private int mostBodyBytes = USUAL_BODY_BYTES;
        private Duration lease = Duration.ofSeconds(15);
        private @Nullable LegacyWebhooks legacy;

        private Builder(WebhookKeys keys, WebhookHandler handler) {
            this.keys = keys;
            this.handler = handler;
        }

        /**
         * Sets how long a body may be; a longer one is refused unread. Events hold no files, only their addresses.
         *
         * @param mostBodyBytes 1 KiB to 64 MiB in bytes; default 1 MiB
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder mostBodyBytes(int mostBodyBytes) {
            if (mostBodyBytes < LEAST_BODY_BYTES || mostBodyBytes > MOST_BODY_BYTES) {
                throw new IllegalArgumentException("mostBodyBytes is " + mostBodyBytes + ", it must be "
                        + LEAST_BODY_BYTES + " to " + MOST_BODY_BYTES);
            }
            this.mostBodyBytes = mostBodyBytes;
            return this;
        }

        /**
         * Sets for how long an event is the handler's alone that has begun with it. After that it is given to a handler again when
         * UltraMsg repeats it, because the node may have died. Longer than the handler ever takes, and no longer than need be: what
         * UltraMsg repeats before that is put off, and it does not repeat forever.
         *
         * @param lease a second to an hour; default 15 seconds
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder lease(Duration lease) {
            if (lease.compareTo(SHORTEST_LEASE) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
                throw new IllegalArgumentException(
                        "lease is " + lease + ", it must be " + SHORTEST_LEASE + " to " + LONGEST_LEASE);
            }
            this.lease = lease;
            return this;
        }

        /**
         * Takes the one webhook of a service that was there before as well, until all instances have addresses of their own.
         *
         * @param legacy such as {@link LegacyWebhooks#fromSystem()}
         * @return this builder
         */
        public Builder legacy(LegacyWebhooks legacy) {
            this.legacy = Objects.requireNonNull(legacy, "legacy");
            return this;
        }

        /**
         * Builds the settings.
         *
         * @return the settings
         */
        public WebhookSettings build() {
            return new WebhookSettings(this);
        }
    }
}
