package io.smartqueue.ultramsg.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Backlog;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.testkit.attack.HostSnapshot;
import io.smartqueue.ultramsg.testkit.attack.RestrictedMember;
import io.smartqueue.ultramsg.testkit.attack.RlsAttack;
import io.smartqueue.ultramsg.testkit.attack.RlsReport;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Attack;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Untried;
import io.smartqueue.ultramsg.usage.RiskAction;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.webhook.EventKey;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** The testkit's attack on what the migration makes of a host's database, with rows of both organizations in every table. */
@ExtendWith(PostgresExtension.class)
class RlsAttackIT {
    private static final Duration LEASE = Duration.ofMinutes(5);

    private TestDatabase database;
    private PostgresTenantStore store;
    private int number;

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "uuid | 5a1e0000-aaaa-4aaa-8aaa-000000000001 | 5a1e0000-bbbb-4bbb-8bbb-000000000002 | 5a1e0000-cccc-4ccc-8ccc-000000000003",
                "text | Acme \"A\" & 'sons'; -- | Mallory's | Gone Ltd."
            })
    void getsNothingOfAnotherOrganization(
            String type, String victim, String attacker, String gone, @TestDatabase.Empty TestDatabase empty)
            throws SQLException {
        database = empty;
        createHost(type, List.of(victim, attacker, gone));
        HostSnapshot beforeMigration = snapshot();
        PostgresTenantStore.migrate(database.dataSource());
        try (HikariDataSource pool = pool();
                PostgresTenantStore opened =
                        PostgresTenantStore.builder(pool).tokenKeys(Keys.ONE).build()) {
            store = opened;
            List<OrganizationId> organizations =
                    List.of(OrganizationId.of(victim), OrganizationId.of(attacker), OrganizationId.of(gone));
            for (OrganizationId organization : organizations) {
                fill(organization);
            }
            checkHealth();
            database.execute(
                    "INSERT INTO organization_members SELECT id, 'admin-of-' || name, 'admin' FROM organizations",
                    "INSERT INTO organization_members SELECT id, 'employee-of-' || name, 'employee' FROM organizations");
            database.execute(
                    "DELETE FROM staff WHERE organization = 'gone'", "DELETE FROM organizations WHERE name = 'gone'");

            RlsReport report = arguments(RlsAttack.against(pool))
                    .observedBy(database.dataSource())
                    .organizations(victim, attacker)
                    .deletedOrganization(gone)
                    .member(RestrictedMember.builder("ultramsg_member", "ultramsg.member_id", "employee-of-attacker")
                            .mayNotRead("organizations", "ultramsg_token")
                            .mayNotRead("ultramsg_standby_instances", "token")
                            .mayNotChange("organizations", "daily_message_limit")
                            .mayNotChange("organizations", "ultramsg_token")
                            .build())
                    .hostKeeps(beforeMigration)
                    .poolUsedBy(5, 3, () -> use(organizations.get(1)))
                    .build()
                    .run()
                    .assertNothingLeaks();

            assertThat(report.tried().keySet()).containsAll(EnumSet.complementOf(EnumSet.of(Attack.AFTERWARDS)));
            if (type.equals("uuid")) { // where the key is a text, each text is tried for one
                assertThat(report.untried())
                        .as("functions that do nothing for the organization itself")
                        .extracting(Untried::target)
                        .containsExactly("ultramsg_carry_out");
            }
        }
    }

    private void createHost(String type, List<String> keys) throws SQLException {
        database.execute(
                "CREATE TABLE organizations (id " + type + " PRIMARY KEY, name text)",
                "CREATE TABLE staff (organization text, name text)",
                "INSERT INTO staff VALUES ('victim', 'Ada'), ('gone', 'Bob')");
        try (Connection host = database.superuser()) {
            List<String> names = List.of("victim", "attacker", "gone");
            for (int i = 0; i < names.size(); i++) {
                Sql.update(
                        host,
                        "INSERT INTO organizations (id, name) VALUES (CAST(? AS " + type + "), ?)",
                        keys.get(i),
                        names.get(i));
            }
        }
    }

    /** As a login of the host's that is bound by policies, and as one that is not. */
    private HostSnapshot snapshot() throws SQLException {
        String login = database.login("host", "INHERIT");
        database.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON organizations, staff TO " + login);
        return HostSnapshot.take(
                database.dataSource(login),
                "SELECT id, name FROM organizations WHERE name <> 'gone'",
                "SELECT count(*) FROM organizations AS o JOIN staff AS s ON s.organization = o.name WHERE name <> 'gone'",
                "UPDATE organizations SET name = upper(name) WHERE name <> 'gone'",
                "DELETE FROM organizations WHERE name = 'victim'",
                "TRUNCATE organizations");
    }

    private HikariDataSource pool() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource(database.servingLogin()));
        config.setMaximumPoolSize(4); // one of which the store keeps, to listen on
        return new HikariDataSource(config);
    }

    /** Each organization with an instance, recipients, references and texts that no other one has. */
    private void fill(OrganizationId organization) {
        number++;
        InstanceId own = InstanceId.parse("instance100" + number);
        Recipient recipient = Recipient.parse("+1555000111" + number);
        store.organizations()
                .update(
                        organization,
                        ConfigDraft.builder()
                                .instanceId(own.value())
                                .token("not-a-real-token-" + number)
                                .businessNumber("+1555000222" + number)
                                .status(InstanceStatus.ACTIVE)
                                .build(),
                        AuditNote.by(Actor.operator("operator-" + number)));
        store.standbys()
                .replace(
                        organization,
                        List.of(StandbyInstance.of(new InstanceCredentials(
                                InstanceId.parse("instance200" + number),
                                AccessToken.of("not-a-real-token-either-" + number),
                                URI.create("https://api.ultramsg.com")))),
                        AuditNote.by(Actor.operator("a test")));
        store.standbys().remember(organization, recipient, own);
        store.webhooks().begin(organization, new EventKey(String.format("%064x", number)), LEASE);
        store.conversations().noteInbound(organization, recipient, Instant.EPOCH.plusSeconds(number));

        String sent = "sent-by-" + number;
        store.messages().claim(organization, Keyed.message("key-of-" + number, sent), LEASE);
        store.messages()
                .settle(
                        organization,
                        new Accepted(Reference.of(sent), new QueueId("471100" + number), own, null, null),
                        1);
        BatchId batch = BatchId.of("batch-of-" + number);
        store.outbox().open(organization, batch);
        store.outbox()
                .enqueue(
                        organization,
                        List.of(Enqueued.message("refused-to-" + number, batch, EnqueueOptions.builder())));
        Work claimed = store.outbox().claim(organization, own, 1).work().get(0);
        store.outbox().settle(organization, List.of(Enqueued.rejected(claimed)));
        store.outbox()
                .enqueue(
                        organization,
                        List.of(
                                Enqueued.message("queued-by-" + number, batch, EnqueueOptions.builder()),
                                Enqueued.message("cancelled-by-" + number, batch, EnqueueOptions.builder())));
        store.outbox().cancel(organization, Reference.of("cancelled-by-" + number));
        store.outbox().decide(organization, Backlog.Flow.PAUSED);

        LocalDate day = LocalDate.of(2026, 11, number);
        store.usage()
                .add(
                        organization,
                        day,
                        UsageCounts.builder()
                                .count(UsageMeasure.REJECTED, 4_700_000 + number)
                                .rejectedBy(RejectionReason.RATE_LIMITED, 4_700_000 + number)
                                .build());
        store.usage().noteRisk(organization, day, RiskAction.NOTICE);
    }

    private void checkHealth() {
        store.health().enroll(Duration.ZERO);
        store.health()
                .takeDue(10, LEASE)
                .forEach(due -> store.health()
                        .record(
                                new InstanceHealth(
                                        due.organization(),
                                        due.instance(),
                                        ConnectionFinding.CONNECTED,
                                        Instant.EPOCH,
                                        Instant.EPOCH,
                                        1),
                                LEASE,
                                null));
    }

    /** With these, functions find something to do for the organization itself. */
    private static RlsAttack.Builder arguments(RlsAttack.Builder attack) {
        return attack.argument("p_states", "ARRAY['queued', 'running', 'accepted']")
                .argument("p_queued_reference", "'queued-by-1'")
                .argument("p_references", "ARRAY['queued-by-1', 'refused-to-1']")
                .argument("p_quota_day", "(now() AT TIME ZONE 'UTC')::date")
                .argument("p_quota_days", "ARRAY[(now() AT TIME ZONE 'UTC')::date]")
                .argument("p_from", "ARRAY['queued']")
                .argument("p_to", "ARRAY['rejected']")
                .argument("p_batches", "ARRAY['batch-of-1']")
                .argument("p_reason", "'CANCELLED'")
                .argument("p_after", "0")
                .argument("p_key", "'a-key'")
                .argument("p_keys", "ARRAY['a-key']")
                .argument("p_content", "repeat('0a', 32)")
                .argument("p_contents", "ARRAY[repeat('0a', 32)]")
                .argument("p_outcomes", "ARRAY['accepted']")
                .argument("p_reported", "ARRAY['sent-by-1']")
                .argument("p_deliveries", "ARRAY['read']")
                .argument("p_times", "ARRAY[now()]")
                .argument("p_queue_ids", "ARRAY['4711']")
                .argument("p_ordering_keys", "ARRAY[NULL]::text[]")
                .argument("p_not_before", "ARRAY[NULL]::timestamptz[]")
                .argument("p_expires_at", "ARRAY[NULL]::timestamptz[]");
    }

    private void use(OrganizationId organization) {
        store.organizations().find(organization);
        store.quotas().reserve(organization);
        store.standbys()
                .replace(organization, store.standbys().find(organization), AuditNote.by(Actor.operator("a test")));
        store.outbox().enqueue(organization, List.of(Enqueued.message("used-" + System.nanoTime())));
        store.health().enroll(Duration.ZERO);
        store.messages().purge(Duration.ofDays(1));
        store.webhooks().begin(organization, new EventKey("a".repeat(64)), LEASE);
        store.webhooks().purge(Duration.ofDays(1));
        store.conversations().lastInbound(organization, Recipient.parse("+15550001119"));
        store.usage()
                .add(
                        organization,
                        LocalDate.of(2026, 11, 30),
                        UsageCounts.builder().count(UsageMeasure.RECEIVED, 1).build());
        store.usage().top(LocalDate.of(2026, 11, 1), LocalDate.of(2026, 11, 30), UsageMeasure.RECEIVED, 10);
    }
}
