package io.smartqueue.ultramsg.organization;

import io.smartqueue.ultramsg.error.TokenSealException;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals tokens for storage with AES-256-GCM, bound to their organization: a sealed token that is copied to another
 * organization's row does not open there.
 *
 * <p>A sealed token reads {@code ultramsg-sealed:<key id>:<nonce, cipher text and tag in base64url>}. The first key
 * seals, every key opens; a token stored in plain text opens as it is. Immutable and thread-safe.
 */
public final class TokenSeal {
    /** What every sealed token begins with. */
    public static final String PREFIX = "ultramsg-sealed:";

    private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9._-]{1,32}");
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, SecretKeySpec> keys;
    private final @Nullable String sealingKeyId;

    private TokenSeal(Map<String, SecretKeySpec> keys, @Nullable String sealingKeyId) {
        this.keys = keys;
        this.sealingKeyId = sealingKeyId;
    }

    /**
     * Returns a seal with keys of the host's.
     *
     * @param keys {@code id:base64,id:base64,…}; ids of 1 to 32 letters, digits, dots, dashes and underscores, keys of
     *     32 bytes in base64; the first seals, all open
     * @return the seal
     * @throws TokenSealException if the text is not of this form; the message does not repeat it
     */
    public static TokenSeal withKeys(String keys) {
        Map<String, SecretKeySpec> parsed = new LinkedHashMap<>();
        for (String entry : Objects.requireNonNull(keys, "keys").split(",", -1)) {
            int colon = entry.indexOf(':');
            String id = colon < 0 ? "" : entry.substring(0, colon).trim();
            if (!KEY_ID.matcher(id).matches()) {
                throw new TokenSealException(
                        "token keys must read id:base64,id:base64 with ids of 1 to 32 letters, digits, dots, dashes and"
                                + " underscores",
                        null);
            }
            if (parsed.put(id, key(id, entry.substring(colon + 1).trim())) != null) {
                throw new TokenSealException("token key " + id + " is there twice; every key needs its own id", null);
            }
        }
        return new TokenSeal(parsed, parsed.keySet().iterator().next());
    }

    private static SecretKeySpec key(String id, String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            throw new TokenSealException("token key " + id + " is not base64", null);
        }
        if (bytes.length != KEY_BYTES) {
            throw new TokenSealException(
                    "token key " + id + " has " + bytes.length + " bytes, it must have " + KEY_BYTES
                            + "; make one with: openssl rand -base64 32",
                    null);
        }
        return new SecretKeySpec(bytes, "AES");
    }

    /**
     * Returns a seal that stores tokens in plain text, for hosts that protect the database by other means.
     *
     * @return a seal without keys, which opens plain text only
     */
    public static TokenSeal plainText() {
        return new TokenSeal(Map.of(), null);
    }

    /**
     * Tells whether a stored text is a sealed token.
     *
     * @param stored what the column holds
     * @return true if it was sealed, with whatever key
     */
    public static boolean isSealed(String stored) {
        return stored.startsWith(PREFIX);
    }

    /**
     * Returns the id of the key that seals.
     *
     * @return the first key's id; empty for {@link #plainText()}
     */
    public Optional<String> sealingKeyId() {
        return Optional.ofNullable(sealingKeyId);
    }

    /**
     * Turns a token into what is stored.
     *
     * @param organization whose token it is
     * @param token the token
     * @return the sealed token, or the token itself for {@link #plainText()}
     */
    public String seal(OrganizationId organization, AccessToken token) {
        if (sealingKeyId == null) {
            return token.reveal();
        }
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, sealingKeyId, nonce, organization);
            byte[] sealed = cipher.doFinal(token.reveal().getBytes(StandardCharsets.UTF_8));
            byte[] stored = ByteBuffer.allocate(nonce.length + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return PREFIX + sealingKeyId + ":"
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(stored);
        } catch (GeneralSecurityException e) {
            throw new TokenSealException("this JVM cannot seal with AES-256-GCM", e);
        }
    }

    /**
     * Turns what is stored back into the token.
     *
     * @param organization whose row it was read from
     * @param stored what the column holds, sealed or plain
     * @return the token
     * @throws TokenSealException if the key is missing, or the text was sealed for another organization or damaged
     */
    public AccessToken open(OrganizationId organization, String stored) {
        if (!isSealed(stored)) {
            return AccessToken.of(stored);
        }
        int colon = stored.indexOf(':', PREFIX.length());
        String keyId = colon < 0 ? "" : stored.substring(PREFIX.length(), colon);
        if (!keys.containsKey(keyId)) {
            throw new TokenSealException(
                    "the token of organization " + organization + " is sealed with key "
                            + (KEY_ID.matcher(keyId).matches() ? keyId : "of unreadable id")
                            + ", which is not among the keys given; add that key",
                    null);
        }
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(stored.substring(colon + 1));
            if (sealed.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) { // JDK 17's cipher fails in its own way on it
                throw new GeneralSecurityException("too short to hold nonce and tag");
            }
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, keyId, sealed, organization);
            byte[] plain = cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
            return AccessToken.of(new String(plain, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new TokenSealException(
                    "the token of organization " + organization + " does not open with key " + keyId
                            + ": it was sealed with another key of that id, for another organization, or is damaged;"
                            + " enter the token anew",
                    e);
        }
    }

    private Cipher cipher(int mode, String keyId, byte[] nonceFirst, OrganizationId organization)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, keys.get(keyId), new GCMParameterSpec(TAG_BITS, nonceFirst, 0, NONCE_BYTES));
        cipher.updateAAD(("ultramsg-token:" + organization.value()).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    @Override
    public String toString() {
        return "TokenSeal[" + (sealingKeyId == null ? "plain text" : "key " + sealingKeyId) + "]";
    }
}
