package io.smartqueue.ultramsg.message;

import java.util.Objects;

/**
 * A text. It prints its length only.
 *
 * <p>WhatsApp's formatting ({@code *bold*}, {@code _italic_}) is part of the text. Line breaks of any kind become line
 * feeds. Immutable and thread-safe.
 *
 * @param to who gets it
 * @param body the text, 1 to 4,096 characters
 */
public record TextMessage(Recipient to, String body) implements OutboundMessage {
    /**
     * The most characters of a text. An emoji of several code points counts as several. Source: UltraMsg documentation,
     * messages/chat, as read in November 2026; that it counts code points is our reading.
     */
    public static final int MAX_LENGTH = 4096;

    /**
     * Checks the text.
     *
     * @throws IllegalArgumentException if it is blank, too long, or holds control characters or half a surrogate pair;
     *     the message does not repeat it
     */
    public TextMessage {
        Objects.requireNonNull(to, "to");
        body = Objects.requireNonNull(body, "body").replace("\r\n", "\n").replace('\r', '\n');
        if (body.isBlank()) {
            throw new IllegalArgumentException("body is empty: a text message needs at least one visible character");
        }
        int length = body.codePointCount(0, body.length());
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "body has " + length + " characters, UltraMsg takes at most " + MAX_LENGTH);
        }
        body.codePoints().forEach(TextMessage::requireSendable);
    }

    private static void requireSendable(int codePoint) {
        if (Character.getType(codePoint) == Character.SURROGATE) {
            throw new IllegalArgumentException("body holds half a surrogate pair, which no encoding can carry");
        }
        if (Character.isISOControl(codePoint) && codePoint != '\n' && codePoint != '\t') {
            throw new IllegalArgumentException(String.format(
                    "body holds the control character U+%04X; line breaks and tabs are the only ones allowed",
                    codePoint));
        }
    }

    /**
     * Returns a text message.
     *
     * @param to who gets it
     * @param body the text, 1 to 4,096 characters
     * @return the message
     * @throws IllegalArgumentException as the constructor does
     */
    public static TextMessage of(Recipient to, String body) {
        return new TextMessage(to, body);
    }

    @Override
    public String toString() {
        return "TextMessage[" + to + ", " + body.codePointCount(0, body.length()) + " characters]";
    }
}
