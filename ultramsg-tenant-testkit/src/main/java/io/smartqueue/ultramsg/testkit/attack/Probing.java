package io.smartqueue.ultramsg.testkit.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Statements that learn from a constraint, which policies do not bind, whether a row of the victim's exists. */
final class Probing {
    private Probing() {}

    /**
     * @param keyed the names of all tables that have a key
     */
    static List<Shape> shapes(Target target, Set<String> keyed) {
        List<Shape> shapes = new ArrayList<>();
        if (target.own() != null && !target.row().isEmpty() && target.relation().isTable()) {
            addUniques(target, shapes);
            addReferences(target, keyed, shapes);
        }
        if (target.relation().isTable()) {
            String probe = Quoted.name(target.relation().schema()) + ".ultramsg_attack_probe";
            String type = target.relation().columns().stream()
                    .filter(column -> column.name().equals(target.relation().key()))
                    .map(Column::type)
                    .collect(Collectors.joining());
            shapes.add(Shape.telling(
                    "foreign key of one's own",
                    "CREATE TABLE " + probe + " (k " + type + " REFERENCES " + target.table() + " ("
                            + target.relation().quotedKey() + ")); INSERT INTO " + probe + " VALUES ("
                            + Quoted.value(target.victim()) + ")",
                    outcome -> outcome.state() == null));
        }
        return shapes;
    }

    private static void addUniques(Target target, List<Shape> shapes) {
        Map<String, String> values = target.insertion(String.valueOf(target.own()), column -> true);
        target.relation().sharedUniques().forEach(unique -> {
            shapes.add(Shape.telling(
                    "INSERT that violates " + unique.name(),
                    target.insert(values),
                    outcome -> isViolated(outcome, unique)));
            shapes.add(Shape.telling(
                    "INSERT ON CONFLICT on " + unique.name(),
                    target.insert(values) + " ON CONFLICT (" + Quoted.names(unique.columns()) + ") DO NOTHING",
                    outcome -> outcome.state() == null && outcome.changed() == 0));
            if (target.ownAddress() != null && isTelling(target, unique)) {
                String set = unique.columns().stream()
                        .map(column -> Quoted.name(column) + " = "
                                + Quoted.value(target.row().get(column)))
                        .collect(Collectors.joining(", "));
                shapes.add(Shape.telling(
                        "UPDATE that violates " + unique.name(),
                        "UPDATE " + target.table() + " SET " + set + " WHERE ctid = "
                                + Quoted.value(target.ownAddress()),
                        outcome -> isViolated(outcome, unique)));
            }
        });
    }

    private static boolean isTelling(Target target, Relation.Unique unique) {
        return unique.columns().stream().allMatch(column -> target.row().get(column) != null);
    }

    /** Whatever language the server speaks, it names the index. */
    private static boolean isViolated(Outcome outcome, Relation.Unique unique) {
        return "23505".equals(outcome.state()) && outcome.told().contains(unique.name());
    }

    /** One's own row that refers to the victim's, whose existence is what lets it in. */
    private static void addReferences(Target target, Set<String> keyed, List<Shape> shapes) {
        Set<String> shared = target.relation()
                .sharedUniques()
                .flatMap(unique -> unique.columns().stream())
                .collect(Collectors.toSet());
        for (Relation.Reference reference : target.relation().references()) {
            boolean tells = keyed.contains(reference.to())
                    && !reference.columns().contains(target.relation().key())
                    && reference.columns().stream()
                            .allMatch(column -> target.row().get(column) != null);
            if (tells) {
                Map<String, String> values = target.insertion(
                        String.valueOf(target.own()),
                        column -> !(column.hasDefault()
                                && shared.contains(column.name())
                                && !reference.columns().contains(column.name())));
                shapes.add(Shape.telling(
                        "INSERT that refers to " + reference.to(),
                        target.insert(values),
                        outcome -> outcome.state() == null));
            }
        }
    }
}
