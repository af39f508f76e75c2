package io.smartqueue.ultramsg.organization;

import java.util.Objects;
import java.util.UUID;

/**
 * The key of an organization in the host's own table, as text: a UUID, a number or any text.
 *
 * <p>Any text of 1 to 255 characters without control characters is taken; whether such an organization exists is the
 * store's answer. Immutable and thread-safe.
 *
 * @param value the key, exactly as the host writes it
 */
public record OrganizationId(String value) {
    private static final int MAX_LENGTH = 255;

    /**
     * Checks the key.
     *
     * @throws IllegalArgumentException if the key is blank, longer than 255 characters or holds control characters
     */
    public OrganizationId {
        Objects.requireNonNull(value, "organization id");
        if (value.isBlank()) {
            throw new IllegalArgumentException("organization id is blank: pass the key of the organization's row");
        }
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "organization id has " + value.length() + " characters, at most " + MAX_LENGTH + " are possible");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("organization id holds a control character");
        }
    }

    /**
     * Returns the id for a text key.
     *
     * @param value the key, 1 to 255 characters
     * @return the id
     * @throws IllegalArgumentException if the key is blank, too long or holds control characters
     */
    public static OrganizationId of(String value) {
        return new OrganizationId(value);
    }

    /**
     * Returns the id for a UUID key.
     *
     * @param value the key
     * @return the id, in lower case as PostgreSQL writes it
     */
    public static OrganizationId of(UUID value) {
        return new OrganizationId(value.toString());
    }

    /**
     * Returns the id for a numeric key.
     *
     * @param value the key
     * @return the id, in decimal digits
     */
    public static OrganizationId of(long value) {
        return new OrganizationId(Long.toString(value));
    }

    @Override
    public String toString() {
        return value;
    }
}
