package io.smartqueue.ultramsg.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Parameters as UltraMsg takes them: percent-encoded UTF-8, in a POST's body or a GET's query. Holds the token, so it
 * does not print.
 */
final class Form {
    static final String CONTENT_TYPE = "application/x-www-form-urlencoded; charset=UTF-8";

    private final StringBuilder encoded = new StringBuilder(128);
    private final List<String> secrets = new ArrayList<>(2);

    Form add(String name, String value) {
        if (encoded.length() > 0) {
            encoded.append('&');
        }
        encoded.append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        return this;
    }

    /** Adds what no error text may repeat, such as a number or the token. */
    Form addSecret(String name, String value) {
        secrets.add(value);
        return add(name, value);
    }

    List<String> secrets() {
        return secrets;
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
