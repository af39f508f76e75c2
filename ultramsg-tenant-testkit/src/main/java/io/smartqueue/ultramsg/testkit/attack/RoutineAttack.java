package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.RlsReport.Attack;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Leak;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.Objects;

/**
 * Calls functions for the victim, and for two keys that are nobody's. A function that answers both of those alike, and the
 * victim's in another way, or writes something else for it, knows of the victim. So does one that shows a text of the victim's rows.
 */
final class RoutineAttack {
    private final Session session;
    private final Notebook notebook;
    private final Arguments arguments;
    private final Telltales telltales;
    private final Keys keys;

    /**
     * @param nobody a key of no organization
     * @param another another one
     */
    record Keys(String victim, String attacker, String nobody, String another) {}

    RoutineAttack(Session session, Notebook notebook, Arguments arguments, Telltales telltales, Keys keys) {
        this.session = session;
        this.notebook = notebook;
        this.arguments = arguments;
        this.telltales = telltales;
        this.keys = keys;
    }

    void attack(Scope scope, Routine routine) throws SQLException {
        String call = routine.call(-1, parameter -> arguments.any(parameter, keys.attacker()));
        look(scope, routine, call, session.attempt(scope, call), telltales);
        for (int i = 0; i < routine.parameters().size(); i++) {
            if (arguments.takesKey(routine.parameters().get(i))) {
                attack(scope, routine, i);
            }
        }
    }

    private void attack(Scope scope, Routine routine, int place) throws SQLException {
        String call = call(routine, place, keys.victim(), keys.attacker());
        Outcome victims = session.attemptCounting(scope, call);
        Outcome nobodys = session.attemptCounting(scope, call(routine, place, keys.nobody(), keys.attacker()));
        Outcome others = session.attemptCounting(scope, call(routine, place, keys.another(), keys.attacker()));
        look(scope, routine, call, victims, telltales);
        if (!isLike(nobodys, keys.nobody(), others, keys.another())) {
            notebook.untried(
                    routine.name(),
                    "answers differ for keys that are nobody's, so the victim's cannot be told from them");
        } else if (!isLike(victims, keys.victim(), nobodys, keys.nobody())) {
            leaked(scope, routine, victims, nobodys);
        }
    }

    private void leaked(Scope scope, Routine routine, Outcome victims, Outcome nobodys) {
        String shape = "a call with the victim's key";
        if (!victims.written().equals(nobodys.written())) {
            leaked(scope, routine, shape, Leak.ROWS_CHANGED);
        } else if (Objects.equals(victims.state(), nobodys.state())) {
            leaked(scope, routine, shape, Leak.ROWS_SEEN);
        } else if (scope.attack() != Attack.MALFORMED_SETTING) {
            // a policy may well come to grief over such a setting at the first row, and whoever writes it could name
            // the victim
            leaked(scope, routine, shape, Leak.EXISTENCE_TOLD);
        }
    }

    /** Looks whether a call that gives the victim nothing either can show anything. */
    void control(Routine routine) throws SQLException {
        for (int i = 0; i < routine.parameters().size(); i++) {
            if (arguments.takesKey(routine.parameters().get(i))) {
                Outcome victims = session.controlCounting(call(routine, i, keys.victim(), keys.victim()));
                Outcome nobodys = session.controlCounting(call(routine, i, keys.nobody(), keys.nobody()));
                if (isLike(victims, keys.victim(), nobodys, keys.nobody())) {
                    notebook.untried(
                            routine.name(),
                            "does nothing for its own tenant either with these arguments: parameter "
                                    + routine.parameters().get(i).name()
                                    + (victims.state() == null ? "" : ", SQL state " + victims.state()));
                }
            }
        }
    }

    /** Looks for texts of rows that may be read otherwise. */
    void look(Scope scope, Routine routine, Telltales secrets, String column) throws SQLException {
        String call = routine.call(-1, parameter -> arguments.any(parameter, keys.attacker()));
        Outcome outcome = session.attempt(scope, call);
        if (secrets.areIn(outcome, call + routine.source())) {
            notebook.leaked(scope.attack(), column, "a call of " + routine.name(), Leak.COLUMN_SEEN, routine.because());
        }
    }

    private void look(Scope scope, Routine routine, String call, Outcome outcome, Telltales looked) {
        if (looked.areIn(outcome, call + routine.source() + scope.organization())) {
            leaked(scope, routine, "a call", Leak.ROWS_SEEN);
        }
    }

    private void leaked(Scope scope, Routine routine, String shape, Leak leak) {
        notebook.leaked(scope.attack(), routine.name(), shape, leak, routine.because());
    }

    private String call(Routine routine, int place, String key, String own) {
        Routine.Parameter attacked = routine.parameters().get(place);
        return routine.call(
                place,
                parameter ->
                        parameter.equals(attacked) ? arguments.key(parameter, key) : arguments.any(parameter, own));
    }

    private static boolean isLike(Outcome one, String ofOne, Outcome other, String ofOther) {
        return Objects.equals(one.state(), other.state())
                && one.written().equals(other.written())
                && said(one, ofOne).equals(said(other, ofOther));
    }

    private static String said(Outcome outcome, @Nullable String key) {
        StringBuilder said = new StringBuilder();
        for (String cell : outcome.cells()) {
            said.append(cell.equals(key) ? "key" : Telltales.isTelling(key) ? cell.replace(key, "key") : cell)
                    .append('\n');
        }
        return said.toString();
    }
}
