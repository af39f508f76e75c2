package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.ConfigAction;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** Two administrators, each on a node of his own, a real database and UltraMsg over HTTP. */
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class AdministrationOnPostgresIT {
    private static final String PERSON = "+15550001111";

    private final List<AutoCloseable> open = new ArrayList<>();
    private TestDatabase database;
    private UltraMsgServer ultraMsg;
    private StubInstance instance;
    private OrganizationId acme;
    private UltraMessageInstanceManager node;
    private UltraMessageInstanceManager otherNode;
    private Administration anna;
    private Administration ben;

    @BeforeEach
    void start(@TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg) throws SQLException {
        this.database = database;
        this.ultraMsg = ultraMsg;
        instance = ultraMsg.addInstance("1150", "fake-t0ken-1");
        acme = OrganizationId.of(database.organization(""));
        node = node();
        otherNode = node();
        anna = node.administration(Actor.operator("anna"));
        ben = otherNode.administration(Actor.operator("ben"));
        ConfigDraft own = ConfigDraft.builder()
                .instanceId("1150")
                .token("fake-t0ken-1")
                .baseUrl(ultraMsg.baseUrl().toString())
                .build();
        assertThat(anna.update(acme, own).isSaved()).isTrue();
    }

    /** Configuration lives long here, so that only notices can bring news. */
    private UltraMessageInstanceManager node() throws SQLException {
        PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .build();
        open.add(store);
        UltraMessageInstanceManager node = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .configTimeToLive(Duration.ofHours(1))
                .withoutHealthChecks()
                .build();
        open.add(node);
        return node;
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private static ConfigDraft to(ConfigView shown, int limit) {
        return ConfigDraft.builder().version(shown.version()).dailyLimit(limit).build();
    }

    @Test
    void doNotOverwriteEachOtherUnnoticed() {
        ConfigView annas = anna.config(acme).orElseThrow();
        ConfigView bens = ben.config(acme).orElseThrow();

        assertThat(anna.update(acme, to(annas, 5)).isSaved()).isTrue();
        ConfigUpdate late = ben.update(acme, to(bens, 6));

        assertThat(late)
                .isInstanceOfSatisfying(
                        ConfigUpdate.ChangedMeanwhile.class,
                        changed ->
                                assertThat(changed.now().fields().dailyLimit()).contains(5));
        assertThat(ben.update(acme, to(((ConfigUpdate.ChangedMeanwhile) late).now(), 6))
                        .isSaved())
                .isTrue();
        assertThat(anna.history(acme).map(entry -> entry.note().actor().name()).toList())
                .containsExactly("ben", "anna", "anna");
    }

    @Test
    void loseARaceToOneOfThem() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 10; round++) {
                ConfigView shown = anna.config(acme).orElseThrow();
                int limit = 10 * round + 10;
                CyclicBarrier start = new CyclicBarrier(2);
                List<Future<ConfigUpdate>> updates = threads.invokeAll(
                        List.of(racing(start, anna, to(shown, limit + 1)), racing(start, ben, to(shown, limit + 2))));

                assertThat(List.of(updates.get(0).get(), updates.get(1).get()))
                        .satisfiesOnlyOnce(update -> assertThat(update).isInstanceOf(ConfigUpdate.Saved.class))
                        .satisfiesOnlyOnce(
                                update -> assertThat(update).isInstanceOf(ConfigUpdate.ChangedMeanwhile.class));
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(anna.history(acme)).hasSize(11);
    }

    private Callable<ConfigUpdate> racing(CyclicBarrier start, Administration admin, ConfigDraft change) {
        return () -> {
            start.await();
            return admin.update(acme, change, Verification.SAVE_UNTESTED);
        };
    }

    @Test
    void areToldOfWhatTheHostHasChangedInSql() throws SQLException {
        ConfigView shown = anna.config(acme).orElseThrow();

        database.execute("UPDATE organizations SET daily_message_limit = 77 WHERE id = '" + acme + "'");

        assertThat(anna.update(acme, to(shown, 6))).isInstanceOf(ConfigUpdate.ChangedMeanwhile.class);
        assertThat(anna.history(acme)).hasSize(1);
    }

    @Test
    void areNotDisturbedBySendsAndTests() {
        ConfigView shown = anna.config(acme).orElseThrow();

        assertThat(node.sendMessage(acme, PERSON, "hello").isAccepted()).isTrue();
        assertThat(ben.test(acme).isSuccess()).isTrue();
        assertThat(ben.update(acme, ConfigDraft.builder().build()).isSaved()).isTrue();

        assertThat(anna.update(acme, to(shown, 6)).isSaved()).isTrue();
    }

    @Test
    void readWhatWasDone() {
        anna.update(acme, ConfigDraft.builder().dailyLimit(5).build());
        ben.suspend(acme);
        anna.activate(acme);
        ultraMsg.addInstance("2260", "fake-other-t0ken-9876");
        anna.update(
                acme,
                ConfigDraft.builder()
                        .instanceId("2260")
                        .token("fake-other-t0ken-9876")
                        .build());

        List<AuditEntry> history = ben.history(acme).toList();

        assertThat(history)
                .extracting(entry -> entry.note().action())
                .containsExactly(
                        ConfigAction.UPDATED,
                        ConfigAction.ACTIVATED,
                        ConfigAction.SUSPENDED,
                        ConfigAction.UPDATED,
                        ConfigAction.UPDATED);
        assertThat(history.get(0).note().finding()).contains("connected");
        assertThat(history.get(2).note().finding()).isEmpty();
        assertThat(history.toString()).doesNotContain("t0ken-9876");
    }

    /** A moment ago it was sending: what waits is not lost, and what comes next is told why it is not sent. */
    @Test
    void deleteAConfigurationAndLoseNothing() {
        otherNode.sendMessage(acme, PERSON, "so that it is at hand there");
        StubInstance standby = ultraMsg.addInstance("2260", "fake-t0ken-2");
        anna.updateStandbys(
                acme,
                List.of(StandbyInstance.of(new InstanceCredentials(
                        InstanceId.parse("2260"), AccessToken.of("fake-t0ken-2"), ultraMsg.baseUrl()))));
        Reference waiting = node.outbox().enqueue(acme, text("waits")).reference();

        assertThat(anna.deleteConfiguration(acme)).isTrue();

        assertThat(reason(node.sendMessage(acme, PERSON, "late"))).isEqualTo(RejectionReason.NOT_CONFIGURED);
        Await.until(() -> otherNode.getOrganizationConfig(acme).isEmpty());
        assertThat(reason(otherNode.sendMessage(acme, PERSON, "late"))).isEqualTo(RejectionReason.NOT_CONFIGURED);
        assertThat(node.outbox().find(acme, waiting)).hasValueSatisfying(item -> {
            assertThat(item.state()).isEqualTo(OutboxItem.State.REJECTED);
            assertThat(item.reason()).isEqualTo(RejectionReason.NOT_CONFIGURED);
        });
        assertThat(anna.standbys(acme)).isEmpty();
        assertThat(standby).receivedMessages(0);
        assertThat(anna.history(acme).findFirst().orElseThrow().note().action()).isEqualTo(ConfigAction.DELETED);

        assertThat(ben.update(
                                acme,
                                ConfigDraft.builder()
                                        .instanceId("1150")
                                        .token("fake-t0ken-1")
                                        .baseUrl(ultraMsg.baseUrl().toString())
                                        .build())
                        .isSaved())
                .isTrue();
        assertThat(node.outbox().retry(acme, waiting)).isTrue();
        node.outbox().start();
        Await.until(() -> instance.receivedMessages().size() == 2);
    }

    private static TextMessage text(String text) {
        return TextMessage.of(Recipient.parse(PERSON), text);
    }

    private static RejectionReason reason(SendResult result) {
        return ((SendResult.Rejected) result).reason();
    }
}
