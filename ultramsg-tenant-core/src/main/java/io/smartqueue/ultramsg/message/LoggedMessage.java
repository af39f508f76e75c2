package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;

/**
 * What is kept of a message. Prints no text.
 *
 * @param outcome accepted, rejected or unknown, the latter also while it is being sent; what a rejected message could have been
 *     sent after, and how many messages remained that day, is not kept
 * @param attempts how many requests were made to send it, as far as somebody could still tell
 * @param createdAt when it was claimed; of one that waited in the outbox, when it was enqueued
 * @param settledAt when its outcome was written down last, or null while it is being sent
 * @param delivery how far UltraMsg has told that it has come; {@link DeliveryState#QUEUED} as long as it has told nothing
 * @param deliveredAt when the recipient's device had it, or that was told; null before
 * @param readAt when it was shown to the recipient, or that was told; null before
 * @param copies how many of it UltraMsg was found to have, if that was more than it should be; 0 otherwise
 * @param text what it said, or null if the host keeps no texts or the recipient was forgotten
 */
public record LoggedMessage(
        SendResult outcome,
        int attempts,
        Instant createdAt,
        @Nullable Instant settledAt,
        DeliveryState delivery,
        @Nullable Instant deliveredAt,
        @Nullable Instant readAt,
        int copies,
        @Nullable String text) {
    public LoggedMessage {
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(delivery, "delivery");
    }

    /** Adds that UltraMsg has told nothing yet. */
    public LoggedMessage(
            SendResult outcome,
            int attempts,
            Instant createdAt,
            @Nullable Instant settledAt,
            int copies,
            @Nullable String text) {
        this(outcome, attempts, createdAt, settledAt, DeliveryState.QUEUED, null, null, copies, text);
    }

    @Override
    public String toString() {
        return "LoggedMessage[" + outcome + ", attempts=" + attempts + ", createdAt=" + createdAt + ", settledAt="
                + settledAt + ", delivery=" + delivery + ", deliveredAt=" + deliveredAt + ", readAt=" + readAt
                + ", copies=" + copies + "]";
    }
}
