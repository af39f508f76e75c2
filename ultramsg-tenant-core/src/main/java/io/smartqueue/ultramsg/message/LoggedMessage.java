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
 * @param copies how many of it UltraMsg was found to have, if that was more than it should be; 0 otherwise
 * @param text what it said, or null if the host keeps no texts or the recipient was forgotten
 */
public record LoggedMessage(
        SendResult outcome,
        int attempts,
        Instant createdAt,
        @Nullable Instant settledAt,
        int copies,
        @Nullable String text) {
    public LoggedMessage {
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(createdAt, "createdAt");
    }

    @Override
    public String toString() {
        return "LoggedMessage[" + outcome + ", attempts=" + attempts + ", createdAt=" + createdAt + ", settledAt="
                + settledAt + ", copies=" + copies + "]";
    }
}
