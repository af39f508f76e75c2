package io.smartqueue.ultramsg.jdbi;

import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the database lets members do, whoever forgot to ask in Java. */
@ExtendWith(PostgresExtension.class)
class MembersIT {
    private static final String PERMISSION_DENIED = "42501";

    /** All that a tenant may reach, and that is configuration. */
    private static final List<String> CONFIGURATION =
            List.of("organizations", "ultramsg_standby_instances", "ultramsg_config_audit");

    private static final String AUDIT =
            "INSERT INTO ultramsg_config_audit (organization_id, recorded_at, actor_kind, actor,"
                    + " action, changes, version) VALUES (?, now(), ?, ?, 'updated', '[]', 1)";

    /** All else that a tenant may read. */
    private static final List<String> MESSAGES = List.of(
            "ultramsg_messages",
            "ultramsg_last_instances",
            "ultramsg_instance_health",
            "ultramsg_batches",
            "ultramsg_outboxes",
            "ultramsg_webhook_events",
            "ultramsg_conversations");

    private TestDatabase database;
    private UUID mine;
    private UUID other;
    private Connection connection;

    @BeforeEach
    void addTwoOrganizations(TestDatabase shared) throws SQLException {
        database = shared;
        mine = database.organization("daily_message_limit = 5");
        other = database.organization("");
        for (UUID organization : List.of(mine, other)) {
            database.execute(
                    "INSERT INTO ultramsg_messages (organization_id, reference, idempotency_key, content_hash, state,"
                            + " instance_id, quota_day, created_at, lease_until, next_look_at) VALUES ('" + organization
                            + "', 'one', 'one', repeat('0a', 32), 'running', 'instance1150', now(), now(), now(), now())",
                    "INSERT INTO ultramsg_standby_instances (organization_id, position, instance_id, token, base_url, status)"
                            + " VALUES ('" + organization
                            + "', 1, 'instance1151', 'not-a-real-token', 'https://api.ultramsg.com', 'active')",
                    "INSERT INTO ultramsg_last_instances VALUES ('" + organization
                            + "', '15550001111@c.us', 'instance1151')",
                    "INSERT INTO ultramsg_instance_health (organization_id, instance_id, next_check_at) VALUES ('"
                            + organization + "', 'instance1150', now())",
                    "INSERT INTO ultramsg_batches (organization_id, batch_id, created_at) VALUES ('" + organization
                            + "', 'news', now())",
                    "INSERT INTO ultramsg_webhook_events (organization_id, event_key, claim, begun_at, lease_until) VALUES ('"
                            + organization + "', repeat('0a', 32), 1, now(), now())",
                    "INSERT INTO ultramsg_conversations VALUES ('" + organization + "', '15550001111@c.us', now())",
                    "INSERT INTO ultramsg_config_audit (organization_id, recorded_at, actor_kind, actor, action, changes,"
                            + " version) VALUES ('" + organization
                            + "', now(), 'operator', 'a test', 'updated', '[]', 1)",
                    "INSERT INTO ultramsg_outboxes (organization_id, paused) VALUES ('" + organization + "', false)");
        }
        member(mine, "admin", "admin", "true");
        member(mine, "manager", "manager", "true");
        member(mine, "employee", "employee", "true");
        member(mine, "gone", "admin", "false");
        member(other, "stranger", "admin", "true");
        connection = database.as(database.servingLogin());
    }

    private void member(UUID organization, String member, String role, String active) throws SQLException {
        database.execute("INSERT INTO organization_members VALUES ('" + organization + "', '" + member + "', '" + role
                + "', " + active + ")");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"manager", "employee"})
    void showMembersTheirRowWithoutTokenAndLimit(String member) throws SQLException {
        begin("ultramsg_member", mine, member);

        assertThat(Sql.query(connection, "SELECT id, ultramsg_instance_id FROM organizations"))
                .containsExactly(List.of(mine.toString(), "instance1150"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ultramsg_token FROM organizations",
                "SELECT count(*) FROM organizations WHERE ultramsg_token LIKE 'a%'",
                "SELECT id FROM organizations ORDER BY ultramsg_token",
                "SELECT daily_message_limit FROM organizations",
                "SELECT messages_sent_today FROM organizations",
                "SELECT * FROM organizations",
                "SELECT o FROM organizations AS o",
                "SELECT to_jsonb(o) FROM organizations AS o",
                "UPDATE organizations SET daily_message_limit = 100000",
                "UPDATE organizations SET ultramsg_token = 'mine'",
                "UPDATE organizations SET webhook_url = webhook_url",
                "SELECT FROM organizations FOR UPDATE",
                "INSERT INTO organizations (id) VALUES (gen_random_uuid())",
                "DELETE FROM organizations",
                "SELECT * FROM organization_members",
                "UPDATE organization_members SET role = 'admin'",
                "SELECT token FROM ultramsg_standby_instances",
                "SELECT * FROM ultramsg_messages",
                "SELECT * FROM ultramsg_config_audit",
                "SELECT * FROM ultramsg_token_keys()",
                "SELECT * FROM ultramsg_instance_health",
                "SELECT * FROM ultramsg_lanes",
                "SELECT * FROM ultramsg_webhook_events",
                "SELECT * FROM ultramsg_conversations",
                "INSERT INTO ultramsg_wakes (organization_id) SELECT id FROM organizations",
                "SELECT update_daily_message_count(id) FROM organizations",
                "SELECT daily_message_usage(id) FROM organizations",
                "ALTER TABLE organizations DISABLE ROW LEVEL SECURITY",
                "DROP POLICY ultramsg_member_scope ON organizations",
                "CREATE OR REPLACE FUNCTION public.ultramsg_member_role(uuid, text) RETURNS text LANGUAGE sql RETURN 'admin'"
            })
    void refuseMembersEverythingElse(String statement) throws SQLException {
        for (String member : List.of("employee", "admin")) {
            begin("ultramsg_member", mine, member);

            assertThatThrownBy(() -> Sql.execute(connection, statement))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(PERMISSION_DENIED));
            Sql.end(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gone", "stranger", "nobody", "Employee", "employee ", "' or true --", "%", ""})
    void showNothingToWhoIsNoActiveMember(String member) throws SQLException {
        begin("ultramsg_member", mine, member);

        assertThat(Sql.value(connection, "SELECT count(id) FROM organizations")).isEqualTo("0");
    }

    @Test
    void showNothingToAMemberWithoutAnOrganization() throws SQLException {
        for (Object organization : List.of("", UUID.randomUUID())) {
            begin("ultramsg_member", organization, "employee");
            assertThat(Sql.value(connection, "SELECT count(id) FROM organizations"))
                    .isEqualTo("0");
            Sql.end(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"manager", "employee", "gone", "stranger", "nobody", "' or true --"})
    void keepTheConfigurationFromWhoIsNoAdminThoughARoleWouldAllowIt(String member) throws SQLException {
        begin("ultramsg_tenant", mine, member);

        for (String table : CONFIGURATION) {
            assertThat(Sql.value(connection, "SELECT count(*) FROM (SELECT FROM " + table + ") AS r"))
                    .as(table)
                    .isEqualTo("0");
        }
        assertThat(Sql.update(connection, "UPDATE organizations SET daily_message_limit = 100000"))
                .isZero();
        assertThat(Sql.update(connection, "UPDATE ultramsg_standby_instances SET status = 'inactive'"))
                .isZero();
        assertThat(Sql.update(connection, "DELETE FROM ultramsg_standby_instances"))
                .isZero();
        assertThatThrownBy(() -> Sql.update(
                        connection,
                        "INSERT INTO ultramsg_standby_instances (organization_id, position, instance_id, token, base_url, status)"
                                + " VALUES (?, 2, 'instance1152', 'x', 'https://api.ultramsg.com', 'active')",
                        mine))
                .hasMessageContaining("row-level security");
    }

    @Test
    void letAnAdminDoWhatATenantMay() throws SQLException {
        begin("ultramsg_tenant", mine, "admin");

        assertThat(Sql.query(connection, "SELECT id, ultramsg_token FROM organizations"))
                .containsExactly(List.of(mine.toString(), "not-a-real-token"));
        assertThat(Sql.update(connection, "UPDATE organizations SET daily_message_limit = 9"))
                .isEqualTo(1);
        assertThat(Sql.update(connection, "DELETE FROM ultramsg_standby_instances"))
                .isEqualTo(1);
        assertThat(Sql.update(connection, "UPDATE organizations SET daily_message_limit = 9 WHERE id = ?", other))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "admin, member, admin, true", "admin, member, employee, false", "admin, operator, admin, false",
        "employee, member, employee, false", "stranger, member, stranger, false", "'', operator, a job, true",
    })
    void recordWhatAnAdminDoesUnderHisOwnName(String member, String kind, String name, boolean recorded)
            throws SQLException {
        begin("ultramsg_tenant", mine, member);

        if (recorded) {
            assertThat(Sql.update(connection, AUDIT, mine, kind, name)).isEqualTo(1);
        } else {
            assertThatThrownBy(() -> Sql.update(connection, AUDIT, mine, kind, name))
                    .hasMessageContaining("row-level security");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "admin, 1",
        "manager, 1",
        "employee, 1",
        "gone, 0",
        "stranger, 0",
        "nobody, 0",
    })
    void showMessagesToActiveMembers(String member, String rows) throws SQLException {
        begin("ultramsg_tenant", mine, member);

        for (String table : MESSAGES) {
            assertThat(Sql.value(connection, "SELECT count(*) FROM " + table))
                    .as(table)
                    .isEqualTo(rows);
        }
    }

    @Test
    void noticeARoleThatIsTakenAwayWithinATransaction() throws SQLException {
        begin("ultramsg_tenant", mine, "admin");
        assertThat(Sql.value(connection, "SELECT count(*) FROM organizations")).isEqualTo("1");

        database.execute("DELETE FROM organization_members WHERE member_id = 'admin'");

        assertThat(Sql.value(connection, "SELECT count(*) FROM organizations")).isEqualTo("0");
        assertThat(Sql.update(connection, "UPDATE organizations SET daily_message_limit = 9"))
                .isZero();
    }

    @Test
    void letMembersWriteNothingWherePublicMay(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        moveTo(own);
        database.execute("GRANT ALL ON organizations TO PUBLIC");
        begin("ultramsg_member", mine, "employee");

        assertThat(Sql.update(connection, "DELETE FROM organizations")).isZero();
        assertThatThrownBy(() -> Sql.execute(connection, "UPDATE organizations SET daily_message_limit = 9"))
                .hasMessageContaining("row-level security");
        Sql.end(connection);
        begin("ultramsg_member", mine, "employee");
        assertThatThrownBy(() -> Sql.execute(connection, "INSERT INTO organizations (name) VALUES ('new')"))
                .hasMessageContaining("row-level security");
        Sql.end(connection);

        try (PostgresTenantStore store = store()) {
            assertThatThrownBy(() -> as(store, "employee").findWithoutToken(OrganizationId.of(mine)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("may read column ultramsg_token")
                    .hasMessageContaining("FROM PUBLIC");
            assertThat(store.quotas().reserve(OrganizationId.of(mine))).isInstanceOf(Reserved.class);
        }
    }

    @Test
    void takeAnUnknownRoleForNone(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        moveTo(own);
        database.execute(
                "ALTER TABLE organization_members DROP CONSTRAINT organization_members_role",
                "UPDATE organization_members SET role = 'Admin' WHERE member_id = 'admin'",
                "UPDATE organization_members SET role = 'owner' WHERE member_id = 'manager'",
                "UPDATE organization_members SET role = '' WHERE member_id = 'employee'");
        try (PostgresTenantStore store = store()) {
            for (String member : List.of("admin", "manager", "employee")) {
                assertThat(store.members().roleOf(OrganizationId.of(mine), MemberId.of(member)))
                        .isEmpty();
                assertThatThrownBy(() -> as(store, member).findWithoutToken(OrganizationId.of(mine)))
                        .isInstanceOf(AccessDeniedException.class);
            }
        }
    }

    @Test
    void takeWhateverAReplacedFunctionInventsForNone(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        moveTo(own);
        database.execute("CREATE OR REPLACE FUNCTION ultramsg_member_role(p_organization_id uuid, p_member_id text)"
                + " RETURNS text LANGUAGE sql STABLE RETURN 'root'");
        try (PostgresTenantStore store = store()) {
            assertThat(store.members().roleOf(OrganizationId.of(mine), MemberId.of("admin")))
                    .isEmpty();
            for (String role : List.of("ultramsg_tenant", "ultramsg_member")) {
                begin(role, mine, "admin");
                assertThat(Sql.value(connection, "SELECT count(id) FROM organizations"))
                        .isEqualTo("0");
                Sql.end(connection);
            }
        }
    }

    @Test
    void leaveNoMemberBehindOnAPooledConnection() throws SQLException {
        try (HikariDataSource pool = OwnPool.open(database.settings(database.servingLogin()));
                PostgresTenantStore store =
                        PostgresTenantStore.builder(pool).plainTextTokens().build()) {
            OrganizationId organization = OrganizationId.of(mine);
            for (int use = 0; use < 20; use++) { // beyond the driver's threshold for preparing on the server
                assertThat(as(store, "admin").find(organization)).isPresent();
                assertThat(as(store, "employee").findWithoutToken(organization)).isPresent();
                assertThatThrownBy(() -> as(store, "employee").find(organization))
                        .isInstanceOf(AccessDeniedException.class);
                as(store, "admin")
                        .update(
                                organization,
                                ConfigDraft.builder()
                                        .instanceId("instance" + (7000 + use))
                                        .build(),
                                AuditNote.by(Actor.member("admin")));

                assertThat(store.organizations()
                                .find(organization)
                                .orElseThrow()
                                .token())
                        .isPresent();
                try (Connection next = pool.getConnection()) {
                    assertThat(
                                    Sql.query(
                                            next,
                                            "SELECT current_user = session_user, coalesce(current_setting('ultramsg.member_id', true), '')"))
                            .containsExactly(List.of("t", ""));
                }
            }
        }
    }

    @Test
    void failClosedWhereSomebodyElseLeftAMemberBehind() throws SQLException {
        Sql.execute(connection, "SELECT set_config('ultramsg.member_id', 'employee', false)");

        Sql.beginAsTenant(connection, mine);

        assertThat(Sql.value(connection, "SELECT count(*) FROM organizations")).isEqualTo("0");
    }

    /** For what would change the database for the other tests, too. */
    private void moveTo(TestDatabase own) throws SQLException {
        connection.close();
        addTwoOrganizations(own);
    }

    private PostgresTenantStore store() throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build();
    }

    private static OrganizationStore as(PostgresTenantStore store, String member) {
        return store.organizations().actingFor(MemberId.of(member));
    }

    private void begin(String role, Object organization, String member) throws SQLException {
        connection.setAutoCommit(false);
        Sql.query(
                connection,
                "SELECT set_config('role', ?, true), set_config('ultramsg.organization_id', ?, true),"
                        + " set_config('ultramsg.member_id', ?, true)",
                role,
                String.valueOf(organization),
                member);
    }
}
