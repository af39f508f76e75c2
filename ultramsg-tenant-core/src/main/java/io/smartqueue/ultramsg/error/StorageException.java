package io.smartqueue.ultramsg.error;

import org.jspecify.annotations.Nullable;

/** The store behind the library could not answer, or is not set up the way the library needs it. */
public final class StorageException extends UltraMessageException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    private StorageException(String message, @Nullable Throwable cause, boolean retryable) {
        super(message, cause);
        this.retryable = retryable;
    }

    /**
     * Describes a store that cannot answer now: gone, overloaded, or a row held by somebody else for too long.
     *
     * @param message what was tried and what to look at
     * @param cause what the store's driver reported, or null
     * @return a retryable exception
     */
    public static StorageException unavailable(String message, @Nullable Throwable cause) {
        return new StorageException(message, cause, true);
    }

    /**
     * Describes a store that will not answer until somebody changes its set-up.
     *
     * @param message what is wrong and the change that mends it
     * @param cause what the store's driver reported, or null
     * @return an exception that is not retryable
     */
    public static StorageException misconfigured(String message, @Nullable Throwable cause) {
        return new StorageException(message, cause, false);
    }

    @Override
    public boolean isRetryable() {
        return retryable;
    }
}
