package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * WhatsApp's id of a message that exists, as UltraMsg's webhooks and lists give it, such as {@code
 * false_15550001111@c.us_3EB0ABCDEF}. Not {@link QueueId}, which numbers a message in an instance's queue.
 *
 * <p>It holds a phone number, so it does not print. Any id without blanks is taken: the form is WhatsApp's and may change.
 * Immutable and thread-safe.
 */
public final class MessageId {
    private static final Pattern FORM = Pattern.compile("[!-~]{1,255}");

    // transient, so that no JSON library prints it by itself
    private final transient String value;

    private MessageId(String value) {
        this.value = value;
    }

    /**
     * Reads an id.
     *
     * @param text 1 to 255 visible ASCII characters; blanks around them are removed
     * @return the id
     * @throws IllegalArgumentException if the text cannot be an id; the message does not repeat it
     */
    public static MessageId of(String text) {
        String value = Objects.requireNonNull(text, "message id").strip();
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("message id has " + value.length()
                    + " characters or holds others than visible ASCII; it must be 1 to 255 of these");
        }
        return new MessageId(value);
    }

    /**
     * Returns the id as WhatsApp wrote it. Never log the result.
     *
     * @return 1 to 255 visible ASCII characters
     */
    public String value() {
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MessageId id && value.equals(id.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "MessageId[hidden]";
    }
}
