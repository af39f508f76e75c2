package io.smartqueue.ultramsg.organization;

import java.net.URI;
import java.util.Objects;

/**
 * What it takes to call one UltraMsg instance.
 *
 * <p>Immutable and thread-safe; prints without the token.
 *
 * @param instance the instance
 * @param token its secret
 * @param baseUrl where UltraMsg's API is, without a path
 */
public record InstanceCredentials(InstanceId instance, AccessToken token, URI baseUrl) {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the base URL is not an http or https address with a host
     */
    public InstanceCredentials {
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(baseUrl, "baseUrl");
        boolean web = "https".equalsIgnoreCase(baseUrl.getScheme()) || "http".equalsIgnoreCase(baseUrl.getScheme());
        if (!web || baseUrl.getHost() == null) {
            // Found out here, because java.net.http's complaint would repeat the whole URI with the token in its query.
            throw new IllegalArgumentException("base URL must be an http or https address with a host");
        }
    }
}
