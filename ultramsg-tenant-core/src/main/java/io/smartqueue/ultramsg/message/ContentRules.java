package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;

/** What UltraMsg takes in a field, checked for all kinds of messages alike. No complaint repeats what it is about. */
final class ContentRules {
    static final int MAX_CAPTION = 1024;

    /** Ours: UltraMsg names none. Addresses that carry a signature, as of cloud storage, have 500 to 2,500 characters. */
    static final int MAX_URL = 4096;

    private ContentRules() {}

    /** A text in which all line breaks are line feeds. */
    static String text(String field, String value, int maxLength) {
        String text = Objects.requireNonNull(value, field).replace("\r\n", "\n").replace('\r', '\n');
        requireVisible(field, text);
        requireLength(field, text, maxLength);
        int character;
        for (int i = 0; i < text.length(); i += Character.charCount(character)) {
            character = text.codePointAt(i);
            if (character != '\n' && character != '\t') {
                requireSendable(field, character, "line breaks and tabs are the only ones allowed");
            }
        }
        return text;
    }

    static String caption(String value) {
        return text("caption", value, MAX_CAPTION);
    }

    /** A text without line breaks. */
    static String line(String field, String value, int maxLength) {
        requireVisible(field, Objects.requireNonNull(value, field));
        requireLength(field, value, maxLength);
        value.codePoints().forEach(character -> requireSendable(field, character, "none is allowed"));
        return value;
    }

    /** An address that UltraMsg can be asked to fetch or show; nothing is looked up. */
    static String url(String field, String value) {
        String url = Objects.requireNonNull(value, field).strip();
        requireLength(field, url, MAX_URL);
        URI parsed;
        try {
            parsed = new URI(url);
        } catch (URISyntaxException malformed) { // says what it could not read, so it is no cause to pass on
            throw new IllegalArgumentException(field + " is not an address, as in https://example.com/menu.jpg");
        }
        if (!"https".equalsIgnoreCase(parsed.getScheme()) && !"http".equalsIgnoreCase(parsed.getScheme())) {
            throw new IllegalArgumentException(field + " must begin with https:// or http://");
        }
        if (parsed.getRawAuthority() == null) {
            throw new IllegalArgumentException(field + " names no host");
        }
        return url;
    }

    static List<Recipient> persons(String field, List<Recipient> recipients) {
        List<Recipient> persons = List.copyOf(recipients);
        for (Recipient person : persons) {
            if (person.isGroup()) {
                throw new IllegalArgumentException(field + " holds a group, it must be persons only");
            }
        }
        return persons;
    }

    static void requireLength(String field, String value, int maxLength) {
        int length = length(value);
        if (length > maxLength) {
            throw new IllegalArgumentException(
                    field + " has " + length + " characters, UltraMsg takes at most " + maxLength);
        }
    }

    /** For what prints its size only; nothing if there is nothing. */
    static String sizeOf(String what, @Nullable String value) {
        return value == null ? "" : what + " " + length(value) + " characters";
    }

    static int length(String value) {
        return value.codePointCount(0, value.length());
    }

    private static void requireVisible(String field, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(field + " is empty: it needs at least one visible character");
        }
    }

    private static void requireSendable(String field, int codePoint, String allowed) {
        if (Character.getType(codePoint) == Character.SURROGATE) {
            throw new IllegalArgumentException(field + " holds half a surrogate pair, which no encoding can carry");
        }
        if (Character.isISOControl(codePoint)) {
            throw new IllegalArgumentException(
                    String.format("%s holds the control character U+%04X; %s", field, codePoint, allowed));
        }
    }
}
