package io.smartqueue.ultramsg.link;

import java.util.Objects;

/** What texts of links may hold, checked for texts, templates and values alike. No complaint repeats what it is about. */
final class LinkText {
    private LinkText() {}

    /** A text in which all line breaks are line feeds. */
    static String checked(String field, String value, int maxLength) {
        String text = Objects.requireNonNull(value, field).replace("\r\n", "\n").replace('\r', '\n');
        requireLength(field, text, maxLength);
        text.codePoints().forEach(character -> requireWritable(field, character));
        return text;
    }

    static void requireVisible(String field, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(
                    field + " is empty: give it at least one visible character, or leave it out");
        }
    }

    static void requireLength(String field, String text, int maxLength) {
        int length = length(text);
        if (length > maxLength) {
            throw new IllegalArgumentException(
                    field + " has " + length + " characters, at most " + maxLength + " are possible: shorten it");
        }
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static void requireWritable(String field, int character) {
        if (Character.getType(character) == Character.SURROGATE) {
            throw new IllegalArgumentException(
                    field + " holds half a surrogate pair, which no encoding can carry: take it out");
        }
        if (Character.isISOControl(character) && character != '\n' && character != '\t') {
            throw new IllegalArgumentException(String.format(
                    "%s holds the control character U+%04X: take it out, line breaks and tabs are the only ones allowed",
                    field, character));
        }
    }
}
