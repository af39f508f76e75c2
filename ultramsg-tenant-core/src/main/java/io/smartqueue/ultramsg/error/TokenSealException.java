package io.smartqueue.ultramsg.error;

import org.jspecify.annotations.Nullable;

/**
 * A sealed token cannot be opened, or the keys for sealing are unusable.
 *
 * <p>Concerns one organization only, unless the keys themselves are malformed.
 */
public final class TokenSealException extends UltraMessageException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message which key id and which organization are concerned, and what to do; never the token or a key
     * @param cause what the cipher reported, or null
     */
    public TokenSealException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
