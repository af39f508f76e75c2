package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.RestrictedMember.Guarded;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Leak;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a member tries on the rows of his own organization. */
final class MemberAttack {
    private final Session session;
    private final Notebook notebook;
    private final Scope scope;

    MemberAttack(Session session, Notebook notebook, Scope scope) {
        this.session = session;
        this.notebook = notebook;
        this.scope = scope;
    }

    /**
     * @param secrets the values of the column in the rows of his organization
     */
    void read(Guarded guarded, Relation table, Telltales secrets) throws SQLException {
        String column = Quoted.name(guarded.column());
        String from = " FROM " + table.qualified() + " AS t";
        Map<String, String> statements = Map.of(
                "SELECT", "SELECT " + column + from,
                "SELECT count", "SELECT count(" + column + ")" + from,
                "SELECT of whole rows", "SELECT t::text" + from,
                "SELECT as JSON", "SELECT to_jsonb(t)::text" + from,
                "SELECT *", "SELECT *" + from,
                "WHERE", "SELECT 1" + from + " WHERE length(" + column + "::text) > 0",
                "ORDER BY", "SELECT 1" + from + " ORDER BY " + column,
                "self join", "SELECT 1" + from + " JOIN " + table.qualified() + " AS s USING (" + column + ")");
        for (Map.Entry<String, String> statement : statements.entrySet()) {
            Outcome outcome = session.attempt(scope, statement.getValue());
            boolean counted = statement.getKey().equals("SELECT count");
            if ((counted ? outcome.number() : outcome.rows()) > 0 || secrets.areIn(outcome, statement.getValue())) {
                seen(guarded, statement.getKey(), table.because());
            }
        }
        for (Column other : table.columns()) {
            String name = Quoted.name(other.name());
            String returning = "UPDATE " + table.qualified() + " SET " + name + " = " + name + " RETURNING " + column;
            if (session.attempt(scope, returning).rows() > 0) {
                seen(guarded, "UPDATE RETURNING", table.because());
            }
        }
        @Nullable
        Outcome copied = session.attemptCopy(scope, "COPY " + table.qualified() + " (" + column + ") TO STDOUT");
        if (copied != null && copied.rows() > 0) {
            seen(guarded, "COPY", table.because());
        }
    }

    /** Looks for the column's values in another table or view. */
    void search(Guarded guarded, Relation other, Telltales secrets) throws SQLException {
        String statement = "SELECT t::text FROM " + other.qualified() + " AS t";
        if (secrets.areIn(session.attempt(scope, statement), statement)) {
            seen(guarded, "SELECT from " + other.name(), other.because());
        }
    }

    private void seen(Guarded guarded, String shape, String because) {
        notebook.leaked(scope.attack(), guarded.toString(), shape, Leak.COLUMN_SEEN, because);
    }

    /**
     * @param row a row of his organization
     */
    void change(Guarded guarded, Relation table, Map<String, @Nullable String> row) throws SQLException {
        String column = Quoted.name(guarded.column());
        List<String> assignments = new ArrayList<>(List.of(
                column + " = DEFAULT",
                column + " = NULL",
                column + " = " + Quoted.value(row.get(guarded.column())),
                column + " = " + column));
        for (String assignment : assignments) {
            changed(guarded, "UPDATE", "UPDATE " + table.qualified() + " SET " + assignment);
        }
        changed(
                guarded,
                "INSERT",
                "INSERT INTO " + table.qualified() + " (" + column + ") VALUES ("
                        + Quoted.value(row.get(guarded.column())) + ")");
        changed(
                guarded,
                "MERGE",
                "MERGE INTO " + table.qualified()
                        + " AS t USING (VALUES (1)) AS v ON true WHEN MATCHED THEN UPDATE SET " + column
                        + " = DEFAULT");
    }

    private void changed(Guarded guarded, String shape, String sql) throws SQLException {
        Outcome outcome = session.attempt(scope, sql);
        if (outcome.changed() > 0 || outcome.violatesConstraint()) {
            notebook.leaked(
                    scope.attack(),
                    guarded.toString(),
                    shape,
                    Leak.COLUMN_CHANGED,
                    "the column is granted to his role");
        }
    }
}
