package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Looks up what there is in a relation, of the victim's once and of the attacker's own for each way in which he comes. */
final class Targets {
    private final Observer observer;
    private final String victim;
    private final Map<String, Target> victims = new HashMap<>();

    Targets(Observer observer, String victim) {
        this.observer = observer;
        this.victim = victim;
    }

    /** One of the victim's rows, as texts by column; empty if there is none, or this is a view. */
    Map<String, @Nullable String> row(Relation relation) throws SQLException {
        return ofNobody(relation).row();
    }

    Target of(Scope scope, Relation relation) throws SQLException {
        Target bare = ofNobody(relation);
        @Nullable String own = scope.organization();
        if (own == null || own.isEmpty()) {
            return bare.with(relation, null, 0, null);
        }
        if (!relation.isTable()) { // what a view shows depends on who looks, so nobody can say how many are his
            return bare.with(relation, own, scope.ownsRows() ? Long.MAX_VALUE : 0, null);
        }
        long rows = observer.count(relation, own);
        return bare.with(
                relation,
                own,
                rows,
                rows == 0 ? null : observer.address(relation, own).orElse(null));
    }

    private Target ofNobody(Relation relation) throws SQLException {
        @Nullable Target known = victims.get(relation.name());
        if (known == null) {
            known = relation.isTable()
                    ? new Target(
                            relation,
                            victim,
                            null,
                            0,
                            null,
                            observer.row(relation, victim),
                            observer.address(relation, victim).orElse(null))
                    : new Target(relation, victim, null, 0, null, Map.of(), null);
            victims.put(relation.name(), known);
        }
        return known;
    }
}
