package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A message that an instance of the stub has accepted.
 *
 * <p>{@link #toString()} shows neither the recipient nor the content, so that it may be logged. Immutable and
 * thread-safe.
 *
 * @param id the number in the instance's queue, from 1
 * @param kind what it is
 * @param parameters all that came with it but the token, by UltraMsg's names, none of them empty
 * @param at when the stub accepted it, by the stub's clock
 */
public record ReceivedMessage(long id, Kind kind, Map<String, String> parameters, Instant at) {

    /** What a message is: each has a call of its own. */
    public enum Kind {
        /** A text, {@code messages/chat}. */
        TEXT("chat", "body"),
        /** A picture. */
        IMAGE("image", "image"),
        /** A sticker. */
        STICKER("sticker", "sticker"),
        /** A file. */
        DOCUMENT("document", "document"),
        /** A sound file. */
        AUDIO("audio", "audio"),
        /** A voice note. */
        VOICE("voice", "audio"),
        /** A film. */
        VIDEO("video", "video"),
        /** A link; deprecated by UltraMsg. */
        LINK("link", "link"),
        /** One or more contacts. */
        CONTACT("contact", "contact"),
        /** A place. */
        LOCATION("location", "address"),
        /** A business card. */
        VCARD("vcard", "vcard");

        private final String word;
        private final String content;

        Kind(String word, String content) {
            this.word = word;
            this.content = content;
        }

        /** The last part of the call's path. */
        String word() {
            return word;
        }

        /** The parameter that matters most. */
        String content() {
            return content;
        }
    }

    /**
     * Makes a message.
     *
     * @param id the number in the instance's queue
     * @param kind what it is
     * @param parameters at least {@code to} and the kind's content
     * @param at the time of acceptance
     * @throws NullPointerException if anything is null
     * @throws IllegalArgumentException if {@code to} or the content is missing
     */
    public ReceivedMessage {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(at, "at");
        parameters = Map.copyOf(parameters);
        if (!parameters.containsKey("to") || !parameters.containsKey(kind.content)) {
            throw new IllegalArgumentException("Expected to and " + kind.content);
        }
    }

    /**
     * Tells the recipients exactly as they were sent, a comma list included.
     *
     * @return such as {@code +15550001111}
     */
    public String to() {
        return parameters.getOrDefault("to", "");
    }

    /**
     * Tells what matters most: the text; the URL or base64 of a file; the link, the contacts, the business card; the
     * address of a place.
     *
     * @return the content exactly as it was sent
     */
    public String body() {
        return parameters.getOrDefault(kind.content, "");
    }

    /**
     * Tells the place in the queue.
     *
     * @return lower leaves earlier; 10 unless the sender says otherwise
     */
    public int priority() {
        return Integer.parseInt(parameters.getOrDefault("priority", "10"));
    }

    /**
     * Tells the sender's own id of the message.
     *
     * @return the id, or null
     */
    public @Nullable String referenceId() {
        return parameters.get("referenceId");
    }

    /**
     * Tells which message this one replies to.
     *
     * @return WhatsApp's id of it, or null
     */
    public @Nullable String msgId() {
        return parameters.get("msgId");
    }

    /**
     * Names the message without its content.
     *
     * @return the id, the kind, the lengths of recipient and content, the priority and the time
     */
    @Override
    public String toString() {
        return "ReceivedMessage[id=" + id + ", kind=" + kind + ", to=(" + to().length() + " characters), body=("
                + body().length() + " characters), priority=" + priority() + ", at=" + at + "]";
    }
}
