package io.smartqueue.ultramsg.outbox;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What messages have in common that must arrive one after the other, such as {@code ticket-42}. Of an organization's messages with
 * the same key, none is sent before the one enqueued before it has been accepted, rejected, cancelled, or has expired; while that
 * one's outcome is unknown, they wait. Urgency does not change their order.
 *
 * <p>A key is stored: put no phone number and no text into it. Immutable and thread-safe.
 *
 * @param value 1 to 200 letters, digits and signs of ASCII, no blanks
 */
public record OrderingKey(String value) {
    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,200}");

    /**
     * Checks the key.
     *
     * @throws IllegalArgumentException if it is empty, too long or holds other characters
     */
    public OrderingKey {
        Objects.requireNonNull(value, "orderingKey");
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "orderingKey must be 1 to 200 letters, digits or signs of ASCII, without blanks");
        }
    }

    /**
     * Returns a key.
     *
     * @param value the same for messages that keep their order; see the record's form
     * @return the key
     * @throws IllegalArgumentException if it is empty, too long or holds other characters
     */
    public static OrderingKey of(String value) {
        return new OrderingKey(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
