package io.smartqueue.ultramsg.message;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Our name for one message, sent along with it as UltraMsg's {@code referenceId}; it comes back in lists and webhooks and
 * is how a message is found again after a lost reply.
 *
 * <p>Immutable and thread-safe.
 *
 * @param value 1 to 100 letters, digits, dots, colons, dashes and underscores
 */
public record Reference(String value) {
    private static final int MAX_LENGTH = 100;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Checks the reference.
     *
     * @throws IllegalArgumentException if it is empty, too long or holds other characters
     */
    public Reference {
        Objects.requireNonNull(value, "reference");
        if (!isReference(value)) {
            throw new IllegalArgumentException(
                    "reference must be 1 to 100 letters, digits, dots, colons, dashes or underscores");
        }
    }

    /** Not by a pattern: each message has a reference, and a matcher costs more than the rest of it. */
    private static boolean isReference(String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (!isAllowed(value.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(char character) {
        return character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9'
                || "._:-".indexOf(character) >= 0;
    }

    /**
     * Returns a caller's own reference.
     *
     * @param value unique among the organization's messages; see the record's form
     * @return the reference
     * @throws IllegalArgumentException if it is empty, too long or holds other characters
     */
    public static Reference of(String value) {
        return new Reference(value);
    }

    /**
     * Finds the reference that a text is, if it is one; UltraMsg also tells of messages that others have named, or nobody.
     *
     * @param value any text
     * @return the reference, or empty if it is none
     */
    public static Optional<Reference> find(String value) {
        return isReference(value) ? Optional.of(new Reference(value)) : Optional.empty();
    }

    /**
     * Makes a new reference: a UUID of version 7 (RFC 9562), so that references sort by time.
     *
     * @param clock where the time comes from
     * @return a reference that no other call returns
     */
    public static Reference next(Clock clock) {
        byte[] drawn = new byte[2 * Long.BYTES];
        RANDOM.nextBytes(drawn); // at once, because each draw takes a lock that all threads share
        ByteBuffer random = ByteBuffer.wrap(drawn);
        long millis = clock.millis() & 0xffff_ffff_ffffL;
        long high = (millis << 16) | 0x7000L | (random.getLong() & 0x0fffL);
        long low = 0x8000_0000_0000_0000L | (random.getLong() & 0x3fff_ffff_ffff_ffffL);
        return new Reference(new UUID(high, low).toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
