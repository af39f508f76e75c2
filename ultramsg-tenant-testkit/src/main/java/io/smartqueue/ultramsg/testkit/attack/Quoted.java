package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names and values as SQL text: these statements are put together from a catalog, so little of them can be a parameter. */
final class Quoted {
    private Quoted() {}

    static String name(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String names(Collection<String> names) {
        return names.stream().map(Quoted::name).collect(Collectors.joining(", "));
    }

    /** A literal without a type, which takes that of the column that it meets. */
    static String value(@Nullable String value) {
        if (value == null) {
            return "NULL";
        }
        String doubled = value.replace("'", "''");
        return value.indexOf('\\') < 0 ? "'" + doubled + "'" : " E'" + doubled.replace("\\", "\\\\") + "'";
    }
}
