package io.smartqueue.ultramsg.webhook;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What to answer UltraMsg. Anything but a 2xx makes it post the event again, three times unless the instance is set to another number.
 * Nothing of the request is in it.
 */
public enum WebhookReply {
    /** The event was handled, or is one that nobody wants to handle. */
    HANDLED(200),
    /** The event was handled before. */
    DUPLICATE(200),
    /** The body is no event. */
    UNREADABLE(400),
    /** The request does not know the secret, or one that was revoked. */
    UNKNOWN_SECRET(401),
    /** The event is of an instance that is none of the organization's. */
    WRONG_INSTANCE(403),
    /** The host has switched webhooks off. */
    SWITCHED_OFF(404),
    /** The method is not {@code POST}. */
    WRONG_METHOD(405),
    /** The body is longer than what is read. */
    TOO_LARGE(413),
    /** The host's handler has failed. */
    FAILED(500),
    /** The event is being handled at this moment, and may fail. */
    BUSY(503, Duration.ofSeconds(5)),
    /** The store cannot answer, the organization's configuration cannot be used, or the manager is closed. */
    UNAVAILABLE(503, Duration.ofSeconds(30));

    private static final int METHOD_NOT_ALLOWED = 405;

    private final int status;
    private final @Nullable Duration retryAfter;

    WebhookReply(int status) {
        this(status, null);
    }

    WebhookReply(int status, @Nullable Duration retryAfter) {
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /**
     * Returns the HTTP status.
     *
     * @return 200 to 503
     */
    public int status() {
        return status;
    }

    /**
     * Returns the body.
     *
     * @return JSON in ASCII, such as <code>{"status":"handled"}</code>
     */
    public String body() {
        return "{\"status\":\"" + name().toLowerCase(Locale.ROOT) + "\"}";
    }

    /**
     * Returns what the body is.
     *
     * @return {@code application/json}
     */
    public String contentType() {
        return "application/json";
    }

    /**
     * Returns when to post the event again.
     *
     * @return whole seconds; empty if there is nothing to say about it
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /**
     * Returns the headers by their names.
     *
     * @return {@code Content-Type}, and {@code Retry-After} or {@code Allow} where they belong
     */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", contentType());
        retryAfter().ifPresent(pause -> headers.put("Retry-After", Long.toString(pause.toSeconds())));
        if (status == METHOD_NOT_ALLOWED) {
            headers.put("Allow", "POST");
        }
        return headers;
    }
}
