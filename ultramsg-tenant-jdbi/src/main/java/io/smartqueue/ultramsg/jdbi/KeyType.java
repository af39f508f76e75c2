package io.smartqueue.ultramsg.jdbi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The types that the key of the host's table may have, and which texts can be such a key. */
enum KeyType {
    UUID("uuid"),
    BIGINT("bigint"),
    INTEGER("integer"),
    TEXT("text"),
    VARCHAR("character varying");

    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int MOST_DIGITS = 19;

    private final String sqlName;

    KeyType(String sqlName) {
        this.sqlName = sqlName;
    }

    /** Finds a type by the name that PostgreSQL's {@code format_type} gives it, without a length. */
    static Optional<KeyType> named(String sqlName) {
        return Arrays.stream(values())
                .filter(type -> type.sqlName.equals(sqlName))
                .findFirst();
    }

    static String allNames() {
        return Arrays.stream(values()).map(type -> type.sqlName).collect(Collectors.joining(", "));
    }

    /** Without a length: a cast to {@code varchar(3)} would cut a longer text down to somebody else's key. */
    String sqlName() {
        return sqlName;
    }

    /** The text as PostgreSQL writes that key, or empty if it cannot be one. */
    Optional<String> canonical(String text) {
        return switch (this) {
            case UUID ->
                UUID_FORM.matcher(text).matches() ? Optional.of(text.toLowerCase(Locale.ROOT)) : Optional.empty();
            case BIGINT -> number(text, Long.MIN_VALUE, Long.MAX_VALUE);
            case INTEGER -> number(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
            // an unpaired surrogate would arrive as a question mark, which may be somebody's key
            case TEXT, VARCHAR ->
                StandardCharsets.UTF_8.newEncoder().canEncode(text) ? Optional.of(text) : Optional.empty();
        };
    }

    private static Optional<String> number(String text, long least, long most) {
        if (!isNumber(text)) {
            return Optional.empty();
        }
        try {
            long number = Long.parseLong(text);
            return number >= least && number <= most ? Optional.of(Long.toString(number)) : Optional.empty();
        } catch (NumberFormatException tooLong) {
            return Optional.empty();
        }
    }

    /** Not by a pattern: this is asked with every message, and a matcher takes longer than the rest of the answer. */
    private static boolean isNumber(String text) {
        int first = text.startsWith("-") ? 1 : 0;
        for (int i = first; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        int digits = text.length() - first;
        return digits >= 1 && digits <= MOST_DIGITS;
    }

    /** A key that no organization has, to try with. */
    String unused() {
        return switch (this) {
            case UUID, TEXT, VARCHAR -> java.util.UUID.randomUUID().toString();
            case BIGINT -> Long.toString(Long.MIN_VALUE);
            case INTEGER -> Integer.toString(Integer.MIN_VALUE);
        };
    }
}
