package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ChangeOrigin;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is recorded of changes stays as it is, whoever asks, and the version counts changes and nothing else. */
@ExtendWith(PostgresExtension.class)
class AuditTableIT {
    private static final AuditNote NOTE = AuditNote.by(Actor.operator("a test"));
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private TestDatabase database;
    private PostgresTenantStore store;
    private UUID key;
    private OrganizationId organization;

    @BeforeEach
    void open(TestDatabase ofTheClass, SharedStore shared) throws SQLException {
        database = ofTheClass;
        store = shared.at(Clock.fixed(NOW, ZoneOffset.UTC));
        key = database.organization("whatsapp_instance_status = 'active'");
        organization = OrganizationId.of(key);
    }

    @Test
    void recordsByTheStoresTime() {
        limit(5);

        assertThat(history()).extracting(AuditEntry::at).containsExactly(NOW);
    }

    @Test
    void letsATenantNeitherChangeNorDeleteWhatIsRecorded() throws SQLException {
        limit(5);
        try (Connection connection = database.as(database.servingLogin())) {
            for (String change : List.of(
                    "UPDATE ultramsg_config_audit SET actor = 'somebody else'",
                    "DELETE FROM ultramsg_config_audit",
                    "TRUNCATE ultramsg_config_audit")) {
                Sql.beginAsTenant(connection, organization);
                assertThatThrownBy(() -> Sql.update(connection, change)).hasMessageContaining("permission denied");
                Sql.end(connection);
            }
        }

        assertThat(history()).hasSize(1);
    }

    /** As a host's administrator might do for another reason. */
    @Test
    void keepsWhatIsRecordedFromATenantThatWasGivenAllRights(@TestDatabase.Fresh TestDatabase fresh)
            throws SQLException {
        UUID id = fresh.organization("");
        try (PostgresTenantStore opened = PostgresTenantStore.builder(fresh.settings(fresh.servingLogin()))
                        .tokenKeys(Keys.ONE)
                        .build();
                Connection connection = fresh.as(fresh.servingLogin())) {
            opened.organizations()
                    .update(
                            OrganizationId.of(id),
                            ConfigDraft.builder().dailyLimit(5).build(),
                            NOTE);
            fresh.execute("GRANT ALL ON ultramsg_config_audit TO PUBLIC");

            Sql.beginAsTenant(connection, id);
            assertThat(Sql.update(connection, "UPDATE ultramsg_config_audit SET actor = 'somebody else'"))
                    .isZero();
            assertThat(Sql.update(connection, "DELETE FROM ultramsg_config_audit"))
                    .isZero();
            Sql.end(connection);
        }
    }

    @Test
    void letsATenantReadAndRecordForNobodyElse() throws SQLException {
        limit(5);
        UUID other = database.organization("");
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, other);
            assertThat(Sql.query(connection, "SELECT * FROM ultramsg_config_audit"))
                    .isEmpty();
            assertThatThrownBy(() -> Sql.update(
                            connection,
                            "INSERT INTO ultramsg_config_audit (organization_id, recorded_at, actor_kind, actor, action,"
                                    + " changes, version) VALUES (?, now(), 'operator', 'x', 'updated', '[]', 1)",
                            key))
                    .hasMessageContaining("row-level security");
            Sql.end(connection);
        }
    }

    @Test
    void showsTheServiceRoleNoValuesAndNobodysName() throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            for (String column : List.of("changes", "actor", "finding", "number")) {
                Sql.beginAsService(connection);
                assertThatThrownBy(() -> Sql.query(connection, "SELECT " + column + " FROM ultramsg_config_audit"))
                        .hasMessageContaining("permission denied");
                Sql.end(connection);
            }
        }
    }

    @Test
    void keepsHistoryOfAnOrganizationThatIsNoMore() throws SQLException {
        store.organizations()
                .update(organization, ConfigDraft.builder().dailyLimit(5).build(), NOTE);

        database.execute("DELETE FROM organizations WHERE id = '" + key + "'");

        assertThat(history()).hasSize(1);
        assertThat(store.organizations().clear(organization, NOTE)).isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
    }

    @Test
    void writesNoTokenAnywhere() throws SQLException {
        store.organizations()
                .update(
                        organization,
                        ConfigDraft.builder().token("fake-t0ken-0123456789").build(),
                        NOTE);
        store.organizations()
                .update(organization, ConfigDraft.builder().token("short-t0ken").build(), NOTE);
        store.organizations().clear(organization, NOTE);

        assertThat(database.query(
                        "SELECT changes::text FROM ultramsg_config_audit WHERE organization_id = ? ORDER BY number",
                        key))
                .extracting(row -> row.get(0))
                .satisfies(all -> assertThat(String.join("", all))
                        .contains("****6789", "****")
                        .doesNotContain("fake", "56789", "short", "sealed"));
    }

    @Test
    void replacesATokenThatCannotBeOpenedAndRecordsIt() throws SQLException {
        database.execute(
                "UPDATE organizations SET ultramsg_token = 'ultramsg-sealed:lost:AAAA' WHERE id = '" + key + "'");

        store.organizations()
                .update(
                        organization,
                        ConfigDraft.builder().token("fake-t0ken-0123456789").build(),
                        NOTE);

        assertThat(history().get(0).changes()).containsExactly(new FieldChange(ConfigField.TOKEN, "****", "****6789"));
    }

    @Test
    void raisesTheVersionForTheHostsOwnStatements() throws SQLException {
        long before = version();

        database.execute("UPDATE organizations SET daily_message_limit = 77 WHERE id = '" + key + "'");
        database.execute("UPDATE organizations SET daily_message_limit = 77 WHERE id = '" + key + "'");
        database.execute("UPDATE organizations SET instance_settings = '{\"theirs\": 1}' WHERE id = '" + key + "'");
        database.execute("UPDATE organizations SET instance_settings = '[\"last_test\"]' WHERE id = '" + key + "'");

        assertThat(version()).as("one of the four changed nothing").isEqualTo(before + 3);
        assertThat(history()).isEmpty();
    }

    @Test
    void refusesAChangeToWhatTheHostHasChangedSince() throws SQLException {
        long read = version();
        database.execute("UPDATE organizations SET webhook_url = 'https://example.com/' WHERE id = '" + key + "'");

        assertThat(store.organizations()
                        .update(
                                organization,
                                ConfigDraft.builder()
                                        .dailyLimit(5)
                                        .version(read)
                                        .build(),
                                NOTE)
                        .outcome())
                .isEqualTo(UpdateOutcome.CHANGED_MEANWHILE);
    }

    @Test
    void raisesNoVersionForSendsAndChecks() throws SQLException {
        database.execute("UPDATE organizations SET ultramsg_instance_id = 'instance1150' WHERE id = '" + key + "'");
        long before = version();

        store.quotas().reserve(organization);
        store.health().enroll(Duration.ZERO);
        database.execute("UPDATE organizations SET whatsapp_instance_status = 'error' WHERE id = '" + key + "'");
        database.execute("UPDATE organizations SET whatsapp_instance_status = 'active' WHERE id = '" + key + "'");
        database.execute("UPDATE organizations SET name = 'renamed', messages_sent_today = 3 WHERE id = '" + key + "'");

        assertThat(version()).isEqualTo(before);
    }

    /** Two statements of one transaction are two changes, and an upsert is one. */
    @Test
    void raisesTheVersionWhateverFormAStatementHas() throws SQLException {
        long before = version();

        database.execute("INSERT INTO organizations (id, daily_message_limit) VALUES ('" + key
                + "', 3) ON CONFLICT (id) DO UPDATE SET daily_message_limit = excluded.daily_message_limit");

        assertThat(version()).isEqualTo(before + 1);
    }

    @Test
    void letsATenantNotSetTheVersion() throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);
            assertThatThrownBy(() -> Sql.update(connection, "UPDATE organizations SET ultramsg_config_version = 99"))
                    .hasMessageContaining("permission denied");
            Sql.end(connection);
        }
    }

    /** While a deployment rolls. */
    @Test
    void readsWhatANewerVersionHasRecorded() throws SQLException {
        database.execute("INSERT INTO ultramsg_config_audit (organization_id, recorded_at, actor_kind, actor, action,"
                + " changes, version) VALUES ('" + key + "', now(), 'member', 'ann', 'beautified', "
                + "'[{\"field\": \"colour\", \"before\": null, \"after\": \"red\"},"
                + " {\"field\": \"daily_limit\", \"before\": null, \"after\": \"5\"}]', 1)");

        assertThat(history().get(0).changes()).containsExactly(new FieldChange(ConfigField.DAILY_LIMIT, null, "5"));
        assertThat(history().get(0).note().actor()).isEqualTo(Actor.member("ann"));
    }

    @Test
    void keepsWhereValuesComeFrom() {
        ChangeOrigin origin = ChangeOrigin.of("template", "<script>alert(1)</script>", "roll-out-" + key)
                .version(4);

        store.organizations()
                .update(organization, ConfigDraft.builder().dailyLimit(5).build(), NOTE.origin(origin));

        assertThat(history().get(0).note().origin()).contains(origin);
    }

    private void limit(int limit) {
        store.organizations()
                .update(organization, ConfigDraft.builder().dailyLimit(limit).build(), NOTE);
    }

    private long version() {
        return store.organizations().find(organization).orElseThrow().version().orElseThrow();
    }

    private List<AuditEntry> history() {
        return store.organizations().history(organization, Long.MAX_VALUE, 100);
    }
}
