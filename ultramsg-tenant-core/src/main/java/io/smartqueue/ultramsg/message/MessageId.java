package io.smartqueue.ultramsg.message;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * WhatsApp's own id of a message, such as {@code true_15550001111@c.us_3EB0ABCDEF}; not UltraMsg's {@link QueueId}. It holds
 * a phone number, so it prints its length only.
 *
 * @param value 1 to 255 printable ASCII characters, as UltraMsg gave them; never log it
 */
public record MessageId(String value) {
    private static final Pattern FORM = Pattern.compile("[\\x20-\\x7e]{1,255}");

    /**
     * Checks the id.
     *
     * @throws IllegalArgumentException if it is blank, too long or holds other characters; the message does not repeat it
     */
    public MessageId {
        Objects.requireNonNull(value, "message id");
        if (value.isBlank() || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("message id must be 1 to 255 printable ASCII characters");
        }
    }

    @Override
    public String toString() {
        return "MessageId[" + value.length() + " characters]";
    }
}
