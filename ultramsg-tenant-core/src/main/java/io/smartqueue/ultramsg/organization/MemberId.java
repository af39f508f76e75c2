package io.smartqueue.ultramsg.organization;

import java.util.Objects;
import java.util.UUID;

/**
 * The key of a person in the host's own table, as text: a UUID, a number or any text. Whom it is, and that it is really him who
 * asks, is the host's to know: pass what its sign-in says, never what a request says.
 *
 * <p>Immutable and thread-safe.
 *
 * @param value the key, exactly as the host writes it
 */
public record MemberId(String value) {
    private static final int MAX_LENGTH = 255;

    /**
     * Checks the key.
     *
     * @throws IllegalArgumentException if the key is blank, longer than 255 characters or holds control characters
     */
    public MemberId {
        Objects.requireNonNull(value, "member id");
        if (value.isBlank()) {
            throw new IllegalArgumentException("member id is blank: pass the key of the person who is signed in");
        }
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "member id has " + value.length() + " characters, at most " + MAX_LENGTH + " are possible");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("member id holds a control character");
        }
    }

    /**
     * Returns the id for a text key.
     *
     * @param value the key, 1 to 255 characters
     * @return the id
     * @throws IllegalArgumentException if the key is blank, too long or holds control characters
     */
    public static MemberId of(String value) {
        return new MemberId(value);
    }

    /**
     * Returns the id for a UUID key.
     *
     * @param value the key
     * @return the id, in lower case as PostgreSQL writes it
     */
    public static MemberId of(UUID value) {
        return new MemberId(value.toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
