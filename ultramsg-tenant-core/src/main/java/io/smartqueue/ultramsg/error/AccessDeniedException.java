package io.smartqueue.ultramsg.error;

/**
 * Somebody asked for what his role in the organization does not include; nothing was done. Whether that organization exists is not said.
 * An HTTP service answers with 403.
 */
public final class AccessDeniedException extends UltraMessageException {
    private static final long serialVersionUID = 1L;

    private AccessDeniedException(String message) {
        super(message, null);
    }

    /**
     * Describes a refusal.
     *
     * @param permission what is not permitted, such as {@code EDIT}
     * @param organization the key of the organization
     * @return the exception
     */
    public static AccessDeniedException of(String permission, String organization) {
        return new AccessDeniedException(permission + " is not permitted in organization " + organization
                + ": it takes a member whose role includes it");
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
