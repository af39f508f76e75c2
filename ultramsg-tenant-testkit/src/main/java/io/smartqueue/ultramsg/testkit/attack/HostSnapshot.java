package io.smartqueue.ultramsg.testkit.attack;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * What the host's own statements answer, as its own login: the rows, how many were changed, or why they were refused. Take one before a
 * migration, or before an attack, and {@link RlsAttack.Builder#hostKeeps} shows that they answer the same. Immutable.
 */
public final class HostSnapshot {
    private final DataSource host;
    private final Map<String, String> answers;

    private HostSnapshot(DataSource host, Map<String, String> answers) {
        this.host = host;
        this.answers = answers;
    }

    /**
     * Runs statements, each in a transaction that is rolled back.
     *
     * @param host connections of a login of the host's
     * @param statements whose answers depend on the host's rows only, not on the time; the order of rows is not compared
     * @return their answers
     * @throws IllegalStateException if there is no connection
     */
    public static HostSnapshot take(DataSource host, String... statements) {
        return new HostSnapshot(host, answers(host, List.of(statements)));
    }

    /** Those that answer in another way now. */
    List<String> changed() {
        Map<String, String> now = answers(host, List.copyOf(answers.keySet()));
        List<String> changed = new ArrayList<>();
        answers.forEach((statement, answer) -> {
            if (!answer.equals(now.get(statement))) {
                changed.add(statement);
            }
        });
        return changed;
    }

    int size() {
        return answers.size();
    }

    private static Map<String, String> answers(DataSource host, List<String> statements) {
        Map<String, String> answers = new LinkedHashMap<>();
        try (Connection connection = host.getConnection()) {
            connection.setAutoCommit(false);
            for (String sql : statements) {
                try (Statement statement = connection.createStatement()) {
                    Outcome outcome = Outcome.of(statement, sql);
                    answers.put(sql, outcome.rows() + " " + outcome.changed() + " " + sorted(outcome));
                } catch (SQLException e) {
                    answers.put(sql, String.valueOf(e.getSQLState()));
                }
                connection.rollback();
            }
            connection.setAutoCommit(true);
            return answers;
        } catch (SQLException e) {
            throw new IllegalStateException("the host's statements could not be run", e);
        }
    }

    private static List<String> sorted(Outcome outcome) {
        return outcome.cells().stream().sorted().toList();
    }
}
