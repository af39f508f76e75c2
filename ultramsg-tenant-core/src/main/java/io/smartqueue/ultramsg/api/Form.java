package io.smartqueue.ultramsg.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Parameters as UltraMsg takes them: percent-encoded UTF-8, in a POST's body or a GET's query. Holds the token, so it
 * does not print.
 */
final class Form {
    static final String CONTENT_TYPE = "application/x-www-form-urlencoded; charset=UTF-8";

    private final StringBuilder encoded = new StringBuilder(128);

    Form add(String name, String value) {
        if (encoded.length() > 0) {
            encoded.append('&');
        }
        encoded.append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        return this;
    }

    String query() {
        return encoded.toString();
    }

    byte[] bytes() {
        return encoded.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "Form[hidden]";
    }
}
