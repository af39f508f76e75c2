package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/**
 * A sound, shown as a voice note; {@link AudioMessage} shows it as an audio file.
 *
 * <p>UltraMsg names ogg with the codec opus as the format, and 16 MB as the most for a file at an address. Immutable and
 * thread-safe.
 */
public final class VoiceMessage implements OutboundMessage {
    private final Envelope envelope;
    // transient, so that no JSON library prints it by itself
    private final transient Media media;

    private VoiceMessage(Envelope envelope, Media media) {
        this.envelope = envelope;
        this.media = media;
    }

    /**
     * Returns a voice note.
     *
     * @param to who gets it
     * @param media the sound
     * @return the message
     */
    public static VoiceMessage of(Recipient to, Media media) {
        return new VoiceMessage(Envelope.to(to), Objects.requireNonNull(media, "media"));
    }

    /**
     * Returns the same message as a reply.
     *
     * @param message which message it replies to
     * @return the message
     */
    public VoiceMessage inReplyTo(MessageId message) {
        return new VoiceMessage(envelope.inReplyTo(message), media);
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
     * Returns what it plays.
     *
     * @return an address or bytes
     */
    public Media media() {
        return media;
    }

    @Override
    public <R> R byKind(Kinds<R> kinds) {
        return kinds.voice(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VoiceMessage that && envelope.equals(that.envelope) && media.equals(that.media);
    }

    @Override
    public int hashCode() {
        return Objects.hash(envelope, media);
    }

    @Override
    public String toString() {
        return "VoiceMessage[" + to() + ", " + media + "]";
    }
}
