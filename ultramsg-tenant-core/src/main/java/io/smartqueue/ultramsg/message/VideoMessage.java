package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A video, with or without a caption.
 *
 * <p>UltraMsg names mp4, 3gp and mov as formats, and 16 MB as the most for a file at an address. Immutable and thread-safe.
 */
public final class VideoMessage implements OutboundMessage {
    private final Envelope envelope;
    // transient, so that no JSON library prints it by itself
    private final transient Media media;
    private final transient @Nullable String caption;

    private VideoMessage(Envelope envelope, Media media, @Nullable String caption) {
        this.envelope = envelope;
        this.media = media;
        this.caption = caption;
    }

    /**
     * Returns a message that shows a video.
     *
     * @param to who gets it
     * @param media the video
     * @return the message
     */
    public static VideoMessage of(Recipient to, Media media) {
        return new VideoMessage(Envelope.to(to), Objects.requireNonNull(media, "media"), null);
    }

    /**
     * Returns the same message with a text below.
     *
     * @param caption 1 to 1,024 characters; line breaks of any kind become line feeds
     * @return the message
     * @throws IllegalArgumentException if the caption is blank, too long, or holds control characters or half a surrogate
     *     pair
     */
    public VideoMessage captioned(String caption) {
        return new VideoMessage(envelope, media, ContentRules.caption(caption));
    }

    /**
     * Returns the same message with these persons mentioned, in place of those before.
     *
     * @param persons whom to mention; WhatsApp shows it where the caption has {@code @} and the digits of the number
     * @return the message
     * @throws IllegalArgumentException if one of them is a group
     */
    public VideoMessage mentioning(List<Recipient> persons) {
        return new VideoMessage(envelope.mentioning(persons), media, caption);
    }

    /**
     * Returns the same message as a reply.
     *
     * @param message which message it replies to
     * @return the message
     */
    public VideoMessage inReplyTo(MessageId message) {
        return new VideoMessage(envelope.inReplyTo(message), media, caption);
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

    /**
     * Returns the text below.
     *
     * @return the caption, or empty if there is none
     */
    public Optional<String> caption() {
        return Optional.ofNullable(caption);
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
        return kinds.video(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VideoMessage that
                && envelope.equals(that.envelope)
                && media.equals(that.media)
                && Objects.equals(caption, that.caption);
    }

    @Override
    public int hashCode() {
        return Objects.hash(envelope, media, caption);
    }

    @Override
    public String toString() {
        return "VideoMessage[" + to() + ", " + media + ContentRules.sizeOf(", caption", caption) + "]";
    }
}
