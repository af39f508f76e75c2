package io.smartqueue.ultramsg.message;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A fingerprint of a message's recipient and content: the same for equal messages, different for all others.
 *
 * @param value SHA-256 in 64 lower-case hexadecimal digits
 */
public record ContentHash(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /**
     * Takes a message's fingerprint.
     *
     * @param message of any kind
     * @return the same for the same recipient and content, also on other nodes
     */
    public static ContentHash of(OutboundMessage message) {
        return new ContentHash(ContentDigest.of(message));
    }

    /**
     * Checks the fingerprint.
     *
     * @throws IllegalArgumentException if it is not 64 lower-case hexadecimal digits
     */
    public ContentHash {
        Objects.requireNonNull(value, "contentHash");
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("contentHash must be 64 lower-case hexadecimal digits");
        }
    }
}
