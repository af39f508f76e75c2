package io.smartqueue.ultramsg.organization;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * The secret of an UltraMsg instance. It cannot print itself: {@link #toString()} hides it, and no serializer finds it.
 *
 * <p>Holds any text; whether it can be a token is the {@link ConfigValidator}'s answer. Immutable and thread-safe.
 */
public final class AccessToken {
    private static final int SHOWN = 4;
    /** Of a shorter secret even four characters would be too much to show. */
    private static final int SHORTEST_SHOWN = 12;

    // transient, so that JSON libraries that read private fields (Gson, Jackson with field visibility) pass it over
    private final transient String secret;

    private AccessToken(String secret) {
        this.secret = secret;
    }

    /**
     * Wraps a secret.
     *
     * @param secret the token as UltraMsg shows it
     * @return the token, blanks around it removed
     */
    public static AccessToken of(String secret) {
        return new AccessToken(ConfigText.trim(Objects.requireNonNull(secret, "token")));
    }

    /**
     * Returns the secret itself, for the one place that puts it on the wire or seals it. Never log the result.
     *
     * @return the secret in plain text
     */
    public String reveal() {
        return secret;
    }

    /**
     * Returns what people may see of the secret, so that they can tell two of them apart.
     *
     * @return four stars, followed by the last four characters if there are twelve or more in all
     */
    public String masked() {
        return "****" + (secret.length() < SHORTEST_SHOWN ? "" : secret.substring(secret.length() - SHOWN));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AccessToken token
                && MessageDigest.isEqual(
                        secret.getBytes(StandardCharsets.UTF_8), token.secret.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return secret.hashCode();
    }

    @Override
    public String toString() {
        return "AccessToken[hidden]";
    }
}
