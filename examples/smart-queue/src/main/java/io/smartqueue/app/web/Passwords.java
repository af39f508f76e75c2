package io.smartqueue.app.web;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Passwords as they are stored: PBKDF2 with HMAC-SHA256, as {@code rounds:salt:hash}. Thread-safe. */
public final class Passwords {
    private static final int ROUNDS = 600_000; // OWASP, Password Storage Cheat Sheet, read 2026-11
    private static final int ROUNDS_OF_NO_SECRET = 10_000;
    private static final int BITS = 256;

    private final int rounds;

    private Passwords(int rounds) {
        this.rounds = rounds;
    }

    /** So many rounds that who steals the table guesses few of them. */
    public static Passwords secret() {
        return new Passwords(ROUNDS);
    }

    /** For a demonstration, which tells everybody its password. */
    public static Passwords known() {
        return new Passwords(ROUNDS_OF_NO_SECRET);
    }

    public String stored(String password) {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        return derive(password, rounds, salt);
    }

    static boolean matches(String password, String stored) {
        String[] parts = stored.split(":");
        String again =
                derive(password, Integer.parseInt(parts[0]), Base64.getDecoder().decode(parts[1]));
        return MessageDigest.isEqual(again.getBytes(US_ASCII), stored.getBytes(US_ASCII));
    }

    /** For a name that nobody has, so that the time it takes does not tell. */
    void takeAsLong(String password) {
        derive(password, rounds, new byte[16]);
    }

    private static String derive(String password, int rounds, byte[] salt) {
        try {
            PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, rounds, BITS);
            byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            Base64.Encoder base64 = Base64.getEncoder();
            return rounds + ":" + base64.encodeToString(salt) + ":" + base64.encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA256", e);
        }
    }
}
