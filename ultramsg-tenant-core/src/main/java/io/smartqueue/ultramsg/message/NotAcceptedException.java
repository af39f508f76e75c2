package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.error.UltraMessageException;

/** Thrown by {@link SendResult#orThrow()} for a message that UltraMsg did not take, or may not have taken. */
public final class NotAcceptedException extends UltraMessageException {
    private static final long serialVersionUID = 1L;

    private final transient SendResult result;

    NotAcceptedException(SendResult result) {
        super(describe(result), null);
        this.result = result;
    }

    private static String describe(SendResult result) {
        return result instanceof SendResult.Rejected rejected
                ? "message " + rejected.reference() + " was not sent: " + rejected.reason() + ", " + rejected.detail()
                : "it is not known whether message " + result.reference() + " was sent; do not repeat it blindly";
    }

    /**
     * Returns the result behind the exception.
     *
     * @return a {@link SendResult.Rejected} or {@link SendResult.Unknown}
     */
    public SendResult result() {
        return result;
    }

    /**
     * Tells whether sending again may help and cannot send twice.
     *
     * @return true for a rejection that names a time to try again, or that nobody could be reached
     */
    @Override
    public boolean isRetryable() {
        return result instanceof SendResult.Rejected rejected
                && (rejected.retryAfter() != null || rejected.reason() == RejectionReason.UNREACHABLE);
    }
}
