package io.smartqueue.ultramsg.jdbi;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

import java.io.StringReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the host's own statements return, and whether they are allowed, before the migration and after it. */
@ExtendWith(PostgresExtension.class)
class HostStatementsIT {

    private static final List<String> STATEMENTS = List.of(
            "SELECT id, name, region FROM organizations ORDER BY name",
            "SELECT count(*) FROM organizations",
            "SELECT name FROM organizations WHERE region = 'north' ORDER BY name FOR UPDATE",
            "SELECT o.name, s.text FROM organizations o JOIN staff s ON s.organization_id = o.id ORDER BY 1, 2",
            "INSERT INTO organizations (id, name, region) VALUES ('00000000-0000-0000-0000-0000000000ff', 'new', 'north')"
                    + " RETURNING id, name, region",
            "INSERT INTO organizations (id, name, region) VALUES ('00000000-0000-0000-0000-000000000001', 'again', 'north')"
                    + " ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING name",
            "UPDATE organizations SET name = name || '!' RETURNING name",
            "UPDATE organizations SET region = 'south' WHERE region = 'north' RETURNING name",
            "UPDATE organizations SET id = gen_random_uuid() WHERE name = 'three' RETURNING name",
            "DELETE FROM organizations WHERE name = 'three' RETURNING name, region",
            "DELETE FROM organizations WHERE name = 'one'",
            "INSERT INTO staff VALUES ('00000000-0000-0000-0000-000000000002', 'more') RETURNING text",
            "COPY (SELECT name FROM organizations) TO '/dev/null'",
            "TRUNCATE organizations",
            "TRUNCATE organizations CASCADE",
            "ALTER TABLE organizations ADD COLUMN plan text",
            "CREATE INDEX ON organizations (region)",
            "LOCK TABLE organizations IN SHARE MODE");

    enum RowSecurity {
        OFF,
        ON,
        FORCED
    }

    private TestDatabase database;
    private String owner;
    private List<String> logins;

    @BeforeAll
    static void letTheRolesExist(TestDatabase migrated) throws SQLException {
        assertThat(migrated.query("SELECT FROM pg_roles WHERE rolname = 'ultramsg_tenant'"))
                .hasSize(1);
    }

    @BeforeEach
    void createHost(@TestDatabase.Empty TestDatabase empty) throws SQLException {
        database = empty;
        owner = database.login("owner", "");
        String least = database.login("least", "");
        String reader = database.login("reader", "");
        String stranger = database.login("stranger", "");
        String member = database.login("member", "INHERIT");
        String confused = database.login("confused", "INHERIT");
        logins = List.of("postgres", owner, least, reader, stranger, member, confused);
        database.execute(
                "ALTER SCHEMA public OWNER TO " + owner,
                "GRANT ultramsg_tenant, ultramsg_service TO " + member + ", " + confused,
                "ALTER ROLE " + confused + " SET ultramsg.organization_id = 'neither a key nor empty'",
                "ALTER ROLE " + confused + " SET ultramsg.member_id = 'nobody'",
                "ALTER ROLE " + confused + " SET app.region = 'north'");
        try (Connection connection = database.as(owner)) {
            Sql.execute(
                    connection,
                    "CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text, region text)",
                    "CREATE TABLE staff (organization_id uuid REFERENCES organizations ON DELETE CASCADE, text text)",
                    "INSERT INTO organizations (id, name, region) VALUES"
                            + " ('00000000-0000-0000-0000-000000000001', 'one', 'north'),"
                            + " ('00000000-0000-0000-0000-000000000002', 'two', 'north'),"
                            + " ('00000000-0000-0000-0000-000000000003', 'three', 'south')",
                    "INSERT INTO staff VALUES ('00000000-0000-0000-0000-000000000001', 'Ada'),"
                            + " ('00000000-0000-0000-0000-000000000003', 'Bob')");
            for (String login : List.of(least, member, confused)) {
                Sql.execute(connection, "GRANT SELECT, INSERT, UPDATE, DELETE ON organizations, staff TO " + login);
            }
            Sql.execute(connection, "GRANT SELECT (id, name), SELECT (region) ON organizations TO " + reader);
        }
    }

    @ParameterizedTest
    @EnumSource
    void answerAsBefore(RowSecurity rowSecurity) throws SQLException {
        secure(rowSecurity);
        Map<String, String> before = outcomes();

        PostgresTenantStore.migrate(database.dataSource(owner));

        assertThat(outcomes()).isEqualTo(before);
        assertThat(before.values())
                .anyMatch(outcome -> outcome.startsWith("[[one"))
                .contains("42501");
        assertThat(before.get(owner.replace("owner", "least") + ": " + STATEMENTS.get(1)))
                .isEqualTo(rowSecurity == RowSecurity.OFF ? "[[3]]" : "[[0]]");
        assertThat(before.get(owner.replace("owner", "confused") + ": " + STATEMENTS.get(1)))
                .isEqualTo(rowSecurity == RowSecurity.OFF ? "[[3]]" : "[[2]]");
    }

    @ParameterizedTest
    @EnumSource
    void answerAsBeforeWhenASuperuserMigratesTwice(RowSecurity rowSecurity) throws SQLException {
        secure(rowSecurity);
        Map<String, String> before = outcomes();

        PostgresTenantStore.migrate(database.dataSource());
        database.execute("DROP TABLE ultramsg_schema_history");
        PostgresTenantStore.migrate(database.dataSource());

        assertThat(outcomes()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void leaveTenantsApart(RowSecurity rowSecurity) throws SQLException {
        secure(rowSecurity);
        PostgresTenantStore.migrate(database.dataSource(owner));
        String login = database.servingLogin();

        try (Connection connection = database.as(login)) {
            assertThat(SetupCheck.problems(connection, HostTable.organizations()))
                    .isEmpty();

            Sql.beginAsTenant(connection, "00000000-0000-0000-0000-000000000002");
            assertThat(Sql.query(connection, "SELECT id FROM organizations"))
                    .containsExactly(List.of("00000000-0000-0000-0000-000000000002"));
            assertThat(Sql.query(
                            connection,
                            "SELECT used FROM update_daily_message_count('00000000-0000-0000-0000-000000000002')"))
                    .containsExactly(List.of("1"));
            assertThat(Sql.update(connection, "UPDATE organizations SET webhook_url = 'x'"))
                    .isEqualTo(1);
            Sql.end(connection);

            Sql.beginAsService(connection);
            assertThat(Sql.value(connection, "SELECT count(*) FROM organizations"))
                    .isEqualTo("3");
        }
    }

    @Test
    void leaveNoTokenUnnoticedWherePoliciesBindTheOwner() throws SQLException {
        secure(RowSecurity.FORCED);
        PostgresTenantStore.migrate(database.dataSource(owner));
        database.execute("UPDATE organizations SET ultramsg_token = 'plain' WHERE name = 'one'");

        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsService(connection);
            assertThat(outcome(connection, "SELECT ultramsg_token_keys()")).isEqualTo("42501");
            connection.rollback();

            database.execute("ALTER FUNCTION ultramsg_token_keys() OWNER TO postgres");
            Sql.beginAsService(connection);
            assertThat(outcome(connection, "SELECT ultramsg_token_keys()"))
                    .isEqualTo("[[(00000000-0000-0000-0000-000000000001,)]]");
        }
    }

    @Test
    void mayBePreparedForTwoPhaseCommit() throws SQLException {
        PostgresTenantStore.migrate(database.dataSource(owner));

        try (Connection connection = database.superuser()) {
            connection.setAutoCommit(false);
            Sql.execute(
                    connection,
                    "INSERT INTO organizations (name) VALUES ('four')",
                    "UPDATE organizations SET name = 'five' WHERE name = 'four'",
                    "DELETE FROM organizations WHERE name = 'five'",
                    "PREPARE TRANSACTION 'host'");
            connection.setAutoCommit(true);
            Sql.execute(connection, "ROLLBACK PREPARED 'host'");

            connection.setAutoCommit(false);
            Sql.execute(connection, "UPDATE organizations SET daily_message_limit = 1");
            assertThat(outcome(connection, "PREPARE TRANSACTION 'library'"))
                    .as("a notice rules it out")
                    .isEqualTo("0A000");
        }
    }

    /** PostgreSQL knows no COPY FROM for those whom row-level security could bind, whatever the policies say. */
    @Test
    void differInCopyFromByOthersThanTheOwner() throws Exception {
        PostgresTenantStore.migrate(database.dataSource(owner));
        String copy = "COPY organizations (name) FROM STDIN";

        try (Connection connection = database.as(owner)) {
            assertThat(connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy, new StringReader("four\n")))
                    .isEqualTo(1);
        }
        try (Connection connection = database.as(logins.get(2))) {
            assertThatThrownBy(() ->
                            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy, new StringReader("five\n")))
                    .hasMessageContaining("COPY FROM not supported with row-level security");
        }
    }

    private void secure(RowSecurity rowSecurity) throws SQLException {
        if (rowSecurity == RowSecurity.OFF) {
            return;
        }
        try (Connection connection = database.as(owner)) {
            Sql.execute(
                    connection,
                    "ALTER TABLE organizations ENABLE ROW LEVEL SECURITY",
                    "CREATE POLICY by_region ON organizations USING (region = current_setting('app.region', true))");
            if (rowSecurity == RowSecurity.FORCED) {
                Sql.execute(connection, "ALTER TABLE organizations FORCE ROW LEVEL SECURITY");
            }
        }
    }

    private Map<String, String> outcomes() throws SQLException {
        Map<String, String> outcomes = new TreeMap<>();
        for (String login : logins) {
            try (Connection connection = database.as(login)) {
                connection.setAutoCommit(false);
                for (String statement : STATEMENTS) {
                    outcomes.put(login + ": " + statement, outcome(connection, statement));
                    connection.rollback();
                }
            }
        }
        return outcomes;
    }

    /** The rows, or the number of them, or the SQL state of the refusal. */
    private static String outcome(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "rows: " + statement.getUpdateCount();
            }
            try (ResultSet result = statement.getResultSet()) {
                List<List<String>> rows = new ArrayList<>();
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    rows.add(Stream.iterate(1, i -> i <= columns, i -> i + 1)
                            .map(i -> text(result, i))
                            .collect(Collectors.toList()));
                }
                return rows.toString();
            }
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    private static String text(ResultSet result, int column) {
        try {
            return result.getString(column);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
