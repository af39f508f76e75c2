package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody learned from a statement.
 *
 * @param cells every value of every row of every result
 * @param changed how many rows were changed, as PostgreSQL counts them
 * @param state the SQL state of the error; null if there was none
 * @param told notices and the error's message
 * @param written which tables were written to, where that was asked for
 */
record Outcome(
        List<String> cells,
        int rows,
        long changed,
        @Nullable String state,
        String told,
        String written) {
    private static final int MOST_ROWS = 1000;

    static Outcome refused(SQLException refusal) {
        return new Outcome(
                List.of(), 0, 0, String.valueOf(refusal.getSQLState()), String.valueOf(refusal.getMessage()), "");
    }

    static Outcome of(Statement statement, String sql) throws SQLException {
        List<String> cells = new ArrayList<>();
        int rows = 0;
        long changed = 0;
        boolean hasRows = statement.execute(sql);
        while (hasRows || statement.getUpdateCount() >= 0) {
            if (hasRows) {
                rows += read(statement.getResultSet(), cells);
            } else {
                changed += statement.getUpdateCount();
            }
            hasRows = statement.getMoreResults();
        }
        StringBuilder told = new StringBuilder();
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            told.append(warning.getMessage()).append('\n');
        }
        return new Outcome(cells, rows, changed, null, told.toString(), "");
    }

    private static int read(ResultSet result, List<String> cells) throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        int rows = 0;
        while (result.next() && rows < MOST_ROWS) {
            rows++;
            for (int i = 1; i <= columns; i++) {
                cells.add(String.valueOf(result.getString(i)));
            }
        }
        return rows;
    }

    Outcome andWritten(String tables) {
        return new Outcome(cells, rows, changed, state, told, tables);
    }

    /** The first value as a number; 0 if the statement was refused. */
    long number() {
        return state != null || cells.isEmpty() ? 0 : Long.parseLong(cells.get(0));
    }

    /** Whether a constraint refused it, which PostgreSQL asks only after the policies have let a row pass. */
    boolean violatesConstraint() {
        return state != null && state.startsWith("23");
    }

    boolean mentions(String text) {
        return told.contains(text) || cells.stream().anyMatch(cell -> cell.contains(text));
    }
}
