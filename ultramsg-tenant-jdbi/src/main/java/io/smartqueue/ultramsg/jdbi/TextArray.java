package io.smartqueue.ultramsg.jdbi;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;

/**
 * Writes an array as PostgreSQL reads it from a text, so that a statement for many rows has as many parameters as one for a single row
 * and needs no connection to be made ready. Any text comes back as it was, braces, quotes and NULL included.
 */
final class TextArray {
    private TextArray() {}

    /** One element for each item, null where the text is. */
    static <T> String of(List<T> items, Function<? super T, @Nullable String> text) {
        StringBuilder array = new StringBuilder("{");
        for (T item : items) {
            if (array.length() > 1) {
                array.append(',');
            }
            append(array, text.apply(item));
        }
        return array.append('}').toString();
    }

    private static void append(StringBuilder array, @Nullable String text) {
        if (text == null) {
            array.append("NULL");
            return;
        }
        array.append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '"' || character == '\\') {
                array.append('\\');
            }
            array.append(character);
        }
        array.append('"');
    }
}
