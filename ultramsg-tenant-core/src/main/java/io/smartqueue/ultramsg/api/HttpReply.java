package io.smartqueue.ultramsg.api;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Locale;

/** A reply as it came off the wire. */
final class HttpReply {
    private final int status;
    private final HttpHeaders headers;
    private final byte[] body;

    HttpReply(HttpResponse<byte[]> response) {
        this(response.statusCode(), response.headers(), response.body());
    }

    HttpReply(int status, HttpHeaders headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    int status() {
        return status;
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    HttpHeaders headers() {
        return headers;
    }

    /** Whether the body claims to be a picture. */
    boolean isImage() {
        return headers.firstValue("Content-Type")
                .map(type -> type.strip().toLowerCase(Locale.ROOT).startsWith("image/"))
                .orElse(false);
    }

    byte[] body() {
        return body;
    }
}
