package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;

/**
 * A text message that an instance of the stub has accepted.
 *
 * <p>{@link #toString()} shows neither the recipient nor the text, so that it may be logged. Immutable and thread-safe.
 *
 * @param id the number in the instance's queue, from 1
 * @param to the recipients exactly as they were sent, a comma list included
 * @param body the text
 * @param priority the place in the queue: lower leaves earlier; 10 unless the sender says otherwise
 * @param referenceId the sender's own id of the message, or null
 * @param msgId the WhatsApp id of the message that this one replies to, or null
 * @param at when the stub accepted it, by the stub's clock
 */
public record ReceivedMessage(
        long id,
        String to,
        String body,
        int priority,
        @Nullable String referenceId,
        @Nullable String msgId,
        Instant at) {

    /**
     * Makes a message.
     *
     * @param id the number in the instance's queue
     * @param to the recipients
     * @param body the text
     * @param priority the place in the queue
     * @param referenceId the sender's own id, or null
     * @param msgId the WhatsApp id of the message replied to, or null
     * @param at the time of acceptance
     * @throws NullPointerException if {@code to}, {@code body} or {@code at} is null
     */
    public ReceivedMessage {
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(at, "at");
    }

    /**
     * Names the message without its content.
     *
     * @return the id, the lengths of recipient and text, the priority and the time
     */
    @Override
    public String toString() {
        return "ReceivedMessage[id=" + id + ", to=(" + to.length() + " characters), body=(" + body.length()
                + " characters), priority=" + priority + ", at=" + at + "]";
    }
}
