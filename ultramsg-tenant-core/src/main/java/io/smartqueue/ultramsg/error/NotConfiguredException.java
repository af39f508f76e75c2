package io.smartqueue.ultramsg.error;

/** A call was made for an organization that does not exist, or whose configuration cannot be used; nothing was asked. */
public final class NotConfiguredException extends UltraMessageException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is missing or wrong, without secrets
     */
    public NotConfiguredException(String message) {
        super(message, null);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
