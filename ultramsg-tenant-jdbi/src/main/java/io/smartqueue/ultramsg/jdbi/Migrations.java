package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * Brings a database up to this build: the files under {@code migration/}, each once, all in one transaction.
 *
 * <p>Nodes that migrate at the same time wait for each other. The schema is the one in which the login finds the table
 * {@code organizations}, or else its current schema. What has been applied stands in {@code ultramsg_schema_history}
 * there.
 *
 * <p>Thread-safe.
 */
final class Migrations {

    private static final Logger log = LoggerFactory.getLogger(Migrations.class);

    /** Any constant, as long as every build has the same: the advisory lock is one for the database. */
    private static final long LOCK = 0x756C7472616D7367L;

    private static final Duration WAIT_FOR_OTHER_NODE = Duration.ofMinutes(1);
    private static final Duration WAIT_FOR_TABLE = Duration.ofSeconds(3);
    private static final int ATTEMPTS = 5;

    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    /** lock_not_available, deadlock_detected: somebody else uses the table just now. */
    private static final Set<String> WORTH_ANOTHER_ATTEMPT = Set.of("55P03", "40P01");

    private final DataSource dataSource;

    Migrations(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Applies what is missing, or nothing at all.
     *
     * @throws StorageException if the database cannot be reached or refuses, or if an applied file differs from this build's
     */
    MigrationReport migrate() {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt();
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !WORTH_ANOTHER_ATTEMPT.contains(String.valueOf(e.getSQLState()))) {
                    throw notMigrated(attempt, e);
                }
                log.info(
                        "Migration attempt {} of {} gave way to other statements: {}", attempt, ATTEMPTS, e.toString());
                pause(Duration.ofMillis(200L * attempt));
            }
        }
    }

    private static StorageException notMigrated(int attempt, SQLException e) {
        String message = "The database was not migrated (attempt %d): %s".formatted(attempt, e.getMessage());
        return StorageFailures.isPassing(e)
                ? StorageException.unavailable(message, e)
                : StorageException.misconfigured(message, e);
    }

    private MigrationReport attempt() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                MigrationReport report = apply(connection);
                connection.commit();
                return report;
            } catch (SQLException | RuntimeException e) {
                rollback(connection, e);
                throw e;
            } finally {
                if (!connection.isClosed()) {
                    connection.setAutoCommit(autoCommit);
                }
            }
        }
    }

    private static void rollback(Connection connection, Exception reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    private static MigrationReport apply(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            lockTimeout(statement, WAIT_FOR_OTHER_NODE);
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            lockTimeout(statement, WAIT_FOR_TABLE);
            String schema = pinSchema(statement);
            Map<Integer, Applied> history = history(statement);
            List<Migration> migrations = Migration.all();
            List<String> newer = newer(history, migrations);

            List<String> applied = new ArrayList<>();
            List<String> present = new ArrayList<>();
            for (Migration migration : migrations) {
                Applied before = history.get(migration.version());
                if (before == null) {
                    run(statement, migration, schema);
                    remember(connection, migration);
                    applied.add(migration.file());
                } else {
                    refuseChanged(before, migration);
                    present.add(migration.file());
                }
            }
            if (!applied.isEmpty()) {
                log.info("Applied {} in schema {}", applied, schema);
            }
            return new MigrationReport(schema, applied, present, newer);
        }
    }

    private static void lockTimeout(Statement statement, Duration limit) throws SQLException {
        statement.execute("SET LOCAL lock_timeout = " + limit.toMillis());
    }

    private static String pinSchema(Statement statement) throws SQLException {
        String schema = text(statement, """
                SELECT coalesce(
                    (SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                     WHERE c.oid = to_regclass('organizations')),
                    current_schema())
                """);
        if (schema == null) {
            throw StorageException.misconfigured(
                    "No schema to migrate: the login's search_path names none that exists. Create one, or:"
                            + " ALTER ROLE <login> SET search_path = <schema>;",
                    null);
        }
        statement.execute("SET LOCAL search_path = \"" + schema.replace("\"", "\"\"") + "\", pg_temp");
        return schema;
    }

    private static Map<Integer, Applied> history(Statement statement) throws SQLException {
        if (text(statement, "SELECT to_regclass('ultramsg_schema_history')::text") == null) {
            try {
                statement.execute("""
                        CREATE TABLE ultramsg_schema_history (
                            version integer PRIMARY KEY,
                            name text NOT NULL,
                            checksum text NOT NULL,
                            applied_at timestamptz NOT NULL DEFAULT now(),
                            applied_by text NOT NULL DEFAULT session_user)
                        """);
            } catch (SQLException e) {
                throw explained("ultramsg_schema_history could not be created", e);
            }
            return Map.of();
        }
        Map<Integer, Applied> history = new TreeMap<>();
        try (ResultSet row = statement.executeQuery("SELECT version, name, checksum FROM ultramsg_schema_history")) {
            while (row.next()) {
                history.put(row.getInt(1), new Applied(row.getString(2), row.getString(3)));
            }
        }
        return history;
    }

    /** A newer version may have been here already, as while a deployment rolls; this one goes on serving beside it. */
    private static List<String> newer(Map<Integer, Applied> history, List<Migration> migrations) {
        int newest = migrations.get(migrations.size() - 1).version();
        List<String> newer = history.entrySet().stream()
                .filter(applied -> applied.getKey() > newest)
                .map(applied -> applied.getValue().name())
                .toList();
        if (!newer.isEmpty()) {
            log.info("A newer version of this library has migrated the database: {} is unknown to this one", newer);
        }
        return newer;
    }

    private static void refuseChanged(Applied before, Migration migration) {
        if (!before.checksum().equals(migration.checksum())) {
            throw StorageException.misconfigured(
                    ("%s is not what was applied to this database as %s: checksum %s, recorded %s. Use the library version"
                                    + " that matches the database; never edit a migration that has been applied.")
                            .formatted(migration.file(), before.name(), migration.checksum(), before.checksum()),
                    null);
        }
    }

    private static void run(Statement statement, Migration migration, String schema) throws SQLException {
        log.debug("Applying {} in schema {}", migration.file(), schema);
        try {
            statement.execute(migration.sql());
        } catch (SQLException e) {
            throw explained(migration.file() + " failed", e);
        }
    }

    /** Adds what a missing privilege needs, unless the database already said it in a hint. */
    private static SQLException explained(String what, SQLException e) {
        String advice = INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())
                        && !String.valueOf(e.getMessage()).contains("must run")
                ? "\nMigrate as the owner of table organizations, a login that may also create in its schema:"
                        + " GRANT <owner> TO <login>; GRANT CREATE, USAGE ON SCHEMA <schema> TO <owner>;"
                : "";
        return new SQLException(what + ": " + e.getMessage() + advice, e.getSQLState(), e);
    }

    private static void remember(Connection connection, Migration migration) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO ultramsg_schema_history (version, name, checksum) VALUES (?, ?, ?)")) {
            insert.setInt(1, migration.version());
            insert.setString(2, migration.file());
            insert.setString(3, migration.checksum());
            insert.executeUpdate();
        }
    }

    private static @Nullable String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StorageException.unavailable("Interrupted while waiting to migrate", e);
        }
    }

    private record Applied(String name, String checksum) {}
}
