package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;

/**
 * What became of one queued message. Holds no recipient and no text. Immutable and thread-safe.
 *
 * @param position its place in the order in which the organization's messages were enqueued
 * @param reference our name for it, also at UltraMsg
 * @param state where it is
 * @param attempts how many requests were made to send it
 * @param enqueuedAt when it was enqueued
 * @param settledAt when it got its last outcome; null while it waits or is being sent for the first time
 * @param queueId UltraMsg's number for it; null unless it is accepted
 * @param delivery how far it has come since; null unless it is accepted
 * @param reason why it was rejected, to branch on; null unless it is rejected, expired or cancelled
 * @param detail why it was rejected, is unknown or is being looked for, in words, the provider's own included, cleared of secrets; null for other states
 */
public record OutboxItem(
        long position,
        Reference reference,
        State state,
        int attempts,
        Instant enqueuedAt,
        @Nullable Instant settledAt,
        @Nullable QueueId queueId,
        @Nullable DeliveryState delivery,
        @Nullable RejectionReason reason,
        @Nullable String detail) {
    public OutboxItem {
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(enqueuedAt, "enqueuedAt");
    }

    /** Where a queued message is. */
    public enum State {
        /** It waits for its turn. */
        QUEUED,
        /** It is being sent, or may have been and is being looked for. */
        SENDING,
        /** UltraMsg took it. */
        ACCEPTED,
        /** It was refused for good; {@link Outbox#retry} is a way back. */
        REJECTED,
        /** It may have been sent, was looked for in vain for a day, and is not looked for any more. */
        UNKNOWN,
        /** It was of no use any more when its turn came. */
        EXPIRED,
        /** It was cancelled before it was sent. */
        CANCELLED
    }
}
