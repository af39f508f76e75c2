package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a caller may say about one send beyond the message.
 *
 * <pre>{@code
 * SendOptions urgent = SendOptions.builder().priority(0).deadline(Duration.ofSeconds(5)).build();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class SendOptions {
    private static final SendOptions DEFAULTS = builder().build();
    private static final Duration LONGEST_DEADLINE = Duration.ofMinutes(5);

    private final @Nullable Reference reference;
    private final @Nullable IdempotencyKey idempotencyKey;
    private final @Nullable Integer priority;
    private final @Nullable Duration deadline;
    private final boolean repeatedWhenAbsent;
    private final boolean startingConversation;

    private SendOptions(Builder from) {
        this.reference = from.reference;
        this.idempotencyKey = from.idempotencyKey;
        this.priority = from.priority;
        this.deadline = from.deadline;
        this.repeatedWhenAbsent = from.repeatedWhenAbsent;
        this.startingConversation = from.startingConversation;
    }

    /**
     * Returns options that say nothing: a new reference, UltraMsg's priority 10, the manager's deadline.
     *
     * @return the defaults
     */
    public static SendOptions defaults() {
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
     * Starts from these options.
     *
     * @return a builder that says the same
     */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.reference = reference;
        copy.idempotencyKey = idempotencyKey;
        copy.priority = priority;
        copy.deadline = deadline;
        copy.repeatedWhenAbsent = repeatedWhenAbsent;
        copy.startingConversation = startingConversation;
        return copy;
    }

    /**
     * Returns the caller's own reference.
     *
     * @return the reference, or empty for a new one
     */
    public Optional<Reference> reference() {
        return Optional.ofNullable(reference);
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
     * Returns the place in the instance's queue.
     *
     * @return 0 (first) and up, or empty for UltraMsg's default of 10
     */
    public OptionalInt priority() {
        return priority == null ? OptionalInt.empty() : OptionalInt.of(priority);
    }

    /**
     * Returns how long the whole call may take.
     *
     * @return the deadline, or empty for the manager's
     */
    public Optional<Duration> deadline() {
        return Optional.ofNullable(deadline);
    }

    /**
     * Tells what happens to a message whose reply was lost and which UltraMsg does not list.
     *
     * @return true if it is sent again, false if it stays unknown
     */
    public boolean isRepeatedWhenAbsent() {
        return repeatedWhenAbsent;
    }

    /**
     * Tells what happens to a message to somebody who has not written within the last 24 hours, where the manager has the rule {@link
     * io.smartqueue.ultramsg.conversation.ConversationRule#REQUIRED}.
     *
     * @return true if it is sent all the same, false if it is rejected
     */
    public boolean mayStartConversation() {
        return startingConversation;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private @Nullable Reference reference;
        private @Nullable IdempotencyKey idempotencyKey;
        private @Nullable Integer priority;
        private @Nullable Duration deadline;
        private boolean repeatedWhenAbsent;
        private boolean startingConversation;

        private Builder() {}

        /**
         * Sets the caller's own reference; by default a new one is made.
         *
         * @param reference unique among the organization's messages
         * @return this builder
         */
        public Builder reference(Reference reference) {
            this.reference = Objects.requireNonNull(reference, "reference");
            return this;
        }

        /**
         * Sets the caller's own name for what is to be sent once: every later send of the organization with the same key, on
         * whatever node, also after a crash, sends nothing and returns what became of the first. One at the same moment waits
         * for it, up to its own deadline. Keys are kept for 7 days, or what the host says; a message that was rejected frees its key. Sends without
         * organization ({@code UltraMsgClient.of}) know no keys and refuse them.
         *
         * @param idempotencyKey unique among what the organization means to send
         * @return this builder
         */
        public Builder idempotencyKey(IdempotencyKey idempotencyKey) {
            this.idempotencyKey = Objects.requireNonNull(idempotencyKey, "idempotencyKey");
            return this;
        }

        /**
         * Sets the place in the instance's queue. UltraMsg advises 0 for one-time codes, 5 for general messages and 10
         * (its default) for campaigns.
         *
         * @param priority 0 (first) to 100
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder priority(int priority) {
            if (priority < 0 || priority > 100) {
                throw new IllegalArgumentException("priority is " + priority + ", it must be 0 to 100");
            }
            this.priority = priority;
            return this;
        }

        /**
         * Sets how long the whole call may take, from its start to the last byte of the reply.
         *
         * @param deadline more than zero, at most 5 minutes
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder deadline(Duration deadline) {
            if (deadline.isNegative() || deadline.isZero() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
                throw new IllegalArgumentException(
                        "deadline is " + deadline + ", it must be more than zero and at most " + LONGEST_DEADLINE);
            }
            this.deadline = deadline;
            return this;
        }

        /**
         * Sends a message again whose reply was lost, if UltraMsg did not list it over the whole of the manager's read-back
         * window; by default it stays unknown. For messages that would rather come twice than not at all: it is not documented
         * how soon a message that was taken is listed.
         *
         * @return this builder
         */
        public Builder repeatWhenAbsent() {
            this.repeatedWhenAbsent = true;
            return this;
        }

        /**
         * Sends the message also where the recipient has not written within the last 24 hours, and the manager has the rule {@link
         * io.smartqueue.ultramsg.conversation.ConversationRule#REQUIRED}: for the few that customers expect unasked, as one-time codes and reminders.
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
         * @throws IllegalArgumentException if a message with an idempotency key and a reference of the caller's own is to be
         *     repeated when absent: two tries of one key must have different references
         */
        public SendOptions build() {
            if (repeatedWhenAbsent && idempotencyKey != null && reference != null) {
                throw new IllegalArgumentException(
                        "reference cannot be set together with idempotencyKey and repeatWhenAbsent: each try of a key needs a"
                                + " reference of its own; leave the reference out");
            }
            return new SendOptions(this);
        }
    }
}
