package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/**
 * An address, shown as a link. Immutable and thread-safe.
 *
 * @deprecated UltraMsg's documentation has no such call any more, though its client libraries do; send a {@link TextMessage}
 *     that holds the address.
 */
@Deprecated
public final class LinkMessage implements OutboundMessage {
    private final Envelope envelope;
    // transient, so that no JSON library prints it by itself
    private final transient String link;

    private LinkMessage(Envelope envelope, String link) {
        this.envelope = envelope;
        this.link = link;
    }

    /**
     * Returns a message that shows a link.
     *
     * @param to who gets it
     * @param link an address with http or https, at most 4,096 characters
     * @return the message
     * @throws IllegalArgumentException if it is no such address; the message does not repeat it
     */
    public static LinkMessage of(Recipient to, String link) {
        return new LinkMessage(Envelope.to(to), ContentRules.url("link", link));
    }

    /**
     * Returns the same message as a reply.
     *
     * @param message which message it replies to
     * @return the message
     */
    public LinkMessage inReplyTo(MessageId message) {
        return new LinkMessage(envelope.inReplyTo(message), link);
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
     * Returns the address. Never log the result: addresses may carry secrets.
     *
     * @return an address with http or https
     */
    public String link() {
        return link;
    }

    @Override
    public <R> R byKind(Kinds<R> kinds) {
        return kinds.link(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LinkMessage that && envelope.equals(that.envelope) && link.equals(that.link);
    }

    @Override
    public int hashCode() {
        return Objects.hash(envelope, link);
    }

    @Override
    public String toString() {
        return "LinkMessage[" + to() + ContentRules.sizeOf(",", link) + "]";
    }
}
