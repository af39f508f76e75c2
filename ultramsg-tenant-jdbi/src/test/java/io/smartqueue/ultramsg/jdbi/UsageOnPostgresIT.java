package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Pace;
import io.smartqueue.ultramsg.testkit.SettableClock;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.usage.UsageRank;
import io.smartqueue.ultramsg.usage.UsageToday;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** What several nodes count of the same organizations, on one PostgreSQL. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class UsageOnPostgresIT {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 26);

    private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-26T12:00:00Z"));
    private final List<AutoCloseable> open = new ArrayList<>();
    private TestDatabase database;
    private UltraMsgServer ultraMsg;
    private int instances;

    @BeforeEach
    void start(@TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg) {
        this.database = database;
        this.ultraMsg = ultraMsg;
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private UltraMessageInstanceManager node() throws SQLException {
        PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .clock(clock)
                .build();
        open.add(store);
        UltraMessageInstanceManager node = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .clock(clock)
                .withoutHealthChecks()
                .outbox(OutboxSettings.builder()
                        .pace(new Pace(9, Duration.ofSeconds(1)))
                        .mostAtUltraMsg(1_000_000)
                        .build())
                .build();
        open.add(node);
        return node;
    }

    private OrganizationId organization(int limit) throws SQLException {
        String instance = "instance" + ++instances;
        ultraMsg.addInstance(instance, "fake-t0ken");
        return OrganizationId.of(database.organization("ultramsg_instance_id = '" + instance
                + "', ultramsg_token = 'fake-t0ken', daily_message_limit = " + limit + ", ultramsg_base_url = '"
                + ultraMsg.baseUrl() + "'"));
    }

    private static void send(UltraMessageInstanceManager node, OrganizationId organization, int messages) {
        for (int i = 0; i < messages; i++) {
            node.sendMessage(organization, "+15550001111", "You are next.");
        }
    }

    private static UsageToday today(UltraMessageInstanceManager node, OrganizationId organization) {
        return node.usage().today(organization).orElseThrow();
    }

    @Test
    void addsUpWhatAllNodesHaveCounted() throws SQLException {
        OrganizationId acme = organization(5);
        OrganizationId other = organization(100);
        UltraMessageInstanceManager one = node();
        UltraMessageInstanceManager another = node();
        send(one, acme, 3);
        send(another, acme, 4); // two of which have no place any more
        send(another, other, 2);

        assertThat(today(one, acme).day().counts().count(UsageMeasure.ATTEMPTED))
                .as("what this node has counted")
                .isEqualTo(3);
        assertThat(today(one, acme).quota().used()).as("of all nodes").isEqualTo(5);
        another.close();

        UsageCounts counts = today(one, acme).day().counts();
        assertThat(counts.count(UsageMeasure.ATTEMPTED)).isEqualTo(7);
        assertThat(counts.count(UsageMeasure.ACCEPTED)).isEqualTo(5);
        assertThat(counts.rejectedBy()).hasSize(1).containsEntry(RejectionReason.QUOTA_EXCEEDED, 2L);
        assertThat(counts.kinds()).hasSize(1).containsEntry(MessageKind.TEXT, 7L);
        assertThat(counts.latencies().count()).isEqualTo(5);
        one.close();

        UltraMessageInstanceManager third = node();
        assertThat(third.usage().report(acme, DAY, DAY).total()).isEqualTo(counts);
        assertThat(third.usage().top(Actor.operator("a test"), DAY, DAY, UsageMeasure.ACCEPTED, 10))
                .containsExactly(new UsageRank(acme, 5), new UsageRank(other, 2));
    }

    @Test
    void countsMessagesOfTheOutboxOnceOnWhateverNode() throws Exception {
        OrganizationId acme = organization(100);
        UltraMessageInstanceManager one = node();
        UltraMessageInstanceManager another = node();
        one.outbox().start();
        another.outbox().start();
        for (int i = 0; i < 20; i++) {
            one.outbox().enqueue(acme, TextMessage.of(Recipient.parse("+15550001111"), "number " + i));
        }

        Await.until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return today(one, acme).day().counts().count(UsageMeasure.ACCEPTED)
                            + today(another, acme).day().counts().count(UsageMeasure.ACCEPTED)
                    >= 20;
        });
        one.close();
        another.close();

        UsageCounts counts = node().usage().report(acme, DAY, DAY).total();
        assertThat(counts.count(UsageMeasure.ATTEMPTED)).isEqualTo(20);
        assertThat(counts.count(UsageMeasure.ACCEPTED)).isEqualTo(20);
        assertThat(counts.kinds()).containsEntry(MessageKind.TEXT, 20L);
    }

    /** What one organization's lock holds up is tried again, and lost if the node ends meanwhile; the others' is written. */
    @Test
    void isNotHeldUpByARowThatSomebodyHasLocked() throws SQLException {
        OrganizationId locked = organization(100);
        OrganizationId other = organization(100);
        UltraMessageInstanceManager before = node();
        send(before, locked, 1);
        before.close();
        UltraMessageInstanceManager node = node();
        send(node, locked, 1);
        send(node, other, 1);
        try (Connection holder = database.superuser()) {
            holder.setAutoCommit(false);
            Sql.query(holder, "SELECT FROM ultramsg_usage WHERE organization_id = '" + locked + "' FOR UPDATE");

            node.close();

            holder.rollback();
        }

        UltraMessageInstanceManager after = node();
        assertThat(after.usage().report(other, DAY, DAY).total().count(UsageMeasure.ACCEPTED))
                .isEqualTo(1);
        assertThat(after.usage().report(locked, DAY, DAY).total().count(UsageMeasure.ACCEPTED))
                .isEqualTo(1);
    }

    @Test
    void startsAnotherDayAtTheMidnightOfTheOrganization() throws SQLException {
        OrganizationId acme = organization(100);
        database.execute("UPDATE organizations SET instance_settings = '{\"time_zone\": \"America/New_York\"}'");
        UltraMessageInstanceManager node = node();
        clock.set(Instant.parse("2026-11-27T04:59:59Z"));
        send(node, acme, 1);
        clock.set(Instant.parse("2026-11-27T05:00:00Z"));
        send(node, acme, 2);
        assertThat(today(node, acme).day().day()).isEqualTo(DAY.plusDays(1));
        assertThat(today(node, acme).quota().used()).isEqualTo(2);
        node.close();

        assertThat(node().usage().report(acme, DAY, DAY.plusDays(1)).days())
                .extracting(day -> day.counts().count(UsageMeasure.ACCEPTED))
                .containsExactly(1L, 2L);
    }
}
