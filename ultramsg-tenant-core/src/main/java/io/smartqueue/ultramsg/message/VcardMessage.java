package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/**
 * A contact's card as a vCard 3.0; {@link ContactMessage} passes WhatsApp contacts on. Immutable and thread-safe.
 */
public final class VcardMessage implements OutboundMessage {
    private static final int MAX_LENGTH = 4096;
    private static final String BEGINNING = "BEGIN:VCARD";

    private final Envelope envelope;
    // transient, so that no JSON library prints it by itself
    private final transient String vcard;

    private VcardMessage(Envelope envelope, String vcard) {
        this.envelope = envelope;
        this.vcard = vcard;
    }

    /**
     * Returns a message that carries a card.
     *
     * @param to who gets it
     * @param vcard the card, from {@code BEGIN:VCARD} on, 1 to 4,096 characters; line breaks of any kind become line feeds,
     *     blanks around it are removed
     * @return the message
     * @throws IllegalArgumentException if it does not begin so, is too long, or holds control characters or half a
     *     surrogate pair; the message does not repeat it
     */
    public static VcardMessage of(Recipient to, String vcard) {
        String card = ContentRules.text(
                "vcard", Objects.requireNonNull(vcard, "vcard").strip(), MAX_LENGTH);
        if (!card.regionMatches(true, 0, BEGINNING, 0, BEGINNING.length())) {
            throw new IllegalArgumentException("vcard must begin with " + BEGINNING);
        }
        return new VcardMessage(Envelope.to(to), card);
    }

    /**
     * Returns the same message as a reply.
     *
     * @param message which message it replies to
     * @return the message
     */
    public VcardMessage inReplyTo(MessageId message) {
        return new VcardMessage(envelope.inReplyTo(message), vcard);
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
     * Returns the card. Never log the result.
     *
     * @return a vCard, its lines divided by line feeds
     */
    public String vcard() {
        return vcard;
    }

    @Override
    public <R> R byKind(Kinds<R> kinds) {
        return kinds.vcard(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VcardMessage that && envelope.equals(that.envelope) && vcard.equals(that.vcard);
    }

    @Override
    public int hashCode() {
        return Objects.hash(envelope, vcard);
    }

    @Override
    public String toString() {
        return "VcardMessage[" + to() + ContentRules.sizeOf(",", vcard) + "]";
    }
}
