package io.smartqueue.ultramsg.error;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * The root of every exception this library throws on purpose, misuse by the programmer aside.
 *
 * <p>No message of this family holds a token, a phone number or the text of a message.
 */
public abstract class UltraMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception of the family.
     *
     * @param message what happened and what to do about it, without secrets
     * @param cause what it came from, or null
     */
    protected UltraMessageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Returns what happened and what to do about it.
     *
     * @return the message, without secrets
     */
    @Override
    public final String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "message");
    }

    /**
     * Tells whether the same call may well succeed a little later with nothing changed.
     *
     * @return true for passing trouble, such as a database that is being restarted
     */
    public abstract boolean isRetryable();
}
