package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;

/**
 * What became of a message: taken, known not to have been taken, or not known yet.
 *
 * <pre>{@code
 * if (result instanceof SendResult.Accepted accepted) {
 *     log.info("queued as {}", accepted.queueId());
 * } else if (result instanceof SendResult.Rejected rejected) {
 *     log.info("not sent: {} {}", rejected.reason(), rejected.detail());
 * } else if (result instanceof SendResult.Unknown unknown) {
 *     log.warn("may have been sent, do not repeat: {}", unknown.reference());
 * }
 * }</pre>
 *
 * <p>Immutable; none of the variants holds a token, a recipient or the text.
 */
public sealed interface SendResult {
    /**
     * Returns our name for the message.
     *
     * @return the reference the message was sent, or would have been sent, under
     */
    Reference reference();

    /**
     * Tells whether UltraMsg took the message.
     *
     * @return true for {@link Accepted}
     */
    default boolean isAccepted() {
        return this instanceof Accepted;
    }

    /**
     * Returns the acceptance, for callers who prefer an exception to a branch.
     *
     * @return this result, if UltraMsg took the message
     * @throws NotAcceptedException if it did not, or that is not known
     */
    default Accepted orThrow() {
        if (this instanceof Accepted accepted) {
            return accepted;
        }
        throw new NotAcceptedException(this);
    }

    /**
     * UltraMsg has put the message into the instance's queue. That is not delivery: a number that is not on WhatsApp is
     * accepted too and found out later, see {@link #delivery}.
     *
     * @param reference our name for the message
     * @param queueId UltraMsg's number for it
     * @param instance the instance it went through: the organization's own, or a standby
     * @param businessNumber that instance's WhatsApp number, from which the message comes; null if the configuration names none,
     *     and for what was accepted before, under the same idempotency key
     * @param remainingToday how many more messages fit into the organization's day; null when sent without a quota, and for
     *     what was accepted before, under the same idempotency key
     * @param delivery how far it has come by now, where that is asked for later; what a call to send returns is {@link
     *     DeliveryState#QUEUED}, also for what was accepted before, under the same idempotency key
     */
    record Accepted(
            Reference reference,
            QueueId queueId,
            InstanceId instance,
            @Nullable PhoneNumber businessNumber,
            @Nullable Integer remainingToday,
            DeliveryState delivery)
            implements SendResult {
        public Accepted {
            Objects.requireNonNull(reference, "reference");
            Objects.requireNonNull(queueId, "queueId");
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(delivery, "delivery");
        }

        /** Adds that it has just been taken. */
        public Accepted(
                Reference reference,
                QueueId queueId,
                InstanceId instance,
                @Nullable PhoneNumber businessNumber,
                @Nullable Integer remainingToday) {
            this(reference, queueId, instance, businessNumber, remainingToday, DeliveryState.QUEUED);
        }

        /**
         * Returns the same, as far as it has come.
         *
         * @param state how far
         * @return a copy
         */
        public Accepted with(DeliveryState state) {
            return new Accepted(reference, queueId, instance, businessNumber, remainingToday, state);
        }
    }

    /**
     * The message was not sent, which is certain; nothing was taken from the daily limit.
     *
     * @param reference the name it would have had
     * @param reason why, to branch on
     * @param detail why in words, and what to do; the provider's own words included, cleared of secrets
     * @param retryAfter when trying again makes sense, if that is known
     */
    record Rejected(
            Reference reference,
            RejectionReason reason,
            String detail,
            @Nullable Instant retryAfter) implements SendResult {
        public Rejected {
            Objects.requireNonNull(reference, "reference");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(detail, "detail");
        }
    }

    /**
     * The request left, and no reply says what became of it: the message may have been sent. Do not repeat it blindly;
     * its place in the daily limit stays taken.
     *
     * @param reference the name to find it by at UltraMsg
     * @param instance the instance it went to
     * @param cause what happened, in words
     */
    record Unknown(Reference reference, InstanceId instance, String cause) implements SendResult {
        public Unknown {
            Objects.requireNonNull(reference, "reference");
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(cause, "cause");
        }
    }
}
