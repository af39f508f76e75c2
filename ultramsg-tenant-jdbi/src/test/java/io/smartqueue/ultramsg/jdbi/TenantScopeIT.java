package io.smartqueue.ultramsg.jdbi;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(PostgresExtension.class)
class TenantScopeIT {

    private static final String PERMISSION_DENIED = "42501";

    private TestDatabase database;
    private UUID mine;
    private UUID other;
    private Connection connection;

    @BeforeEach
    void addTwoOrganizations(TestDatabase shared) throws SQLException {
        database = shared;
        mine = database.organization("");
        other = database.organization("");
        connection = database.as(database.servingLogin());
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void showsATenantItsOwnRowOnly() throws SQLException {
        Sql.beginAsTenant(connection, mine);

        assertThat(Sql.query(connection, "SELECT id FROM organizations")).containsExactly(List.of(mine.toString()));
        assertThat(Sql.query(connection, "SELECT id FROM organizations WHERE id = ?", other))
                .isEmpty();
        assertThat(Sql.query(connection, "SELECT id FROM organizations WHERE id = ? OR true", other))
                .containsExactly(List.of(mine.toString()));
    }

    @Test
    void showsNothingWithoutAnOrganization() throws SQLException {
        connection.setAutoCommit(false);
        Sql.query(connection, "SELECT set_config('role', 'ultramsg_tenant', true)");

        assertThat(Sql.value(connection, "SELECT count(*) FROM organizations")).isEqualTo("0");
        assertThat(Sql.value(connection, "SELECT ultramsg_current_organization() IS NULL"))
                .isEqualTo("t");
    }

    @Test
    void showsNothingForAnEmptyOrUnknownOrganization() throws SQLException {
        for (Object organization : List.of("", UUID.randomUUID(), "00000000-0000-0000-0000-000000000000")) {
            Sql.beginAsTenant(connection, organization);
            assertThat(Sql.value(connection, "SELECT count(*) FROM organizations"))
                    .isEqualTo("0");
            Sql.end(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", " ", "1", "' OR true --", "%", "null", "{}"})
    void failsForAMalformedOrganization(String organization) throws SQLException {
        Sql.beginAsTenant(connection, organization);

        assertThatThrownBy(() -> Sql.query(connection, "SELECT id FROM organizations"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22P02"));
    }

    @Test
    void leavesNothingBehindForTheNextTransaction() throws SQLException {
        Sql.beginAsTenant(connection, mine);
        connection.commit();

        Sql.query(connection, "SELECT set_config('role', 'ultramsg_tenant', true)");
        assertThat(Sql.value(connection, "SELECT count(*) FROM organizations")).isEqualTo("0");
        connection.commit();
        assertThat(Sql.value(connection, "SELECT current_user = session_user")).isEqualTo("t");
    }

    @Test
    void holdsInOneRoundTripAndForASuperuserToo() throws SQLException {
        String scoped = "SELECT set_config('role', 'ultramsg_tenant', true),"
                + " set_config('ultramsg.organization_id', ?, true); SELECT id::text FROM organizations";
        try (Connection superuser = database.superuser();
                PreparedStatement statement = superuser.prepareStatement(scoped)) {
            for (int use = 0; use < 20; use++) { // beyond the driver's threshold for preparing on the server
                UUID organization = use % 2 == 0 ? mine : other;
                statement.setString(1, organization.toString());
                statement.execute();
                assertThat(statement.getMoreResults()).isTrue();
                try (ResultSet rows = statement.getResultSet()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo(organization.toString());
                    assertThat(rows.next()).isFalse();
                }
            }
            assertThat(Sql.value(superuser, "SELECT current_setting('role')")).isEqualTo("none");
        }
    }

    @Test
    void changesTheOwnRowOnly() throws SQLException {
        Sql.beginAsTenant(connection, mine);

        assertThat(Sql.update(connection, "UPDATE organizations SET webhook_url = 'https://mine.example'"))
                .isEqualTo(1);
        assertThat(Sql.update(connection, "UPDATE organizations SET webhook_url = 'x' WHERE id = ?", other))
                .isZero();
        connection.commit();
        assertThat(database.query("SELECT webhook_url FROM organizations WHERE id = ?", other))
                .containsExactly(Arrays.asList((String) null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO organizations (id) VALUES (gen_random_uuid())",
                "INSERT INTO organizations (id, ultramsg_instance_id) VALUES (gen_random_uuid(), '1')",
                "DELETE FROM organizations",
                "TRUNCATE organizations",
                "UPDATE organizations SET id = gen_random_uuid()",
                "UPDATE organizations SET name = 'x'",
                "SELECT name FROM organizations",
                "SELECT * FROM organizations",
                "SELECT * FROM ultramsg_schema_history",
                "SELECT * FROM ultramsg_token_keys()",
                "ALTER TABLE organizations DISABLE ROW LEVEL SECURITY",
                "DROP POLICY ultramsg_tenant_scope ON organizations",
                "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql RETURN 1"
            })
    void refusesTenantsEverythingElse(String statement) throws SQLException {
        Sql.beginAsTenant(connection, mine);

        assertThatThrownBy(() -> Sql.execute(connection, statement))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(PERMISSION_DENIED));
    }

    @Test
    void refusesTenantsToComeAndGoWhereThePublicMay(@TestDatabase.Fresh TestDatabase open) throws SQLException {
        UUID organization = open.organization("");
        open.execute("GRANT ALL ON organizations TO PUBLIC");
        try (Connection login = open.as(open.servingLogin())) {
            Sql.beginAsTenant(login, organization);

            assertThat(Sql.update(login, "DELETE FROM organizations")).isZero();
            assertThatThrownBy(() -> Sql.execute(login, "INSERT INTO organizations (name) VALUES ('new')"))
                    .hasMessageContaining("row-level security");
        }
    }

    @Test
    void scopesTheQuotaFunctionsToTheTenant() throws SQLException {
        Sql.beginAsTenant(connection, mine);

        assertThat(Sql.query(connection, "SELECT granted, used FROM update_daily_message_count(?)", mine))
                .containsExactly(List.of("t", "1"));
        assertThat(Sql.query(connection, "SELECT * FROM update_daily_message_count(?)", other))
                .isEmpty();
        assertThat(Sql.query(connection, "SELECT * FROM daily_message_usage(?)", other))
                .isEmpty();
        assertThat(Sql.value(connection, "SELECT refund_daily_message_count(?, current_date)", other))
                .isEqualTo("f");
    }

    @Test
    void givesTheLoginItselfNothing() {
        assertThatThrownBy(() -> Sql.query(connection, "SELECT id FROM organizations"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void showsTheServiceRoleEveryOrganizationButNoToken() throws SQLException {
        Sql.beginAsService(connection);

        assertThat(Sql.query(
                        connection, "SELECT id, ultramsg_instance_id, whatsapp_instance_status FROM organizations"))
                .contains(
                        List.of(mine.toString(), "instance1150", "active"),
                        List.of(other.toString(), "instance1150", "active"));
        assertThatThrownBy(() -> Sql.query(connection, "SELECT ultramsg_token FROM organizations"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void tellsTheServiceRoleByWhichKeyATokenIsSealed(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        UUID plain = own.organization("");
        UUID sealed = own.organization("ultramsg_token = 'ultramsg-sealed:k1:x'");
        own.organization("ultramsg_token = NULL");
        own.organization("ultramsg_token = ' '");
        try (Connection login = own.as(own.servingLogin())) {
            Sql.beginAsService(login);

            assertThat(Sql.query(login, "SELECT organization_id, key_id FROM ultramsg_token_keys()"))
                    .containsExactlyInAnyOrder(Arrays.asList(plain.toString(), null), List.of(sealed.toString(), "k1"));
            assertThatThrownBy(() -> Sql.update(login, "UPDATE organizations SET ultramsg_instance_id = '1'"))
                    .hasMessageContaining("permission denied");
        }
    }
}
