package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.message.MessageClaim.First;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import io.smartqueue.ultramsg.usage.RiskAction;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.usage.UsageRank;
import io.smartqueue.ultramsg.webhook.EventKey;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/database.md tells an administrator to run is enough for a login that migrates and one that serves. */
class DatabaseGuideIT {
    private static final Guide GUIDE = new Guide("database.md");

    /** What a database holds that its users may meet; the page names the library's inner functions as one. */
    private static final String NAMES = """
            SELECT attname FROM pg_attribute WHERE attrelid = 'organizations'::regclass AND attnum > 0
            UNION SELECT conname FROM pg_constraint WHERE conrelid = 'organizations'::regclass AND contype = 'c'
            UNION SELECT tgname FROM pg_trigger WHERE tgrelid = 'organizations'::regclass AND NOT tgisinternal
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_messages') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_standby_instances') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_last_instances') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_instance_health') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_lanes') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_wakes') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_batches') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_outboxes') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_config_audit') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('organization_members') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_templates') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_webhook_events') AND attnum > 0
            UNION SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('ultramsg_conversations') AND attnum > 0
            UNION SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')
            UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname !~ '^ultramsg_'
            """;

    @Test
    void setsUpALoginThatMigratesAndOneThatServes() throws Exception {
        try (TestServer server = TestServer.start(); // roles are shared by all databases of a server
                TestDatabase database = server.emptyDatabase()) {
            String serving = database.login("serving", "INHERIT");
            String migrating = database.login("migrating", "INHERIT");
            UUID id = UUID.randomUUID();
            database.execute(
                    "CREATE TABLE organizations (id uuid PRIMARY KEY, name text)",
                    "INSERT INTO organizations VALUES ('" + id + "', 'a customer of the host')");

            List<String> blocks = blocks("-- as an administrator");
            assertThat(blocks).hasSize(2);
            for (String sql : blocks) {
                database.execute(sql.replace("app_login", serving).replace("migrating_login", migrating));
            }
            PostgresTenantStore.migrate(database.settings(migrating));

            try (PostgresTenantStore store = PostgresTenantStore.builder(database.settings(serving))
                    .tokenKeys(Keys.ONE)
                    .build()) {
                OrganizationId organization = OrganizationId.of(id);
                assertThat(store.organizations()
                                .update(
                                        organization,
                                        ConfigDraft.builder()
                                                .token("fake-t0ken")
                                                .build(),
                                        AuditNote.by(Actor.operator("a test")))
                                .outcome())
                        .isEqualTo(UpdateOutcome.WRITTEN);
                assertThat(store.quotas().reserve(organization)).isInstanceOf(Reserved.class);
                assertThat(store.resealTokens().failed()).isEmpty();
                assertThat(store.messages().claim(organization, Keyed.message("key", "one"), Duration.ofMinutes(1)))
                        .isInstanceOf(First.class);
                assertThat(store.messages().purge(Duration.ZERO)).isEqualTo(1);
                assertThat(store.standbys().replace(organization, List.of(), AuditNote.by(Actor.operator("a test"))))
                        .isEqualTo(UpdateOutcome.WRITTEN);
                store.standbys().remember(organization, Recipient.parse("+15550001111"), Keyed.INSTANCE);
                assertThat(store.standbys().lastUsed(organization, Recipient.parse("15550001111@c.us")))
                        .contains(Keyed.INSTANCE);
                EventKey event = new EventKey("a".repeat(64));
                assertThat(store.webhooks().begin(organization, event, Duration.ofMinutes(1)))
                        .isEqualTo(new Intake.First(1));
                store.webhooks().finish(organization, event);
                assertThat(store.webhooks().purge(Duration.ZERO)).isEqualTo(1);
                store.conversations().noteInbound(organization, Recipient.parse("+15550001111"), Instant.EPOCH);
                assertThat(store.conversations().lastInbound(organization, Recipient.parse("15550001111@c.us")))
                        .contains(Instant.EPOCH);
                assertThat(store.conversations().purge(Duration.ZERO)).isEqualTo(1);
                database.execute("UPDATE organizations SET ultramsg_instance_id = 'instance1150',"
                        + " whatsapp_instance_status = 'active'");
                assertThat(store.health().enroll(Duration.ZERO)).isEqualTo(1);
                try (Connection host = database.as(serving)) {
                    List<String> members = blocks("-- as the owner of the table");
                    assertThat(members).hasSize(1);
                    try (Connection owner = database.as(migrating)) {
                        Sql.execute(owner, members.get(0).replace("app_login", serving));
                    }
                    Sql.execute(host, "INSERT INTO organization_members VALUES ('" + id + "', 'anna', 'employee')");
                }
                OrganizationStore acting = store.organizations().actingFor(MemberId.of("anna"));
                assertThat(acting.findWithoutToken(organization)).isPresent();
                assertThat(store.health().takeDue(1, Duration.ofMinutes(1))).hasSize(1);
                LocalDate day = LocalDate.of(2025, 1, 1);
                UsageCounts counts =
                        UsageCounts.builder().count(UsageMeasure.ACCEPTED, 1).build();
                assertThat(store.usage().add(organization, day, counts)).contains(UsageDay.of(day, counts));
                assertThat(store.usage().noteRisk(organization, day, RiskAction.NOTICE))
                        .isTrue();
                assertThat(store.usage().top(day, day, UsageMeasure.ACCEPTED, 1))
                        .containsExactly(new UsageRank(organization, 1));
                assertThat(store.usage().purge(Duration.ofDays(1))).isEqualTo(1);
            }
        }
    }

    private static List<String> blocks(String beginning) throws IOException {
        return GUIDE.blocks("sql").stream()
                .filter(sql -> sql.startsWith(beginning))
                .toList();
    }

    @Test
    void erasesWhatAnOrganizationHasLeft() throws Exception {
        try (TestDatabase database = TestServer.shared().migratedDatabase();
                PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                        .tokenKeys(Keys.ONE)
                        .build();
                Connection serving = database.as(database.servingLogin())) {
            OrganizationId gone = organizationWithAStandby(database, store, "instance1151");
            OrganizationId other = organizationWithAStandby(database, store, "instance1152");
            database.execute("DELETE FROM organizations WHERE id = '" + gone + "'");

            List<String> blocks = blocks("-- as a login that serves");
            assertThat(blocks).hasSize(1);
            Sql.execute(serving, blocks.get(0).replace("the key of the organization", gone.value()));

            assertThat(database.query("SELECT organization_id FROM ultramsg_standby_instances"))
                    .containsExactly(List.of(other.value()));
            assertThat(database.query("SELECT organization_id FROM ultramsg_last_instances"))
                    .containsExactly(List.of(other.value()));
        }
    }

    private static OrganizationId organizationWithAStandby(
            TestDatabase database, PostgresTenantStore store, String instance) throws SQLException {
        OrganizationId organization = OrganizationId.of(database.organization(""));
        InstanceId id = InstanceId.parse(instance);
        store.standbys()
                .replace(
                        organization,
                        List.of(StandbyInstance.of(new InstanceCredentials(
                                id, AccessToken.of("fake-t0ken"), URI.create("https://api.ultramsg.com")))),
                        AuditNote.by(Actor.operator("a test")));
        store.standbys().remember(organization, Recipient.parse("+15550001111"), id);
        return organization;
    }

    @Test
    void takesATableOfAnotherName() throws Exception {
        try (TestDatabase database = TestServer.shared().emptyDatabase()) {
            database.execute(
                    "CREATE SCHEMA app",
                    "CREATE TABLE app.tenants (tenant_id bigint PRIMARY KEY, name text)",
                    "INSERT INTO app.tenants VALUES (7, 'a customer of the host')");
            DataSource dataSource = database.dataSource();
            String keys = Keys.ONE;

            // docs: begin
            HostTable tenants = HostTable.named("tenants").inSchema("app").withKey("tenant_id");
            PostgresTenantStore.migrate(dataSource, tenants);
            PostgresTenantStore store = PostgresTenantStore.builder(dataSource)
                    .hostTable(tenants)
                    .tokenKeys(keys)
                    .build();
            // docs: end

            try (store) {
                assertThat(store.quotas().reserve(OrganizationId.of("7"))).isInstanceOf(Reserved.class);
            }
        }
    }

    @Test
    void namesWhatTheMigrationAddsToATable() throws Exception {
        try (TestDatabase database = TestServer.shared().emptyDatabase()) {
            database.execute("CREATE TABLE organizations (id uuid PRIMARY KEY)");
            List<List<String>> before = database.query(NAMES);
            PostgresTenantStore.migrate(database.dataSource());
            List<List<String>> added = new ArrayList<>(database.query(NAMES));
            added.removeAll(before);

            String page = Files.readString(Path.of("..", "docs", "database.md")).replace("`…_", "`ultramsg_config_");
            assertThat(added)
                    .hasSizeGreaterThan(20)
                    .allSatisfy(name -> assertThat(page).contains("`" + name.get(0)));
        }
    }
}
