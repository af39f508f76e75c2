package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.IdempotencyKey;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What a host may say about one queued message beyond the message.
 *
 * <pre>{@code
 * EnqueueOptions code = EnqueueOptions.builder()
 *         .urgency(Urgency.URGENT)
 *         .expiresAt(Instant.now().plus(Duration.ofMinutes(5)))
 *         .build();
 * }</pre>
 *
 * <p>Times are compared with the store's clock, which all nodes share. Immutable and thread-safe.
 */
public final class EnqueueOptions {
    private static final EnqueueOptions DEFAULTS = builder().build();

    private final Urgency urgency;
    private final @Nullable IdempotencyKey idempotencyKey;
    private final @Nullable OrderingKey orderingKey;
    private final @Nullable Instant notBefore;
    private final @Nullable Instant expiresAt;
    private final boolean startingConversation;

    private EnqueueOptions(Builder from) {
        this.urgency = from.urgency;
        this.idempotencyKey = from.idempotencyKey;
        this.orderingKey = from.orderingKey;
        this.notBefore = from.notBefore;
        this.expiresAt = from.expiresAt;
        this.startingConversation = from.startingConversation;
    }

    /**
     * Returns options that say nothing: of normal urgency, to be sent as soon as its turn comes, however late that is.
     *
     * @return the defaults
     */
    public static EnqueueOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Starts from the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns which messages go first.
     *
     * @return {@link Urgency#NORMAL} by default
     */
    public Urgency urgency() {
        return urgency;
    }

    /**
     * Returns the caller's own name for what is to be sent once.
     *
     * @return the key, or empty if every call is a message of its own
     */
    public Optional<IdempotencyKey> idempotencyKey() {
        return Optional.ofNullable(idempotencyKey);
    }

    /**
     * Returns what keeps the message in order with others.
     *
     * @return the key, or empty if its order does not matter
     */
    public Optional<OrderingKey> orderingKey() {
        return Optional.ofNullable(orderingKey);
    }

    /**
     * Returns when the message may be sent at the earliest.
     *
     * @return the moment, or empty for at once
     */
    public Optional<Instant> notBefore() {
        return Optional.ofNullable(notBefore);
    }

    /**
     * Returns from when on the message is of no use any more.
     *
     * @return the moment, or empty if it is always of use
     */
    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    /**
     * Tells what happens to the message if its recipient has not written within the last 24 hours when its turn comes, where the manager
     * has the rule {@link io.smartqueue.ultramsg.conversation.ConversationRule#REQUIRED}.
     *
     * @return true if it is sent all the same, false if it is rejected
     */
    public boolean mayStartConversation() {
        return startingConversation;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private Urgency urgency = Urgency.NORMAL;
        private @Nullable IdempotencyKey idempotencyKey;
        private @Nullable OrderingKey orderingKey;
        private @Nullable Instant notBefore;
        private @Nullable Instant expiresAt;
        private boolean startingConversation;

        private Builder() {}

        /**
         * Sets which messages go first.
         *
         * @param urgency default {@link Urgency#NORMAL}
         * @return this builder
         */
        public Builder urgency(Urgency urgency) {
            this.urgency = Objects.requireNonNull(urgency, "urgency");
            return this;
        }

        /**
         * Sets the caller's own name for what is to be sent once, whether it is enqueued or sent with {@link
         * io.smartqueue.ultramsg.message.SendOptions.Builder#idempotencyKey}: the keys are the same.
         *
         * @param idempotencyKey such as {@code order-42/ready}
         * @return this builder
         */
        public Builder idempotencyKey(IdempotencyKey idempotencyKey) {
            this.idempotencyKey = Objects.requireNonNull(idempotencyKey, "idempotencyKey");
            return this;
        }

        /**
         * Keeps the message in order with others of the same key.
         *
         * @param orderingKey such as {@code ticket-42}
         * @return this builder
         */
        public Builder orderingKey(OrderingKey orderingKey) {
            this.orderingKey = Objects.requireNonNull(orderingKey, "orderingKey");
            return this;
        }

        /**
         * Holds the message back.
         *
         * @param notBefore when it may be sent at the earliest; a moment of the past is none
         * @return this builder
         */
        public Builder notBefore(Instant notBefore) {
            this.notBefore = Objects.requireNonNull(notBefore, "notBefore");
            return this;
        }

        /**
         * Lets the message expire, which is then settled without being sent.
         *
         * @param expiresAt from when on it is of no use any more
         * @return this builder
         */
        public Builder expiresAt(Instant expiresAt) {
            this.expiresAt = Objects.requireNonNull(expiresAt, "expiresAt");
            return this;
        }

        /**
         * Sends the message also where its recipient has not written within the last 24 hours, see {@link
         * io.smartqueue.ultramsg.message.SendOptions.Builder#startConversation}.
         *
         * @return this builder
         */
        public Builder startConversation() {
            this.startingConversation = true;
            return this;
        }

        /**
         * Builds the options.
         *
         * @return the options
         * @throws IllegalArgumentException if the message would expire before it may be sent
         */
        public EnqueueOptions build() {
            if (notBefore != null && expiresAt != null && !notBefore.isBefore(expiresAt)) {
                throw new IllegalArgumentException(
                        "expiresAt is " + expiresAt + ", it must be later than notBefore, which is " + notBefore);
            }
            return new EnqueueOptions(this);
        }
    }
}
