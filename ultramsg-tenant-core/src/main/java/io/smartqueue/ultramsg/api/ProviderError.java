package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.error.ProviderErrorKind;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * What an error reply says.
 *
 * @param fields the parameters it complains of, possibly none
 * @param text the provider's own words, cleared of secrets
 * @param retryAfter when to try again, if it says so
 */
record ProviderError(
        ProviderErrorKind kind,
        int httpStatus,
        List<String> fields,
        String text,
        @Nullable Instant retryAfter) {}
