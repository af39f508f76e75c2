package io.smartqueue.ultramsg.webhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The one webhook of a service that kept its switch and its token in environment variables, for all its organizations: {@code
 * ULTRAMSG_WEBHOOK_ENABLED} and {@code ULTRAMSG_WEBHOOK_TOKEN}. While they are in use, a request with that token is believed as well: it
 * is taken to be of the one organization that has the instance which the request names, and refused if there are several.
 *
 * <p>Read once: a variable that changes later is not noticed. Immutable and thread-safe; does not print the token.
 */
public final class LegacyWebhooks {
    /** Says whether webhooks are taken at all. */
    public static final String ENABLED = "ULTRAMSG_WEBHOOK_ENABLED";

    /** Holds what a request has to know. */
    public static final String TOKEN = "ULTRAMSG_WEBHOOK_TOKEN";

    private static final Set<String> YES = Set.of("", "true", "1", "on", "yes");

    private final String enabled;
    // transient, so that no JSON library prints it by itself
    private final transient String token;

    private LegacyWebhooks(String enabled, String token) {
        this.enabled = enabled;
        this.token = token;
    }

    /**
     * Reads the variables of this process.
     *
     * @return what they say
     */
    public static LegacyWebhooks fromSystem() {
        return of(System.getenv());
    }

    /**
     * Reads variables from a map, such as the host's own properties under the old names.
     *
     * @param variables by their names; others are passed over
     * @return what they say
     */
    public static LegacyWebhooks of(Map<String, String> variables) {
        return new LegacyWebhooks(
                variables.getOrDefault(ENABLED, "").strip().toLowerCase(Locale.ROOT),
                variables.getOrDefault(TOKEN, "").strip());
    }

    /**
     * Tells whether webhooks are taken, those with secrets of their own included.
     *
     * @return true if the switch says {@code true}, {@code 1}, {@code on} or {@code yes}, or is not set; false for anything else
     */
    public boolean isEnabled() {
        return YES.contains(enabled);
    }

    /**
     * Tells whether a request knows the token, in a time that says nothing about how much of it is right.
     *
     * @param secret what it has instead of a secret of its organization's own
     * @return false also if no token is set
     */
    public boolean accepts(String secret) {
        return !token.isEmpty()
                && MessageDigest.isEqual( // whose time goes by the first one's length
                        secret.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "LegacyWebhooks[" + (isEnabled() ? "on" : "off") + (token.isEmpty() ? "" : ", token") + "]";
    }
}
