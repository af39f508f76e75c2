package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The database of the system that this library descends from, which goes on working while hosts move over. */
@ExtendWith(PostgresExtension.class)
class AncestorDatabaseIT {
    private static final Guide ACCESS = new Guide("access.md");
    private static final String BUSY = "00000000-0000-0000-0000-00000000000b";
    private static final String SHARING = "00000000-0000-0000-0000-00000000000c";
    private static final String IDLE = "00000000-0000-0000-0000-00000000000d";
    private static final String STAFF = "00000000-0000-0000-0000-0000000000aa";

    private TestDatabase database;

    @BeforeEach
    void createAncestor(@TestDatabase.Empty TestDatabase empty) throws SQLException {
        database = empty;
        database.execute("ALTER DATABASE " + database.name() + " SET timezone = 'UTC'");
        database.execute(
                """
                CREATE TABLE organizations (
                    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
                    name text NOT NULL,
                    ultramsg_instance_id varchar(100),
                    ultramsg_token varchar(255),
                    ultramsg_base_url varchar(255) DEFAULT 'https://api.ultramsg.com',
                    whatsapp_business_number varchar(20),
                    whatsapp_instance_status varchar(20) DEFAULT 'inactive',
                    ultramsg_webhook_token varchar(255),
                    ultramsg_created_at timestamptz DEFAULT now(),
                    ultramsg_last_tested timestamptz,
                    ultramsg_last_error text,
                    daily_message_limit integer DEFAULT 1000,
                    daily_message_count integer DEFAULT 0,
                    message_count_reset_date date DEFAULT CURRENT_DATE,
                    CONSTRAINT chk_whatsapp_instance_status CHECK (whatsapp_instance_status IN
                        ('active', 'inactive', 'suspended', 'error', 'testing')))
                """,
                "CREATE TABLE members (organization_id uuid REFERENCES organizations, auth_user_id uuid, role text"
                        + " CHECK (role IN ('admin', 'manager', 'employee')), is_active boolean DEFAULT true)",
                """
                CREATE FUNCTION increment_message_count(org_id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
                BEGIN
                    UPDATE organizations
                    SET daily_message_count =
                            CASE WHEN message_count_reset_date < CURRENT_DATE THEN 1 ELSE daily_message_count + 1 END,
                        message_count_reset_date = CURRENT_DATE
                    WHERE id = org_id
                        AND (message_count_reset_date < CURRENT_DATE OR daily_message_count < daily_message_limit);
                    RETURN FOUND;
                END $$
                """,
                """
                CREATE FUNCTION reset_daily_message_counts() RETURNS integer LANGUAGE plpgsql AS $$
                DECLARE
                    reset integer;
                BEGIN
                    UPDATE organizations SET daily_message_count = 0, message_count_reset_date = CURRENT_DATE
                    WHERE message_count_reset_date < CURRENT_DATE;
                    GET DIAGNOSTICS reset = ROW_COUNT;
                    RETURN reset;
                END $$
                """,
                """
                CREATE FUNCTION validate_ultramsg_config(instance_id varchar, token varchar, base_url varchar)
                RETURNS jsonb LANGUAGE sql AS $$
                    SELECT CASE WHEN instance_id = '' THEN '{"valid": false, "error": "Instance ID is required"}'::jsonb
                        ELSE '{"valid": true, "message": "Configuration is valid"}'::jsonb END
                $$
                """,
                "DO $$ BEGIN CREATE ROLE authenticated NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "GRANT SELECT, UPDATE ON organizations TO authenticated",
                "GRANT SELECT ON members TO authenticated",
                "ALTER TABLE organizations ENABLE ROW LEVEL SECURITY",
                """
                CREATE POLICY staff ON organizations TO authenticated USING (id IN (
                    SELECT organization_id FROM members
                    WHERE auth_user_id = current_setting('app.user', true)::uuid AND is_active
                        AND role IN ('admin', 'manager')))
                """,
                "INSERT INTO organizations (id, name, ultramsg_instance_id, ultramsg_token, whatsapp_instance_status,"
                        + " daily_message_limit, daily_message_count, message_count_reset_date, ultramsg_last_error) VALUES"
                        + " ('" + BUSY
                        + "', 'busy', 'instance7', 'fake-t0ken', 'active', 500, 42, CURRENT_DATE, 'none'),"
                        + " ('" + SHARING + "', 'sharing', 'instance7', 'fake-t0ken', 'active', 10, 9,"
                        + " '2025-09-03', NULL),"
                        + " ('" + IDLE + "', 'idle', NULL, NULL, 'inactive', NULL, 0, NULL, NULL)",
                "INSERT INTO members VALUES ('" + BUSY + "', '" + STAFF + "', 'admin', true)");
    }

    @Test
    void isMigratedWithoutLossAndTheReportSaysWhatWasFound() throws SQLException {
        String theirs =
                "SELECT name, ultramsg_token, daily_message_limit, daily_message_count, message_count_reset_date,"
                        + " ultramsg_created_at, ultramsg_last_error FROM organizations ORDER BY name";
        List<List<String>> before = database.query(theirs);

        MigrationReport report = PostgresTenantStore.migrate(database.dataSource());

        assertThat(database.query(theirs)).isEqualTo(before);
        assertThat(database.query("SELECT name, messages_sent_today,"
                        + " last_message_reset_date IS NOT DISTINCT FROM message_count_reset_date"
                        + " FROM organizations ORDER BY name"))
                .containsExactly(List.of("busy", "42", "t"), List.of("idle", "0", "t"), List.of("sharing", "9", "t"));
        assertThat(report.notes())
                .containsExactly(
                        "today's counts of 2 organizations carried over from daily_message_count and"
                                + " message_count_reset_date, which stay as they are",
                        "column ultramsg_instance_id widened from character varying(100) to character varying(255)",
                        "column ultramsg_token widened from character varying(255) to character varying(500)",
                        "column whatsapp_business_number widened from character varying(20) to character varying(50)",
                        "constraint chk_whatsapp_instance_status kept",
                        "row-level security was enabled before: its policies stay the only ones for your statements",
                        "function validate_ultramsg_config replaced",
                        "instance 7 is shared by organizations " + BUSY + ", " + SHARING);
        assertThat(PostgresTenantStore.migrate(database.dataSource()).notes()).isEmpty();
    }

    @Test
    void goesOnCountingInItsOwnColumns() throws SQLException {
        PostgresTenantStore.migrate(database.dataSource());

        assertThat(database.query(
                        "SELECT increment_message_count('" + BUSY + "'), increment_message_count('" + SHARING + "')"))
                .containsExactly(List.of("t", "t"));
        assertThat(database.query("SELECT reset_daily_message_counts()")).containsExactly(List.of("0"));

        assertThat(database.query("SELECT name, daily_message_count, messages_sent_today FROM organizations"
                        + " WHERE id <> '" + IDLE + "' ORDER BY name"))
                .containsExactly(List.of("busy", "43", "42"), List.of("sharing", "1", "9"));
    }

    @Test
    void letsItsStaffSeeAndChangeWhatTheyCouldBefore() throws SQLException {
        List<String> before = asStaff();

        PostgresTenantStore.migrate(database.dataSource());

        assertThat(asStaff()).isEqualTo(before).containsExactly("busy", "1");
        assertThat(database.query("SELECT validate_ultramsg_config('', 't0ken', NULL) ->> 'valid',"
                        + " validate_ultramsg_config('', 't0ken', NULL) ->> 'error' IS NOT NULL,"
                        + " validate_ultramsg_config('1150', 't0ken', NULL) ->> 'message' IS NOT NULL"))
                .containsExactly(List.of("false", "t", "t"));
    }

    @Test
    void isServedForOrganizationsThatShareAnInstance() throws SQLException {
        PostgresTenantStore.migrate(database.dataSource());

        try (PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build()) {
            assertThat(Stream.of(BUSY, SHARING).map(OrganizationId::of))
                    .allSatisfy(organization -> assertThat(store.organizations()
                                    .find(organization)
                                    .orElseThrow()
                                    .instanceId())
                            .contains("instance7"));
            assertThat(store.quotas().reserve(OrganizationId.of(BUSY)))
                    .isInstanceOfSatisfying(
                            Reserved.class,
                            reserved -> assertThat(reserved.remaining()).isEqualTo(500 - 43));
        }
    }

    @Test
    void goesOnSharingInstancesWhileTheLibraryDoesNot() throws SQLException {
        PostgresTenantStore.migrate(database.dataSource());
        try (PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build()) {
            assertThat(setInstance(store, SHARING)).as("kept").isEqualTo(UpdateOutcome.WRITTEN);
            assertThat(setInstance(store, IDLE)).as("new").isEqualTo(UpdateOutcome.INSTANCE_IN_USE);

            assertThat(
                            asStaff(
                                    "UPDATE organizations SET ultramsg_instance_id = 'instance7', ultramsg_token = 'fake-t0ken'"))
                    .isEqualTo(1);
            database.execute(
                    "INSERT INTO organizations (name, ultramsg_instance_id) VALUES ('another', 'instance7')",
                    "UPDATE organizations SET ultramsg_instance_id = '7' WHERE id = '" + IDLE + "'");
            assertThat(setInstance(store, IDLE)).as("shared by the ancestor").isEqualTo(UpdateOutcome.WRITTEN);

            database.execute("UPDATE organizations SET ultramsg_instance_id = NULL");
            assertThat(setInstance(store, IDLE)).as("shared no more").isEqualTo(UpdateOutcome.WRITTEN);
            assertThat(setInstance(store, BUSY)).as("unique from now on").isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        }
    }

    @Test
    void letsItsStaffActOnceTheFunctionReadsItsOwnTable() throws Exception {
        PostgresTenantStore.migrate(database.dataSource());
        List<String> sql = ACCESS.blocks("sql");
        assertThat(sql).hasSize(2);
        database.execute(sql.get(0).replace("the key of the organization", IDLE));
        assertThat(database.query("SELECT ultramsg_member_role('" + IDLE + "', 'anna')"
                        + " FROM set_config('ultramsg.organization_id', '" + IDLE + "', true)"))
                .containsExactly(List.of("admin"));

        database.execute(sql.get(1), "DROP TABLE organization_members");

        assertThat(asStaff()).containsExactly("busy", "1");
        try (PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build()) {
            OrganizationId busy = OrganizationId.of(BUSY);
            OrganizationStore staff = store.organizations().actingFor(MemberId.of(STAFF));
            ConfigDraft limit = ConfigDraft.builder().dailyLimit(7).build();
            assertThat(store.members().roleOf(busy, MemberId.of(STAFF))).contains(MemberRole.ADMIN);
            assertThat(staff.update(busy, limit, AuditNote.by(Actor.member(STAFF)))
                            .outcome())
                    .isEqualTo(UpdateOutcome.WRITTEN);
            assertThat(staff.find(busy).orElseThrow().token()).isPresent();
            assertThatThrownBy(() -> staff.findWithoutToken(OrganizationId.of(SHARING)))
                    .isInstanceOf(AccessDeniedException.class);

            database.execute("UPDATE members SET role = 'employee'");
            ConfigDraft seen = staff.findWithoutToken(busy).orElseThrow();
            assertThat(seen.instanceId()).contains("instance7");
            assertThat(seen.dailyLimit()).isEmpty();
            assertThatThrownBy(() -> staff.update(busy, limit, AuditNote.by(Actor.member(STAFF))))
                    .isInstanceOf(AccessDeniedException.class);

            database.execute("UPDATE members SET is_active = false");
            assertThatThrownBy(() -> staff.findWithoutToken(busy)).isInstanceOf(AccessDeniedException.class);
        }
    }

    private static UpdateOutcome setInstance(PostgresTenantStore store, String organization) {
        return store.organizations()
                .update(
                        OrganizationId.of(organization),
                        ConfigDraft.builder().instanceId("instance7").build(),
                        AuditNote.by(Actor.operator("a test")))
                .outcome();
    }

    private int asStaff(String update) throws SQLException {
        try (Connection connection = database.superuser()) {
            Sql.execute(connection, "SELECT set_config('app.user', '" + STAFF + "', false)", "SET ROLE authenticated");
            return Sql.update(connection, update);
        }
    }

    private List<String> asStaff() throws SQLException {
        try (Connection connection = database.superuser()) {
            Sql.execute(connection, "SELECT set_config('app.user', '" + STAFF + "', false)", "SET ROLE authenticated");
            String name = Sql.value(connection, "SELECT name FROM organizations");
            return List.of(name, String.valueOf(Sql.update(connection, "UPDATE organizations SET name = name")));
        }
    }
}
