package io.smartqueue.ultramsg.webhook;

import java.util.regex.Pattern;

/**
 * What makes an event that UltraMsg posts one and the same, however often it comes: a digest of its kind, its message and its ack, or of
 * all of it where it names no message. Holds nothing of them.
 *
 * @param value 64 hexadecimal digits in lower case
 */
public record EventKey(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /**
     * Checks the key.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public EventKey {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("the event's key is not 64 hexadecimal digits in lower case");
        }
    }
}
