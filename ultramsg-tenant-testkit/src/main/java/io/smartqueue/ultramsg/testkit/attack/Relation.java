package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A table or view under attack, and what a role may do with it.
 *
 * @param key the column that says whose a row is; null if there is none
 * @param isReachable whether the role has any privilege on it or on one of its columns
 * @param mayDelete whether it may delete rows, as far as grants go
 * @param uniques unique indexes over whole columns and all rows
 * @param references foreign keys
 * @param because what lets everybody through, as far as the catalog tells
 */
record Relation(
        String schema,
        String name,
        boolean isTable,
        @Nullable String key,
        boolean isReachable,
        boolean mayDelete,
        List<Column> columns,
        List<Unique> uniques,
        List<Reference> references,
        String because) {

    record Unique(String name, List<String> columns) {}

    record Reference(String to, List<String> columns) {}

    String qualified() {
        return Quoted.name(schema) + "." + Quoted.name(name);
    }

    /** Its key, quoted; only where there is one. */
    String quotedKey() {
        if (key == null) {
            throw new IllegalStateException(name + " has no key");
        }
        return Quoted.name(key);
    }

    boolean hasAny(Predicate<Column> allowed) {
        return columns.stream().anyMatch(allowed);
    }

    /** Those that the role may use in a way; all if there are none, so that it is seen to be refused. */
    List<Column> usable(Predicate<Column> allowed) {
        List<Column> usable = columns.stream().filter(allowed).toList();
        return usable.isEmpty() ? columns : usable;
    }

    /** Unique indexes in which tenants meet, since whose a row is has no part in them. */
    Stream<Unique> sharedUniques() {
        return uniques.stream().filter(unique -> !unique.columns().contains(key));
    }
}
