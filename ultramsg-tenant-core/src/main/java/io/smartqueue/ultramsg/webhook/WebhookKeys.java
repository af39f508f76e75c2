package io.smartqueue.ultramsg.webhook;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The host's keys, from which the secret part of each organization's webhook address is made: UltraMsg signs nothing, so who knows the
 * address is believed. Nothing is stored of it. An address holds until its key is taken out of the list, or until addresses as old as it
 * are {@linkplain Webhooks#revokeOlder revoked}.
 *
 * <pre>{@code
 * WebhookKeys keys = WebhookKeys.parse(System.getenv("WEBHOOK_KEYS")); // k2:…,k1:…
 * }</pre>
 *
 * <p>To change the key, put a new one in front, install the webhooks anew, and take the old one out when {@link Webhooks#check} finds it
 * nowhere any more. Immutable and thread-safe; prints the keys' ids only.
 */
public final class WebhookKeys {
    private static final String FORM = "webhook keys must read id:base64,id:base64 with ids of 1 to 32 letters, digits,"
            + " dashes and underscores";
    private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final Pattern SECRET =
            Pattern.compile("([A-Za-z0-9_-]{1,32})\\.([A-Za-z0-9_-]{1,1400})\\.([0-9]{1,11})\\.[A-Za-z0-9_-]{27}");
    private static final String PURPOSE = "ultramsg-webhook\0" + "1\0"; // the digit is this form's version
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST_KEY_BYTES = 32;
    private static final int SIGNATURE_BYTES = 20;

    private final Map<String, SecretKeySpec> keys;
    private final String signingKeyId;

    private WebhookKeys(Map<String, SecretKeySpec> keys) {
        this.keys = keys;
        this.signingKeyId = keys.keySet().iterator().next();
    }

    /**
     * Reads the host's keys.
     *
     * @param keys {@code id:base64,id:base64,…}; ids of 1 to 32 letters, digits, dashes and underscores, keys of 32 bytes or more in
     *     base64; the first makes new addresses, those of all hold
     * @return the keys
     * @throws IllegalArgumentException if the text is not of this form; the message does not repeat it
     */
    public static WebhookKeys parse(String keys) {
        Map<String, SecretKeySpec> parsed = new LinkedHashMap<>();
        for (String entry : Objects.requireNonNull(keys, "keys").split(",", -1)) {
            int colon = entry.indexOf(':');
            String id = colon < 0 ? "" : entry.substring(0, colon).trim();
            if (!KEY_ID.matcher(id).matches()) {
                throw new IllegalArgumentException(FORM);
            }
            if (parsed.put(id, key(id, entry.substring(colon + 1).trim())) != null) {
                throw new IllegalArgumentException("webhook key " + id + " is there twice; every key needs its own id");
            }
        }
        return new WebhookKeys(parsed);
    }

    private static SecretKeySpec key(String id, String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) { // whose message repeats a part of it
            throw new IllegalArgumentException("webhook key " + id + " is not base64");
        }
        if (bytes.length < LEAST_KEY_BYTES) {
            throw new IllegalArgumentException("webhook key " + id + " has " + bytes.length + " bytes, it must have "
                    + LEAST_KEY_BYTES + " or more; make one with: openssl rand -base64 32");
        }
        return new SecretKeySpec(bytes, ALGORITHM);
    }

    /**
     * What a secret says that was made with one of the keys.
     *
     * @param organization whose webhook it is
     * @param issuedAt when it was made, to the second
     * @param keyId with which key
     */
    public record Issued(OrganizationId organization, Instant issuedAt, String keyId) {
        public Issued {
            Objects.requireNonNull(organization, "organization");
            Objects.requireNonNull(issuedAt, "issuedAt");
            Objects.requireNonNull(keyId, "keyId");
        }

        /**
         * Tells whether it was revoked.
         *
         * @param issuedFrom since when secrets have to have been made; empty if it does not matter
         * @return true if it was made before that second
         */
        public boolean isRevoked(Optional<Instant> issuedFrom) {
            return issuedFrom.isPresent()
                    && issuedAt.getEpochSecond() < issuedFrom.get().getEpochSecond();
        }
    }

    /**
     * Makes the secret part of an organization's address.
     *
     * @param organization whose, in its canonical spelling
     * @param at when it is made; only the second counts
     * @return one segment of a path, of letters, digits, dots, dashes and underscores; never log it
     */
    public String issue(OrganizationId organization, Instant at) {
        return issue(new Issued(organization, at, signingKeyId));
    }

    private String issue(Issued issued) {
        String organization = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(issued.organization().value().getBytes(StandardCharsets.UTF_8));
        return String.join(
                ".",
                issued.keyId(),
                organization,
                Long.toString(issued.issuedAt().getEpochSecond()),
                signature(issued));
    }

    private String signature(Issued issued) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(keys.get(issued.keyId()));
            mac.update(PURPOSE.getBytes(StandardCharsets.UTF_8));
            mac.update((issued.organization().value() + "\0" + issued.issuedAt().getEpochSecond())
                    .getBytes(StandardCharsets.UTF_8));
            byte[] signature = Arrays.copyOf(mac.doFinal(), SIGNATURE_BYTES);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) { // every Java platform has this algorithm
            throw new IllegalStateException("this JVM cannot sign with " + ALGORITHM, e);
        }
    }

    /**
     * Reads a secret, in a time that says nothing about how much of it is right.
     *
     * @param secret what a request or a setting holds
     * @return whose it is and since when; empty if it was not made with one of the keys
     */
    public Optional<Issued> verify(String secret) {
        return read(secret).filter(issued -> isSame(issue(issued), secret));
    }

    private Optional<Issued> read(String secret) {
        Matcher parts = SECRET.matcher(secret);
        if (!parts.matches() || !keys.containsKey(parts.group(1))) {
            return Optional.empty();
        }
        try {
            byte[] organization = Base64.getUrlDecoder().decode(parts.group(2));
            return Optional.of(new Issued(
                    OrganizationId.of(new String(organization, StandardCharsets.UTF_8)),
                    Instant.ofEpochSecond(Long.parseLong(parts.group(3))),
                    parts.group(1)));
        } catch (IllegalArgumentException notMadeHere) {
            return Optional.empty();
        }
    }

    private static boolean isSame(String made, String given) {
        return MessageDigest.isEqual(made.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the id of the key that new addresses are made with.
     *
     * @return the first key's id
     */
    public String signingKeyId() {
        return signingKeyId;
    }

    @Override
    public String toString() {
        return "WebhookKeys" + keys.keySet();
    }
}
