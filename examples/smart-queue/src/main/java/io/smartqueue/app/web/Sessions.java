package io.smartqueue.app.web;

import io.smartqueue.ultramsg.organization.MemberId;
import org.jdbi.v3.core.Jdbi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** Who is signed in, on all nodes alike: kept in the database, by a hash of what the browser has. */
public final class Sessions {
    static final Duration LIFETIME = Duration.ofHours(12);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Jdbi database;
    private final Passwords passwords;

    public Sessions(Jdbi database, Passwords passwords) {
        this.database = database;
        this.passwords = passwords;
    }

    /** Signs somebody in, if the password is his, and returns the token that says so from now on. */
    Optional<String> signIn(String memberId, String password) {
        Optional<String> stored = database.withHandle(
                handle -> handle.createQuery("SELECT password FROM accounts WHERE member_id = :member")
                        .bind("member", memberId)
                        .mapTo(String.class)
                        .findOne());
        if (stored.isEmpty()) {
            passwords.takeAsLong(password);
            return Optional.empty();
        }
        return stored.filter(hash -> Passwords.matches(password, hash)).map(hash -> open(memberId, LIFETIME));
    }

    /** Returns a new token for somebody: a session, or what a program of his is to send as a bearer token. */
    public String open(String memberId, Duration lifetime) {
        String token = randomToken();
        database.useHandle(handle -> {
            handle.createUpdate("DELETE FROM sessions WHERE expires_at < now()").execute();
            handle.createUpdate("INSERT INTO sessions (token_hash, member_id, csrf_token, expires_at)"
                            + " VALUES (:hash, :member, :csrf, now() + make_interval(secs => :seconds))")
                    .bind("hash", hash(token))
                    .bind("member", memberId)
                    .bind("csrf", randomToken())
                    .bind("seconds", lifetime.toSeconds())
                    .execute();
        });
        return token;
    }

    Optional<SignedIn> find(String token) {
        return database.withHandle(handle -> handle.createQuery(
                        "SELECT a.member_id, a.name, s.csrf_token FROM sessions AS s"
                                + " JOIN accounts AS a USING (member_id) WHERE s.token_hash = :hash AND s.expires_at > now()")
                .bind("hash", hash(token))
                .map((row, context) -> new SignedIn(
                        MemberId.of(row.getString("member_id")), row.getString("name"), row.getString("csrf_token")))
                .findOne());
    }

    void end(String token) {
        database.useHandle(handle -> handle.createUpdate("DELETE FROM sessions WHERE token_hash = :hash")
                .bind("hash", hash(token))
                .execute());
    }

    private static String randomToken() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
