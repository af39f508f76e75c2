package io.smartqueue.ultramsg.error;

import java.util.Objects;

/** UltraMsg answered a call other than a send, and the answer is an error or cannot be understood. */
public final class ProviderException extends UltraMessageException {
    private static final long serialVersionUID = 1L;

    private final ProviderErrorKind kind;
    private final int httpStatus;
    private final String providerText;

    /**
     * Creates the exception.
     *
     * @param kind what the reply means
     * @param httpStatus the HTTP status it came with
     * @param providerText the provider's own words, cleared of secrets; empty if it had none
     */
    public ProviderException(ProviderErrorKind kind, int httpStatus, String providerText) {
        super(
                "UltraMsg answered with " + kind + " (HTTP " + httpStatus + ")"
                        + (providerText.isEmpty() ? "" : ": " + providerText),
                null);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.httpStatus = httpStatus;
        this.providerText = providerText;
    }

    /**
     * Returns what the reply means.
     *
     * @return the kind of error
     */
    public ProviderErrorKind kind() {
        return kind;
    }

    /**
     * Returns the HTTP status of the reply; errors often come with 200.
     *
     * @return the status, 100 to 599
     */
    public int httpStatus() {
        return httpStatus;
    }

    /**
     * Returns what the provider said, cleared of tokens and long runs of digits and cut to 200 characters.
     *
     * @return the provider's words, empty if it had none
     */
    public String providerText() {
        return providerText;
    }

    @Override
    public boolean isRetryable() {
        return kind == ProviderErrorKind.RATE_LIMIT || kind == ProviderErrorKind.SERVER;
    }
}
