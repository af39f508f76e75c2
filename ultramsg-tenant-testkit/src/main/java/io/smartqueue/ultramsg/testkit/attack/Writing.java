package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Statements that change rows, the victim's or one's own into the victim's. */
final class Writing {
    private Writing() {}

    /** Without a WHERE they need no right to read, so that only the policies for their own command stand in their way. */
    static List<Shape> simple(Target target) {
        List<Shape> shapes = new ArrayList<>();
        target.writable().stream().findFirst().ifPresent(column -> shapes.add(updateOfAll(target, column)));
        shapes.add(Shape.changing("DELETE without WHERE", "DELETE FROM " + target.table(), target.ownRows()));
        Map<String, String> values = target.insertion(target.victim(), column -> true);
        if (!values.isEmpty()) {
            shapes.add(Shape.passing("INSERT for the victim", target.insert(values)));
        }
        return shapes;
    }

    /** Those that some grant allows; of the others the simple ones have to do. */
    static List<Shape> thorough(Target target) {
        Relation relation = target.relation();
        List<Shape> shapes = new ArrayList<>();
        if (relation.hasAny(Column::mayUpdate)) {
            addUpdates(target, shapes);
        }
        if (relation.mayDelete()) {
            addDeletes(target, shapes);
        }
        if (relation.hasAny(Column::mayInsert)) {
            addInserts(target, shapes);
        }
        if (relation.hasAny(column -> column.mayUpdate() && column.name().equals(relation.key()))) {
            addMoves(target, shapes);
        }
        if (relation.isTable()) {
            shapes.add(Shape.passing("TRUNCATE", "TRUNCATE " + target.table() + " CASCADE"));
        }
        return shapes;
    }

    private static void addUpdates(Target target, List<Shape> shapes) {
        for (Column column : target.writable()) {
            String name = Quoted.name(column.name());
            String update = update(target, set(target, column));
            shapes.add(updateOfAll(target, column));
            shapes.add(Shape.changing("UPDATE by key", update + where(target), 0));
            shapes.add(Shape.changing("UPDATE to the same", update(target, name + " = " + name), target.ownRows()));
            if (target.address() != null) {
                shapes.add(Shape.changing("UPDATE by ctid", update + whereItIs(target), 0));
            }
        }
    }

    private static void addDeletes(Target target, List<Shape> shapes) {
        String delete = "DELETE FROM " + target.table();
        shapes.add(Shape.changing("DELETE by key", delete + where(target), 0));
        if (target.address() != null) {
            shapes.add(Shape.changing("DELETE by ctid", delete + whereItIs(target), 0));
        }
        shapes.add(Shape.changing(
                "MERGE",
                "MERGE INTO " + target.table() + " AS t USING (VALUES (1)) AS v ON t." + target.isVictims()
                        + " WHEN MATCHED THEN DELETE",
                0));
    }

    private static void addInserts(Target target, List<Shape> shapes) {
        Map<String, String> values = target.insertion(target.victim(), column -> true);
        if (values.isEmpty()) {
            return;
        }
        shapes.add(Shape.passing(
                "INSERT … SELECT for the victim",
                "INSERT INTO " + target.table() + " (" + String.join(", ", values.keySet()) + ") SELECT "
                        + String.join(", ", values.values())));
        shapes.add(Shape.passing(
                "INSERT with defaults for the victim",
                target.insert(target.insertion(target.victim(), column -> !column.hasDefault()))));
        for (Relation.Unique unique : target.relation().uniques()) {
            String upsert = target.insert(values) + " ON CONFLICT (" + Quoted.names(unique.columns()) + ") DO ";
            shapes.add(Shape.changing("INSERT ON CONFLICT DO NOTHING", upsert + "NOTHING", 0));
            target.writable().stream()
                    .findFirst()
                    .ifPresent(column -> shapes.add(Shape.passing(
                            "INSERT ON CONFLICT DO UPDATE", upsert + "UPDATE SET " + set(target, column))));
        }
    }

    /** Rows taken over from the victim, and rows given to it. */
    private static void addMoves(Target target, List<Shape> shapes) {
        String key = target.relation().quotedKey();
        if (target.own() != null) {
            String taken = update(target, key + " = " + Quoted.value(target.own()));
            shapes.add(Shape.changing("UPDATE that takes over", taken, target.ownRows()));
            shapes.add(Shape.changing("UPDATE that takes over by key", taken + where(target), 0));
        }
        if (target.ownRows() > 0) {
            String given = update(target, key + " = " + Quoted.value(target.victim()));
            shapes.add(Shape.passing(
                    "UPDATE that gives away", given + " WHERE ctid = " + Quoted.value(target.ownAddress())));
            shapes.add(Shape.passing("UPDATE without WHERE that gives away", given));
        }
    }

    private static Shape updateOfAll(Target target, Column column) {
        return Shape.changing("UPDATE without WHERE", update(target, set(target, column)), target.ownRows());
    }

    private static String update(Target target, String assignment) {
        return "UPDATE " + target.table() + " SET " + assignment;
    }

    private static String where(Target target) {
        return " WHERE " + target.isVictims();
    }

    private static String whereItIs(Target target) {
        return " WHERE ctid = " + Quoted.value(target.address());
    }

    private static String set(Target target, Column column) {
        @Nullable String value = target.row().get(column.name());
        return Quoted.name(column.name()) + " = " + (value == null ? "DEFAULT" : Quoted.value(value));
    }
}
