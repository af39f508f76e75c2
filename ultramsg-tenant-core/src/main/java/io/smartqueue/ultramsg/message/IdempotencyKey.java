package io.smartqueue.ultramsg.message;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A caller's own name for one message that is meant to be sent once, such as {@code order-42/ready}. Whoever sends with the same
 * key again, on whatever node, gets what became of the first.
 *
 * <pre>{@code
 * SendOptions once = SendOptions.builder().idempotencyKey(IdempotencyKey.of("order-42/ready")).build();
 * }</pre>
 *
 * <p>A key is stored and logged: put no phone number and no text into it. Immutable and thread-safe.
 *
 * @param value 1 to 200 letters, digits and signs of ASCII, no blanks
 */
public record IdempotencyKey(String value) {
    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,200}");

    /**
     * Checks the key.
     *
     * @throws IllegalArgumentException if it is empty, too long or holds other characters
     */
    public IdempotencyKey {
        Objects.requireNonNull(value, "idempotencyKey");
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "idempotencyKey must be 1 to 200 letters, digits or signs of ASCII, without blanks");
        }
    }

    /**
     * Returns a key.
     *
     * @param value unique among what the organization means to send; see the record's form
     * @return the key
     * @throws IllegalArgumentException if it is empty, too long or holds other characters
     */
    public static IdempotencyKey of(String value) {
        return new IdempotencyKey(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
