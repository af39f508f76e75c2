package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.RlsReport.Leak;
import org.jspecify.annotations.Nullable;

import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A kind of statement.
 *
 * @param judge says from the outcome what leaked; null for nothing
 */
record Shape(String name, String sql, Function<Outcome, @Nullable Leak> judge) {

    private static Shape judged(String name, String sql, Leak leak, Predicate<Outcome> leaks) {
        return new Shape(name, sql, outcome -> leaks.test(outcome) ? leak : null);
    }

    /** Counts rows of which so many are the attacker's own. */
    static Shape counting(String name, String sql, long own) {
        return judged(name, sql, Leak.ROWS_SEEN, outcome -> outcome.number() > own);
    }

    /** Reads or locks rows of which none is the attacker's own. */
    static Shape reading(String name, String sql) {
        return judged(name, sql, Leak.ROWS_SEEN, outcome -> outcome.rows() > 0);
    }

    /** Shows the row where it gets a SQL state, or a notice. */
    static Shape provoking(String name, String sql, Predicate<Outcome> provoked) {
        return judged(name, sql, Leak.ROWS_SEEN, provoked);
    }

    /** Changes rows of which so many are the attacker's own, and which nobody minds if he does. */
    static Shape changing(String name, String sql, long own) {
        return judged(
                name,
                sql,
                Leak.ROWS_CHANGED,
                outcome -> outcome.changed() > own || own == 0 && outcome.violatesConstraint());
    }

    /** Succeeds at all, if need be up to a constraint. */
    static Shape passing(String name, String sql) {
        return judged(name, sql, Leak.ROWS_CHANGED, outcome -> outcome.state() == null || outcome.violatesConstraint());
    }

    static Shape telling(String name, String sql, Predicate<Outcome> tells) {
        return judged(name, sql, Leak.EXISTENCE_TOLD, tells);
    }
}
