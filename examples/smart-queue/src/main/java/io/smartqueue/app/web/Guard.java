package io.smartqueue.app.web;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** Finds out who asks and whether he may. Every route within an organization begins with {@link #visit}. */
public final class Guard {
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final String BEARER = "Bearer ";

    private final Sessions sessions;
    private final Organizations organizations;
    private final String cookieName;
    private final boolean secure;

    public Guard(Sessions sessions, Organizations organizations, @Nullable URI publicUrl) {
        this.sessions = sessions;
        this.organizations = organizations;
        this.secure = publicUrl != null && "https".equals(publicUrl.getScheme());
        this.cookieName = secure ? "__Host-session" : "session";
    }

    /** Returns who asks: whoever the cookie or the bearer token belongs to. */
    public Optional<SignedIn> find(Context request) {
        @Nullable SignedIn known = request.attribute("signedIn");
        if (known != null) {
            return Optional.of(known);
        }
        Optional<SignedIn> found = token(request).flatMap(sessions::find);
        found.ifPresent(who -> request.attribute("signedIn", who));
        return found;
    }

    public SignedIn signedIn(Context request) {
        return find(request).orElseThrow(() -> new ProblemException(Problem.notSignedIn()));
    }

    /** Returns who asks, within the organization that the path names, if he may do this there. */
    public Visit visit(Context request, Permission permission) {
        return visit(request, request.pathParam("organization"), permission);
    }

    /** Returns who asks, within an organization that the request names, if he may do this there. */
    public Visit visit(Context request, String organization, Permission permission) {
        SignedIn who = signedIn(request);
        return Optional.of(organization)
                .filter(Guard::isUuid)
                .flatMap(id -> organizations.find(who.member(), OrganizationId.of(UUID.fromString(id))))
                .filter(found -> found.may(permission))
                .map(found -> new Visit(who, found))
                .orElseThrow(() -> new ProblemException(Problem.noAccess()));
    }

    /** Tells whether a text is a UUID in its usual form; Java takes others for one as well. */
    public static boolean isUuid(String text) {
        return UUID_TEXT.matcher(text).matches();
    }

    /**
     * Refuses what another site makes a browser send. Who sends a bearer token is no browser that was tricked, and who has no session has
     * nothing to lose but a sign-in, which must come from a page of ours. That page belongs to no session: somebody may have signed in
     * since, in another tab.
     */
    void refuseForgeries(Context request) {
        if (SAFE.contains(request.method().name()) || request.header("Authorization") != null) {
            return;
        }
        @Nullable String site = request.header("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw forged();
        }
        if (request.path().equals(SignInPage.PATH)) {
            return;
        }
        find(request).ifPresent(who -> {
            @Nullable String inHeader = request.header("X-CSRF-Token");
            @Nullable String sent = inHeader != null ? inHeader : Forms.field(request, "csrf");
            if (sent == null || !MessageDigest.isEqual(bytes(sent), bytes(who.csrfToken()))) {
                throw forged();
            }
        });
    }

    private static ProblemException forged() {
        return new ProblemException(
                Problem.of(403, "forged", "This did not come from a page of ours", "load the page anew and try again"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void remember(Context request, String token) {
        Cookie cookie = new Cookie(cookieName, token, "/", (int) Sessions.LIFETIME.toSeconds(), secure);
        cookie.setHttpOnly(true);
        cookie.setSameSite(SameSite.LAX);
        request.cookie(cookie);
    }

    void forget(Context request) {
        token(request).ifPresent(sessions::end);
        Cookie cookie = new Cookie(cookieName, "", "/", 0, secure);
        cookie.setHttpOnly(true);
        cookie.setSameSite(SameSite.LAX);
        request.cookie(cookie);
    }

    private Optional<String> token(Context request) {
        @Nullable String authorization = request.header("Authorization");
        if (authorization != null) {
            return authorization.startsWith(BEARER)
                    ? Optional.of(authorization.substring(BEARER.length()).strip())
                    : Optional.empty();
        }
        return Optional.ofNullable(request.cookie(cookieName)).filter(token -> !token.isEmpty());
    }
}
