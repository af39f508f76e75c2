package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.text;
import static org.assertj.core.api.Assertions.assertThat;

/** An organization with a standby, two nodes on one database and one UltraMsg: who sends through what, and who notices what. */
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class StandbysOnPostgresIT {
    private static final InstanceId OWN = InstanceId.parse("1150");
    private static final InstanceId STANDBY = InstanceId.parse("2260");
    private static final String ANN = "+15550001111";
    private static final String BOB = "+15550002222";
    private static final SendOptions ONCE = SendOptions.builder()
            .idempotencyKey(IdempotencyKey.of("order-42/ready"))
            .build();

    private TestDatabase database;
    private PostgresTenantStore store;
    private PostgresTenantStore otherStore;
    private UltraMessageInstanceManager node;
    private UltraMessageInstanceManager otherNode;
    private StubInstance own;
    private StubInstance standby;
    private OrganizationId acme;

    @BeforeEach
    void start(@TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg) throws SQLException {
        this.database = database;
        own = ultraMsg.addInstance("1150", "fake-t0ken-1");
        standby = ultraMsg.addInstance("2260", "fake-t0ken-2");
        store = open();
        otherStore = open();
        node = manager(store);
        otherNode = manager(otherStore);
        acme = OrganizationId.of(database.organization("ultramsg_instance_id = 'instance1150',"
                + " ultramsg_token = 'fake-t0ken-1', ultramsg_base_url = '" + ultraMsg.baseUrl() + "'"));
        StandbyInstance second = StandbyInstance.of(
                new InstanceCredentials(STANDBY, AccessToken.of("fake-t0ken-2"), ultraMsg.baseUrl()));
        assertThat(node.administration(Actor.operator("a test"))
                        .updateStandbys(acme, List.of(second))
                        .isSaved())
                .isTrue();
    }

    private PostgresTenantStore open() throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .build();
    }

    /** Configuration lives long here, so that only notices can bring news. */
    private static UltraMessageInstanceManager.Builder builder(PostgresTenantStore store) {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .configTimeToLive(Duration.ofHours(1))
                .readBackWindow(Duration.ofMillis(100));
    }

    /** One that moves no status while a test looks at something else. */
    private static UltraMessageInstanceManager manager(PostgresTenantStore store) {
        return builder(store).withoutHealthChecks().build();
    }

    /** Two nodes that ask often, so that nobody waits for them, while the others only hear of it. */
    private void watched(Runnable test) {
        UltraMessageInstanceManager watch =
                builder(store).healthCheckInterval(Duration.ofSeconds(1)).build();
        UltraMessageInstanceManager otherWatch =
                builder(otherStore).healthCheckInterval(Duration.ofSeconds(1)).build();
        try {
            test.run();
        } finally {
            watch.close();
            otherWatch.close();
        }
    }

    @AfterEach
    void stop() {
        node.close();
        otherNode.close();
        store.close();
        otherStore.close();
    }

    private static InstanceId instanceOf(SendResult result) {
        return result.orThrow().instance();
    }

    private static RejectionReason reason(SendResult result) {
        return result instanceof Rejected rejected ? rejected.reason() : null;
    }

    private InstanceStatus statusOn(UltraMessageInstanceManager manager) {
        return manager.getOrganizationConfig(acme).orElseThrow().status();
    }

    @Test
    void writesToEachRecipientFromOneNumberWhateverTheNode() {
        assertThat(instanceOf(node.sendMessage(acme, ANN, "one"))).isEqualTo(OWN);
        own.rejectsToken();

        assertThat(instanceOf(node.sendMessage(acme, BOB, "two"))).isEqualTo(STANDBY);
        own.worksNormally();

        assertThat(instanceOf(otherNode.sendMessage(acme, ANN, "three"))).isEqualTo(OWN);
        assertThat(instanceOf(otherNode.sendMessage(acme, BOB, "four"))).isEqualTo(STANDBY);
        assertThat(own).receivedTexts("one", "three");
        assertThat(standby).receivedTexts("two", "four");
    }

    @Test
    void sendsOnceForAKeyAlsoThroughAStandby() throws SQLException {
        own.rejectsToken();
        TextMessage message = TextMessage.of(Recipient.parse(ANN), "Your cake is ready.");

        Accepted first = node.send(acme, message, ONCE).orThrow();
        Accepted again = otherNode.send(acme, message, ONCE).orThrow();

        assertThat(first.instance()).isEqualTo(STANDBY);
        assertThat(again.instance()).isEqualTo(STANDBY);
        assertThat(again.queueId()).isEqualTo(first.queueId());
        assertThat(standby).received(text("Your cake is ready.").to(ANN)).receivedMessages(1);
        assertThat(database.query(
                        "SELECT messages_sent_today FROM organizations WHERE id = ?", UUID.fromString(acme.value())))
                .containsExactly(List.of("1"));
    }

    @Test
    void looksForWhatAStandbyMayHaveTakenAtTheStandby() {
        own.rejectsToken();
        standby.losesReplyAfterAccepting(1);
        TextMessage message = TextMessage.of(Recipient.parse(ANN), "Your cake is ready.");

        SendResult first = node.send(acme, message, ONCE);
        assertThat(first).isInstanceOfAny(Accepted.class, Unknown.class);

        assertThat(instanceOf(otherNode.send(acme, message, ONCE))).isEqualTo(STANDBY);
        assertThat(standby).receivedMessages(1);
        assertThat(own).receivedMessages(0);
    }

    @Test
    void takesAnInstanceOutThatIsStoppedAndBackWhenItWorks() {
        own.isStoppedForNonPayment();

        watched(() -> {
            Await.until(() -> statusOn(node) == InstanceStatus.ERROR && statusOn(otherNode) == InstanceStatus.ERROR);
            assertThat(node.health(acme))
                    .filteredOn(health -> health.instance().equals(OWN))
                    .extracting(InstanceHealth::finding)
                    .containsExactly(ConnectionFinding.INSTANCE_STOPPED);
            assertThat(instanceOf(node.sendMessage(acme, ANN, "one"))).isEqualTo(STANDBY);

            own.worksNormally();

            Await.until(() -> statusOn(node) == InstanceStatus.ACTIVE && statusOn(otherNode) == InstanceStatus.ACTIVE);
        });
        assertThat(instanceOf(otherNode.sendMessage(acme, BOB, "two"))).isEqualTo(OWN);
    }

    @Test
    void sendsThroughNoStandbyThatIsOut() {
        standby.waitsForQrScan();
        watched(() -> Await.until(this::standbyIsOut));
        own.rejectsToken();

        assertThat(reason(node.sendMessage(acme, ANN, "one"))).isEqualTo(RejectionReason.BAD_TOKEN);
    }

    private boolean standbyIsOut() {
        return otherStore.standbys().find(acme).get(0).status() == InstanceStatus.ERROR;
    }

    @Test
    void leavesAnOrganizationThatAPersonHasStoppedAsItIs() throws SQLException {
        database.execute("UPDATE organizations SET whatsapp_instance_status = 'suspended' WHERE id = '" + acme + "'");
        Await.until(() -> statusOn(node) == InstanceStatus.SUSPENDED);

        standby.waitsForQrScan();
        watched(() -> Await.until(this::standbyIsOut)); // some checks later

        assertThat(statusOn(node)).isEqualTo(InstanceStatus.SUSPENDED);
        assertThat(reason(node.sendMessage(acme, ANN, "one"))).isEqualTo(RejectionReason.INACTIVE);
    }
}
