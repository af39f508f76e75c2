package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A relation with a key, as somebody meets it.
 *
 * @param own whose rows are his to see and change; null if none are
 * @param ownRows how many there are
 * @param ownAddress where one of them is; null if there is none
 * @param row one of the victim's rows, as texts by column; empty if there is none
 * @param address where it is; null if there is none
 */
record Target(
        Relation relation,
        String victim,
        @Nullable String own,
        long ownRows,
        @Nullable String ownAddress,
        Map<String, @Nullable String> row,
        @Nullable String address) {

    /** The same for somebody, whose role may have other privileges. */
    Target with(Relation seen, @Nullable String owner, long rows, @Nullable String where) {
        return new Target(seen, victim, owner, rows, where, row, address);
    }

    String table() {
        return relation.qualified();
    }

    String isVictims() {
        return relation.quotedKey() + " = " + Quoted.value(victim);
    }

    /** The values of the victim's row for an INSERT, as quoted names and literals, with another key. */
    Map<String, String> insertion(String key, Predicate<Column> kept) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Column column : relation.usable(column -> column.mayInsert() && column.isWritten())) {
            boolean isKey = column.name().equals(relation.key());
            if (column.isWritten() && (isKey || kept.test(column)) && (isKey || !row.isEmpty())) {
                values.put(Quoted.name(column.name()), Quoted.value(isKey ? key : row.get(column.name())));
            }
        }
        return values;
    }

    String insert(Map<String, String> values) {
        return "INSERT INTO " + table() + " (" + String.join(", ", values.keySet()) + ") VALUES ("
                + String.join(", ", values.values()) + ")";
    }

    /** Columns to write to, those first that are part of no index, and so of fewer errors that say nothing. */
    List<Column> writable() {
        List<Column> usable = relation.usable(column -> column.mayUpdate() && column.isWritten()).stream()
                .filter(column -> !column.name().equals(relation.key()))
                .collect(Collectors.toList());
        usable.sort((a, b) -> Boolean.compare(isUnique(a), isUnique(b)));
        return usable.subList(0, Math.min(2, usable.size()));
    }

    private boolean isUnique(Column column) {
        return relation.uniques().stream().anyMatch(unique -> unique.columns().contains(column.name()));
    }
}
