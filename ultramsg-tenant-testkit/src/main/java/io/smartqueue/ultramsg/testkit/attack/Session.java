package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.RlsReport.Attack;
import org.jspecify.annotations.Nullable;

import java.io.StringWriter;
import java.io.Writer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A connection of the service's, on which each attack is a transaction of its own that is rolled back. */
final class Session implements AutoCloseable {
    private static final String IN_TIME = "SET lock_timeout = '2s'; SET statement_timeout = '20s'";
    private static final String AS_BEFORE = "RESET lock_timeout; RESET statement_timeout";

    /** Attempts count, whether they are rolled back or not; earlier ones may still be in these numbers. */
    private static final String WRITTEN = "SELECT n_tup_ins || ' ' || n_tup_upd || ' ' || n_tup_del || ' ' || relname"
            + " FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relid";

    private final Connection connection;
    private final TenantEntry entry;
    private final String tenantSetting;
    private final String victim;
    private final Notebook notebook;

    Session(Connection connection, TenantEntry entry, String tenantSetting, String victim, Notebook notebook)
            throws SQLException {
        this.connection = connection;
        this.entry = entry;
        this.tenantSetting = tenantSetting;
        this.victim = victim;
        this.notebook = notebook;
        execute(IN_TIME);
    }

    @Override
    public void close() throws SQLException {
        execute(AS_BEFORE);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What the victim itself gets, which is no attack. */
    Outcome control(String sql) throws SQLException {
        return run(asVictim(), statement -> Outcome.of(statement, sql));
    }

    Outcome controlCounting(String sql) throws SQLException {
        return run(asVictim(), statement -> counting(statement, sql));
    }

    private Scope asVictim() {
        return Scope.of(Attack.WRONG_TENANT, victim);
    }

    Outcome attempt(Scope scope, String sql) throws SQLException {
        return within(scope, statement -> Outcome.of(statement, sql));
    }

    /** The same, and what the statement wrote to: the number of rows in each table, whoever they belong to. */
    Outcome attemptCounting(Scope scope, String sql) throws SQLException {
        return within(scope, statement -> counting(statement, sql));
    }

    private static Outcome counting(Statement statement, String sql) throws SQLException {
        List<String> before = Outcome.of(statement, WRITTEN).cells();
        Outcome outcome = Outcome.of(statement, sql);
        return outcome.andWritten(
                Counts.difference(before, Outcome.of(statement, WRITTEN).cells()));
    }

    /** Runs a statement that was prepared, and planned for good, while the victim was served on this connection. */
    Outcome attemptPrepared(Scope scope, String sql) throws SQLException {
        String once = "SET LOCAL plan_cache_mode = force_generic_plan; ";
        Outcome prepared = run(asVictim(), statement -> Outcome.of(statement, "PREPARE ultramsg_attack AS " + sql));
        if (prepared.state() != null) {
            return prepared;
        }
        run(asVictim(), statement -> Outcome.of(statement, once + "EXECUTE ultramsg_attack"));
        Outcome outcome = within(scope, statement -> Outcome.of(statement, once + "EXECUTE ultramsg_attack"));
        execute("DEALLOCATE ultramsg_attack");
        return outcome;
    }

    /** What COPY … TO STDOUT gives, which no JDBC driver but PostgreSQL's own can read; null if this is another one. */
    @Nullable
    Outcome attemptCopy(Scope scope, String sql) throws SQLException {
        Object copyManager = copyManager();
        return copyManager == null ? null : within(scope, statement -> copied(copyManager, sql));
    }

    private @Nullable Object copyManager() throws SQLException {
        try {
            Class<?> driver = Class.forName("org.postgresql.PGConnection");
            return connection.isWrapperFor(driver)
                    ? driver.getMethod("getCopyAPI").invoke(connection.unwrap(driver))
                    : null;
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static Outcome copied(Object copyManager, String sql) throws SQLException {
        StringWriter text = new StringWriter();
        try {
            Method copyOut = copyManager.getClass().getMethod("copyOut", String.class, Writer.class);
            copyOut.invoke(copyManager, sql, text);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        List<String> lines = text.toString().lines().toList();
        return new Outcome(lines, lines.size(), 0, null, "", "");
    }

    @FunctionalInterface
    private interface Work {
        Outcome of(Statement statement) throws SQLException;
    }

    private Outcome within(Scope scope, Work work) throws SQLException {
        notebook.tried(scope.attack());
        return run(scope, work);
    }

    private Outcome run(Scope scope, Work work) throws SQLException {
        if (scope.attack() == Attack.LEFT_BEHIND) {
            leave(victim);
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            enter(scope);
            return work.of(statement);
        } catch (SQLException e) {
            if (isLost(e)) {
                throw e;
            }
            return Outcome.refused(e);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
            if (scope.attack() == Attack.LEFT_BEHIND) {
                leave("");
            }
        }
    }

    /** Classes 08 and 57 of SQL states, but for a statement that has taken too long. */
    private static boolean isLost(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.startsWith("57P");
    }

    private void enter(Scope scope) throws SQLException {
        entry.enter(connection, scope.organization());
        if (scope.member() != null) {
            scope.member().enter(connection);
        }
    }

    private void leave(String organization) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT set_config(?, ?, false)")) {
            statement.setString(1, tenantSetting);
            statement.setString(2, organization);
            statement.execute();
        }
    }
}
