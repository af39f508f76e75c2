package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/**
 * A sticker.
 *
 * <p>UltraMsg names jpg, jpeg, gif, png, webp and bmp as formats, and 16 MB as the most for a file at an address. Immutable
 * and thread-safe.
 */
public final class StickerMessage implements OutboundMessage {
    private final Envelope envelope;
    // transient, so that no JSON library prints it by itself
    private final transient Media media;

    private StickerMessage(Envelope envelope, Media media) {
        this.envelope = envelope;
        this.media = media;
    }

    /**
     * Returns a sticker.
     *
     * @param to who gets it
     * @param media the image to make a sticker of
     * @return the message
     */
    public static StickerMessage of(Recipient to, Media media) {
        return new StickerMessage(Envelope.to(to), Objects.requireNonNull(media, "media"));
    }

    /**
     * Returns the same message as a reply.
     *
     * @param message which message it replies to
     * @return the message
     */
    public StickerMessage inReplyTo(MessageId message) {
        return new StickerMessage(envelope.inReplyTo(message), media);
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
     * Returns what it shows.
     *
     * @return an address or bytes
     */
    public Media media() {
        return media;
    }

    @Override
    public <R> R byKind(Kinds<R> kinds) {
        return kinds.sticker(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StickerMessage that && envelope.equals(that.envelope) && media.equals(that.media);
    }

    @Override
    public int hashCode() {
        return Objects.hash(envelope, media);
    }

    @Override
    public String toString() {
        return "StickerMessage[" + to() + ", " + media + "]";
    }
}
