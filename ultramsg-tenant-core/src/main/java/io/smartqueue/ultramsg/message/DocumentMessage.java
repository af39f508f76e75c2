package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A file to keep, with or without a caption.
 *
 * <p>UltraMsg names 30 MB as the most for a file at an address, its older client libraries 100 MB. Immutable and thread-safe.
 */
public final class DocumentMessage implements OutboundMessage {
    private static final int MAX_FILENAME = 255;

    private final Envelope envelope;
    // transient, so that no JSON library prints it by itself
    private final transient Media media;
    private final transient String filename;
    private final transient @Nullable String caption;

    private DocumentMessage(Envelope envelope, Media media, String filename, @Nullable String caption) {
        this.envelope = envelope;
        this.media = media;
        this.filename = filename;
        this.caption = caption;
    }

    /**
     * Returns a message that carries a file.
     *
     * @param to who gets it
     * @param media the file
     * @param filename the name it is shown and saved under, with its extension and without folders; 1 to 255 characters
     * @return the message
     * @throws IllegalArgumentException if the name is blank, too long, lacks an extension, or holds a slash, control
     *     characters or half a surrogate pair; the message does not repeat it
     */
    public static DocumentMessage of(Recipient to, Media media, String filename) {
        return new DocumentMessage(
                Envelope.to(to), Objects.requireNonNull(media, "media"), requireFilename(filename), null);
    }

    private static String requireFilename(String filename) {
        String name = ContentRules.line("filename", filename, MAX_FILENAME);
        if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("filename holds a slash: it is the name alone, without folders");
        }
        int dot = name.lastIndexOf('.');
        if (dot <= 0 || name.substring(dot + 1).isBlank()) {
            throw new IllegalArgumentException("filename has no extension, which tells UltraMsg the format");
        }
        return name;
    }

    /**
     * Returns the same message with a text below.
     *
     * @param caption 1 to 1,024 characters; line breaks of any kind become line feeds
     * @return the message
     * @throws IllegalArgumentException if the caption is blank, too long, or holds control characters or half a surrogate
     *     pair
     */
    public DocumentMessage captioned(String caption) {
        return new DocumentMessage(envelope, media, filename, ContentRules.caption(caption));
    }

    /**
     * Returns the same message with these persons mentioned, in place of those before.
     *
     * @param persons whom to mention; WhatsApp shows it where the caption has {@code @} and the digits of the number
     * @return the message
     * @throws IllegalArgumentException if one of them is a group
     */
    public DocumentMessage mentioning(List<Recipient> persons) {
        return new DocumentMessage(envelope.mentioning(persons), media, filename, caption);
    }

    /**
     * Returns the same message as a reply.
     *
     * @param message which message it replies to
     * @return the message
     */
    public DocumentMessage inReplyTo(MessageId message) {
        return new DocumentMessage(envelope.inReplyTo(message), media, filename, caption);
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
     * Returns what it carries.
     *
     * @return an address or bytes
     */
    public Media media() {
        return media;
    }

    /**
     * Returns the name it is shown and saved under.
     *
     * @return the name, with its extension
     */
    public String filename() {
        return filename;
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
        return kinds.document(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DocumentMessage that
                && envelope.equals(that.envelope)
                && media.equals(that.media)
                && filename.equals(that.filename)
                && Objects.equals(caption, that.caption);
    }

    @Override
    public int hashCode() {
        return Objects.hash(envelope, media, filename, caption);
    }

    @Override
    public String toString() {
        return "DocumentMessage[" + to() + ", " + media + ContentRules.sizeOf(", caption", caption) + "]";
    }
}
