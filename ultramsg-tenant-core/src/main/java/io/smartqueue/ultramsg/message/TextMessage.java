package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A text.
 *
 * <p>WhatsApp's formatting ({@code *bold*}, {@code _italic_}) is part of the text. Line breaks of any kind become line
 * feeds. Immutable and thread-safe.
 */
public final class TextMessage implements OutboundMessage {
    /**
     * The most characters of a text. An emoji of several code points counts as several. Source: docs/ultramsg-api.md,
     * section 1.7; that it counts code points is our reading.
     */
    public static final int MAX_LENGTH = 4096;

    private final Envelope envelope;
    // transient, so that no JSON library prints it by itself
    private final transient String body;

    private TextMessage(Envelope envelope, String body) {
        this.envelope = envelope;
        this.body = body;
    }

    /**
     * Returns a text message.
     *
     * @param to who gets it
     * @param body the text, 1 to 4,096 characters
     * @return the message
     * @throws IllegalArgumentException if the text is blank, too long, or holds control characters or half a surrogate
     *     pair; the message does not repeat it
     */
    public static TextMessage of(Recipient to, String body) {
        return new TextMessage(Envelope.to(to), ContentRules.text("body", body, MAX_LENGTH));
    }

    /**
     * Returns the same message with these persons mentioned, in place of those before.
     *
     * @param persons whom to mention; WhatsApp shows it where the text has {@code @} and the digits of the number
     * @return the message
     * @throws IllegalArgumentException if one of them is a group
     */
    public TextMessage mentioning(List<Recipient> persons) {
        return new TextMessage(envelope.mentioning(persons), body);
    }

    /**
     * Returns the same message as a reply.
     *
     * @param message which message it replies to
     * @return the message
     */
    public TextMessage inReplyTo(MessageId message) {
        return new TextMessage(envelope.inReplyTo(message), body);
    }

    @Override
    public Recipient to() {
        return envelope.to();
    }

    @Override
    public Optional<MessageId> replyTo() {
        return envelope.replyTo();
    }

    /**
     * Returns the text. Never log the result.
     *
     * @return 1 to 4,096 characters
     */
    public String body() {
        return body;
    }

    /**
     * Returns who is mentioned.
     *
     * @return persons; may be empty
     */
    public List<Recipient> mentions() {
        return envelope.mentions();
    }

    @Override
    public <R> R byKind(Kinds<R> kinds) {
        return kinds.text(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TextMessage that && envelope.equals(that.envelope) && body.equals(that.body);
    }

    @Override
    public int hashCode() {
        return Objects.hash(envelope, body);
    }

    @Override
    public String toString() {
        return "TextMessage[" + to() + ContentRules.sizeOf(",", body) + "]";
    }
}
