package io.smartqueue.ultramsg.webhook;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * A request that came to the host's route for webhooks, in values that any framework has.
 *
 * <pre>{@code
 * WebhookRequest.of(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), body)
 * }</pre>
 *
 * <p>Thread-safe, unless the body is changed; prints its length only.
 */
public final class WebhookRequest {
    private final String method;
    // transient, so that no JSON library prints them by itself
    private final transient String secret;
    private final transient byte[] body;

    private WebhookRequest(String method, String secret, byte[] body) {
        this.method = method;
        this.secret = secret;
        this.body = body;
    }

    /**
     * Takes a request over. Its headers are not needed: what the body is, it says itself.
     *
     * @param method such as {@code POST}
     * @param secret what proves where the request comes from: the last segment of the path, or the whole path; whatever the host's old
     *     webhook has instead, a parameter for instance; null if there is nothing
     * @param body the bytes as they came, of which {@link Webhooks#mostBytesToRead} are enough; not copied
     * @return the request
     */
    public static WebhookRequest of(String method, @Nullable String secret, byte[] body) {
        return new WebhookRequest(
                Objects.requireNonNull(method, "method"),
                secret == null ? "" : secret,
                Objects.requireNonNull(body, "body"));
    }

    /**
     * Takes a request with the method {@code POST} over.
     *
     * @param secret as for {@link #of}
     * @param body as for {@link #of}
     * @return the request
     */
    public static WebhookRequest post(@Nullable String secret, byte[] body) {
        return of("POST", secret, body);
    }

    /**
     * Returns the method.
     *
     * @return as the framework gave it
     */
    public String method() {
        return method;
    }

    /**
     * Returns what proves where the request comes from. Never log the result.
     *
     * @return as the framework gave it, empty for nothing
     */
    public String secret() {
        return secret;
    }

    /**
     * Returns the last segment of what proves where the request comes from. Never log the result.
     *
     * @return what follows the last slash, or all if there is none
     */
    public String lastSegment() {
        return secret.substring(secret.lastIndexOf('/') + 1);
    }

    /**
     * Returns the body. Never log the result.
     *
     * @return the bytes that were given, not a copy
     */
    public byte[] body() {
        return body;
    }

    @Override
    public String toString() {
        return "WebhookRequest[" + body.length + " bytes]";
    }
}
