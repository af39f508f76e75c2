package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
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
 * <p>Nodes that migrate at the same time wait for each other. The schema is the one in which the login finds the host's
 * table, or else its current schema. What has been applied stands in {@code ultramsg_schema_history}
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

    /** The SQLSTATE of the notices that say what a file found and did. */
    private static final String NOTE = "UM001";

    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    /** lock_not_available, deadlock_detected: somebody else uses the table just now. */
    private static final Set<String> WORTH_ANOTHER_ATTEMPT = Set.of("55P03", "40P01");

    private final DataSource dataSource;
    private final HostTable host;

    Migrations(DataSource dataSource, HostTable host) {
        this.dataSource = dataSource;
        this.host = host;
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

    private MigrationReport apply(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            lockTimeout(statement, WAIT_FOR_OTHER_NODE);
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            lockTimeout(statement, WAIT_FOR_TABLE);
            statement.execute("SET LOCAL client_min_messages = notice");
            String schema = pinSchema(connection);
            HostTable located = located(schema);
            refuseSecondTable(connection, located);
            Map<Integer, Applied> history = history(statement);
            List<Migration> migrations = Migration.all();
            List<String> newer = newer(history, migrations);

            List<String> notes = new ArrayList<>();
            List<String> applied = new ArrayList<>();
            List<String> present = new ArrayList<>();
            for (Migration migration : migrations) {
                Applied before = history.get(migration.version());
                if (before == null) {
                    run(statement, migration, located);
                    notes.addAll(notes(statement));
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
            return new MigrationReport(schema, applied, present, newer, notes);
        }
    }

    private static void lockTimeout(Statement statement, Duration limit) throws SQLException {
        statement.execute("SET LOCAL lock_timeout = " + limit.toMillis());
    }

    private String pinSchema(Connection connection) throws SQLException {
        String schema = text(connection, """
                SELECT coalesce(
                    CAST(? AS text),
                    (SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                     WHERE c.oid = to_regclass(?)),
                    current_schema())
                """, host.schema().orElse(null), host.lookUpName());
        if (schema == null) {
            throw StorageException.misconfigured(
                    "No schema to migrate: the login's search_path names none that exists. Create one, or:"
                            + " ALTER ROLE <login> SET search_path = <schema>;",
                    null);
        }
        if (text(connection, "SELECT nspname FROM pg_namespace WHERE nspname = ?", schema) == null) {
            throw StorageException.misconfigured("There is no schema " + schema + ". Create it first.", null);
        }
        text(connection, "SELECT set_config('search_path', quote_ident(?) || ', pg_temp', true)", schema);
        return schema;
    }

    private HostTable located(String schema) {
        try {
            return host.inSchema(schema);
        } catch (IllegalArgumentException e) {
            throw StorageException.misconfigured(
                    "The table is in a schema that cannot be used: " + e.getMessage(), null);
        }
    }

    /** Its functions would take the place of the first table's, which have the same names. */
    private static void refuseSecondTable(Connection connection, HostTable host) throws SQLException {
        String other = text(connection, """
                SELECT p.polrelid::regclass::text
                FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
                WHERE p.polname = 'ultramsg_tenant_scope' AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
                    AND p.polrelid IS DISTINCT FROM to_regclass(?)
                LIMIT 1
                """, host.lookUpName());
        if (other != null) {
            throw StorageException.misconfigured(
                    "%s cannot be set up: its schema is set up for table %s already. Use a schema for each table of"
                                    .formatted(host, other)
                            + " organizations.",
                    null);
        }
    }

    private static Map<Integer, Applied> history(Statement statement) throws SQLException {
        if (text(statement.getConnection(), "SELECT to_regclass('ultramsg_schema_history')::text") == null) {
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

    private static void run(Statement statement, Migration migration, HostTable host) throws SQLException {
        log.debug("Applying {} to {}", migration.file(), host);
        try {
            statement.execute(host.render(migration.sql()));
        } catch (SQLException e) {
            throw explained(migration.file() + " failed", e);
        }
    }

    private static List<String> notes(Statement statement) throws SQLException {
        List<String> notes = new ArrayList<>();
        for (SQLWarning notice = statement.getWarnings(); notice != null; notice = notice.getNextWarning()) {
            if (NOTE.equals(notice.getSQLState())) {
                notes.add(notice.getMessage());
            }
        }
        statement.clearWarnings();
        return notes;
    }

    /** Adds what a missing privilege needs, unless the database already said it in a hint. */
    private static SQLException explained(String what, SQLException e) {
        String advice = INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())
                        && !String.valueOf(e.getMessage()).contains("must run")
                ? "\nMigrate as the owner of the table, a login that may also create in its schema:"
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

    /** The first value of the first row, or null if there is none. */
    private static @Nullable String text(Connection connection, String query, @Nullable String... arguments)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
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
