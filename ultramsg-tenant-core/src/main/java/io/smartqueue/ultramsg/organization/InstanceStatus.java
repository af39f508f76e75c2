package io.smartqueue.ultramsg.organization;

import java.util.Locale;
import java.util.Optional;

/**
 * Where an organization's instance stands in our own records. Only {@link #ACTIVE} may send.
 *
 * <p>A person, or a passing test on save, sets {@link #ACTIVE}; people set {@link #INACTIVE}, {@link #SUSPENDED} and
 * {@link #TESTING}; {@link #ERROR} is for an active instance that was found not to work.
 */
public enum InstanceStatus {
    /** Configured and in use. */
    ACTIVE,
    /** Not in use yet, or no longer. */
    INACTIVE,
    /** Stopped by a person; a passing test does not undo it. */
    SUSPENDED,
    /** Was active, then found not to work. */
    ERROR,
    /** Being set up. */
    TESTING;

    /**
     * Finds a status by its stored name.
     *
     * @param text the name in any case, such as {@code active}
     * @return the status, or empty if there is none of that name
     */
    public static Optional<InstanceStatus> find(String text) {
        for (InstanceStatus status : values()) {
            if (status.storedName().equalsIgnoreCase(text)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the name under which the status is stored.
     *
     * @return the name in lower case
     */
    public String storedName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Tells whether an organization in this status may send.
     *
     * @return true for {@link #ACTIVE} alone
     */
    public boolean maySend() {
        return this == ACTIVE;
    }
}
