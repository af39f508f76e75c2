package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Batch;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchItem;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Pace;
import io.smartqueue.ultramsg.outbox.Urgency;
import io.smartqueue.ultramsg.testkit.ReceivedMessage;
import io.smartqueue.ultramsg.testkit.SettableClock;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The outbox of several nodes on one PostgreSQL, by a clock that a test moves: who is sent for when. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class OutboxOnPostgresIT {
    private static final Duration PACE = Duration.ofSeconds(10);
    /** Real time goes by while a turn sends, which the pace counts from its beginning. */
    private static final Duration JUST_BEFORE = PACE.minusSeconds(5);

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

    private UltraMessageInstanceManager node(int lanesAtATime) throws SQLException {
        PostgresTenantStore store = store();
        UltraMessageInstanceManager node = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .clock(clock)
                .withoutHealthChecks()
                .readBackWindow(Duration.ofMillis(500))
                .outbox(OutboxSettings.builder()
                        .pace(Pace.oneEvery(PACE))
                        .mostAtUltraMsg(1_000_000)
                        .lanesAtATime(lanesAtATime)
                        .build())
                .build();
        open.add(node);
        return node;
    }

    private PostgresTenantStore store() throws SQLException {
        PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .clock(clock)
                .build();
        open.add(store);
        return store;
    }

    /** An organization with its instance at the stub. */
    private record Tenant(OrganizationId id, StubInstance instance) {
        List<String> received() {
            return instance.receivedMessages().stream()
                    .map(ReceivedMessage::body)
                    .toList();
        }
    }

    private Tenant tenant() throws SQLException {
        String instance = "instance" + ++instances;
        return new Tenant(
                OrganizationId.of(database.organization("ultramsg_instance_id = '" + instance
                        + "', ultramsg_token = 'fake-t0ken', daily_message_limit = 1000000, ultramsg_base_url = '"
                        + ultraMsg.baseUrl() + "'")),
                ultraMsg.addInstance(instance, "fake-t0ken"));
    }

    private static OutboundMessage text(String text) {
        return TextMessage.of(Recipient.parse("+15550001111"), text);
    }

    private static Stream<BatchItem> bulk(int count) {
        return IntStream.range(0, count).mapToObj(i -> BatchItem.of(text("bulk " + i)));
    }

    private static EnqueueOptions urgent() {
        return EnqueueOptions.builder().urgency(Urgency.URGENT).build();
    }

    /** Waits until no lane's turn has come that it has not had. */
    private void awaitRest() {
        Await.until(() -> database.query(
                        "SELECT (SELECT count(*) FROM ultramsg_wakes) + (SELECT count(*) FROM ultramsg_lanes"
                                + " WHERE picked OR execution_time <= '" + clock.instant() + "')")
                .equals(List.of(List.of("0"))));
    }

    private void pass(Duration time) {
        clock.advance(time);
        awaitRest();
    }

    @Test
    void aCampaignDelaysNobodyElse() throws SQLException {
        UltraMessageInstanceManager node = node(2);
        Tenant campaign = tenant();
        List<Tenant> quiet = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            quiet.add(tenant());
        }
        Batch batch = node.outbox().enqueueBatch(campaign.id(), bulk(5_000));
        node.outbox().start();
        awaitRest();

        for (int round = 1; round <= 4; round++) {
            for (Tenant each : quiet) {
                node.outbox().enqueue(each.id(), text("round " + round));
            }
            pass(PACE);
            for (Tenant each : quiet) {
                assertThat(each.received()).hasSize(round).contains("round " + round);
            }
            assertThat(campaign.received()).hasSize(round + 1);
        }

        node.outbox().enqueue(campaign.id(), text("code"), urgent());
        pass(PACE);
        assertThat(campaign.received()).hasSize(6).endsWith("code"); // urgent before bulk
        assertThat(batch.progress().counts()).isEqualTo(new BatchCounts(4_995, 5, 0, 0, 0, 0));
    }

    @Test
    void noInstanceIsGivenMoreThanItsPaceByHoweverManyNodes() throws SQLException {
        List<UltraMessageInstanceManager> nodes = List.of(node(8), node(8), node(8), node(8));
        List<Tenant> tenants = List.of(tenant(), tenant(), tenant(), tenant(), tenant());
        for (UltraMessageInstanceManager node : nodes) {
            node.outbox().start();
        }
        for (Tenant tenant : tenants) {
            nodes.get(0).outbox().enqueueBatch(tenant.id(), bulk(100));
        }
        awaitRest();

        for (int turn = 1; turn <= 6; turn++) {
            for (Tenant tenant : tenants) {
                assertThat(tenant.received()).hasSize(turn);
            }
            pass(JUST_BEFORE);
            for (Tenant tenant : tenants) {
                assertThat(tenant.received()).as("just before the next turn").hasSize(turn);
            }
            nodes.get(turn % 4).outbox().enqueue(tenants.get(0).id(), text("more"), urgent()); // shortens nothing
            awaitRest();
            assertThat(tenants.get(0).received()).hasSize(turn);
            pass(PACE.minus(JUST_BEFORE));
        }
    }

    @Test
    void aFullDayWaitsForTheNextOneOrAHigherLimit() throws SQLException {
        UltraMessageInstanceManager node = node(8);
        Tenant tenant = tenant();
        node.administration(Actor.operator("a test"))
                .update(tenant.id(), ConfigDraft.builder().dailyLimit(2).build(), Verification.SAVE_UNTESTED);
        node.outbox().start();
        Batch batch = node.outbox().enqueueBatch(tenant.id(), bulk(6));
        for (int i = 0; i < 5; i++) {
            pass(PACE);
        }
        assertThat(tenant.received()).hasSize(2);
        assertThat(batch.progress().estimatedEnd()).isEqualTo(Instant.parse("2026-11-28T00:00:10Z"));

        node.administration(Actor.operator("a test"))
                .update(tenant.id(), ConfigDraft.builder().dailyLimit(3).build(), Verification.SAVE_UNTESTED);
        Await.until(() -> tenant.received().size() == 3); // at once: the clock stands still
        awaitRest();

        clock.set(Instant.parse("2026-11-26T23:59:59Z"));
        awaitRest();
        assertThat(tenant.received()).hasSize(3);
        clock.set(Instant.parse("2026-11-27T00:00:01Z"));
        awaitRest();
        assertThat(tenant.received()).hasSize(4);
    }

    /** Half as fast as the others, and from the next turn on as fast as they. */
    @Test
    void anOrganizationHasItsOwnPace() throws SQLException {
        UltraMessageInstanceManager node = node(8);
        Tenant slow = tenant();
        Tenant usual = tenant();
        pace(node, slow, PACE.multipliedBy(2).toString());
        node.outbox().start();
        Batch slowly = node.outbox().enqueueBatch(slow.id(), bulk(5));
        Batch usually = node.outbox().enqueueBatch(usual.id(), bulk(5));
        awaitRest();
        assertThat(slowly.progress().estimatedEnd()).isEqualTo(clock.instant().plus(PACE.multipliedBy(6)));
        assertThat(usually.progress().estimatedEnd()).isEqualTo(clock.instant().plus(PACE.multipliedBy(3)));

        pass(PACE);
        assertThat(slow.received()).hasSize(1);
        assertThat(usual.received()).hasSize(2);
        pass(PACE);
        assertThat(slow.received()).hasSize(2);
        assertThat(usual.received()).hasSize(3);

        pace(node, slow, "");
        pass(PACE.multipliedBy(2));
        pass(PACE);
        assertThat(slow.received()).hasSize(4);
    }

    private static void pace(UltraMessageInstanceManager node, Tenant tenant, String pace) {
        assertThat(node.administration(Actor.operator("a test"))
                        .update(tenant.id(), ConfigDraft.builder().pace(pace).build(), Verification.SAVE_UNTESTED)
                        .isSaved())
                .isTrue();
    }

    @Test
    void aTicketAndItsMessageAreCommittedTogether() throws SQLException {
        PostgresTenantStore store = store();
        UltraMessageInstanceManager node = node(8);
        Tenant tenant = tenant();
        node.outbox().start();
        database.execute("CREATE TABLE tickets (number integer)", "GRANT ALL ON tickets TO " + database.servingLogin());

        try (Connection connection = database.as(database.servingLogin());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO tickets VALUES (1)");
            node.outbox().enqueue(store.enlist(connection), tenant.id(), text("ticket 1"), EnqueueOptions.defaults());
            connection.rollback();
            statement.execute("INSERT INTO tickets VALUES (2)");
            node.outbox().enqueue(store.enlist(connection), tenant.id(), text("ticket 2"), urgent());
            awaitRest();
            assertThat(tenant.received()).isEmpty();

            node.outbox().enqueue(tenant.id(), text("meanwhile")); // waits for nobody's transaction
            awaitRest();
            assertThat(tenant.received()).containsExactly("meanwhile");
            assertThat(node.sendMessage(tenant.id(), "+15550001111", "directly").isAccepted())
                    .isTrue();
            connection.commit();
        }
        pass(PACE);

        assertThat(tenant.received()).containsExactly("meanwhile", "directly", "ticket 2");
        assertThat(database.query("SELECT number FROM tickets")).containsExactly(List.of("2"));
    }

    @Test
    void aTicketAndWhatWaitsToBeSaidOfItAreCancelledTogether() throws SQLException {
        PostgresTenantStore store = store();
        UltraMessageInstanceManager node = node(8);
        Tenant tenant = tenant();
        Reference first = node.outbox().enqueue(tenant.id(), text("ticket 1")).reference();
        Reference second = node.outbox().enqueue(tenant.id(), text("ticket 2")).reference();
        node.outbox().enqueue(tenant.id(), text("meanwhile"));

        try (Connection connection = database.as(database.servingLogin())) {
            connection.setAutoCommit(false);
            node.outbox().cancel(store.enlist(connection), tenant.id(), first);
            node.outbox().cancel(store.enlist(connection), tenant.id(), second);
            node.outbox().start();
            awaitRest();
            assertThat(tenant.received()).containsExactly("meanwhile");
            pass(PACE);
            assertThat(tenant.received()).as("while nobody knows").containsExactly("meanwhile");
            connection.rollback();

            pass(Duration.ofSeconds(1)); // nothing else tells the lane
            assertThat(tenant.received()).containsExactly("meanwhile", "ticket 1");
            assertThat(node.outbox().cancel(store.enlist(connection), tenant.id(), first))
                    .isFalse();
            assertThat(node.outbox().cancel(store.enlist(connection), tenant.id(), second))
                    .isTrue();
            connection.commit();
        }
        pass(PACE);

        assertThat(tenant.received()).containsExactly("meanwhile", "ticket 1");
        assertThat(node.outbox().backlog(tenant.id()).waiting()).isZero();
        assertThat(database.query("SELECT FROM ultramsg_lanes")).isEmpty();
    }

    @Test
    void aCampaignAndItsBatchAreCommittedTogether() throws SQLException {
        PostgresTenantStore store = store();
        UltraMessageInstanceManager node = node(8);
        Tenant tenant = tenant();
        BatchId news = BatchId.of("news");
        List<BatchItem> items = List.of(BatchItem.of(text("news 1")), BatchItem.of(text("news 2")));

        try (Connection connection = database.as(database.servingLogin())) {
            connection.setAutoCommit(false);
            node.outbox().enqueueBatch(store.enlist(connection), tenant.id(), news, items.iterator());
            connection.rollback();
            assertThat(node.outbox().batch(tenant.id(), news)).isEmpty();

            node.outbox().enqueueBatch(store.enlist(connection), tenant.id(), news, items.iterator());
            assertThat(node.outbox().batch(tenant.id(), news)).isEmpty();
            connection.commit();
        }

        Batch batch = node.outbox().batch(tenant.id(), news).orElseThrow();
        assertThat(batch.progress().counts().queued()).isEqualTo(2);
        node.outbox().start();
        awaitRest();
        pass(PACE);
        assertThat(tenant.received()).containsExactly("news 1", "news 2");
    }

    @Test
    void oneKeyIsOneMessageHoweverItIsSent() throws SQLException {
        UltraMessageInstanceManager node = node(8);
        Tenant tenant = tenant();
        IdempotencyKey key = IdempotencyKey.of("order-42/ready");
        EnqueueOptions queuedOnce = EnqueueOptions.builder().idempotencyKey(key).build();
        SendOptions sentOnce = SendOptions.builder()
                .idempotencyKey(key)
                .deadline(Duration.ofMillis(300))
                .build();
        Reference queued =
                node.outbox().enqueue(tenant.id(), text("ready"), queuedOnce).reference();

        SendResult direct = node.send(tenant.id(), text("ready"), sentOnce);
        assertThat(direct).isInstanceOf(SendResult.Unknown.class);
        assertThat(direct.reference()).isEqualTo(queued);
        assertThat(tenant.received()).isEmpty();

        node.outbox().start();
        awaitRest();
        assertThat(node.send(tenant.id(), text("ready"), sentOnce).isAccepted()).isTrue();
        assertThat(node.outbox().enqueue(tenant.id(), text("ready"), queuedOnce))
                .isEqualTo(new EnqueueResult.AlreadyThere(queued));
        assertThat(tenant.received()).containsExactly("ready");
        assertThat(node.outcome(tenant.id(), queued))
                .map(SendResult::isAccepted)
                .contains(true);
    }

    @Test
    void anInstanceInTroubleKeepsItsMessagesAndSendsThemOnceItWorksAgain() throws SQLException {
        UltraMessageInstanceManager node = node(8);
        Tenant tenant = tenant();
        Tenant other = tenant();
        tenant.instance().isStoppedForNonPayment();
        node.outbox().start();
        Batch batch = node.outbox().enqueueBatch(tenant.id(), bulk(2));
        node.outbox().enqueue(other.id(), text("other"));
        awaitRest();
        assertThat(other.received()).containsExactly("other");
        assertThat(batch.progress().counts().queued()).isEqualTo(2);

        tenant.instance().worksNormally();
        // the second pause: a late notice of the tenant's set-up may have made the lane try twice
        pass(Duration.ofSeconds(11));
        pass(PACE);

        assertThat(tenant.received()).containsExactly("bulk 0", "bulk 1");
        assertThat(batch.progress().isDone()).isTrue();
        assertThat(database.query("SELECT messages_sent_today FROM organizations WHERE id = '" + tenant.id() + "'"))
                .containsExactly(List.of("2"));
    }

    @Test
    void aLostReplyIsLookedForAndNotSentTwice() throws SQLException {
        UltraMessageInstanceManager node = node(8);
        Tenant tenant = tenant();
        tenant.instance().losesReplyAfterAccepting(1);
        node.outbox().start();
        Reference reference = node.outbox().enqueue(tenant.id(), text("once")).reference();
        awaitRest();
        pass(PACE);
        pass(Duration.ofMinutes(1));

        assertThat(tenant.received()).containsExactly("once");
        assertThat(node.outbox().find(tenant.id(), reference))
                .map(OutboxItem::state)
                .contains(OutboxItem.State.ACCEPTED);
    }

    @Test
    void batchesArePausedResumedAndCancelledAndSayWhatBecameOfEach() throws SQLException {
        UltraMessageInstanceManager node = node(8);
        Tenant tenant = tenant();
        node.outbox().start();
        Batch batch = node.outbox().enqueueBatch(tenant.id(), bulk(5));
        awaitRest();
        assertThat(batch.pause()).isTrue();
        pass(PACE);
        pass(PACE);
        assertThat(tenant.received()).hasSize(1);

        assertThat(batch.resume()).isTrue();
        awaitRest();
        pass(PACE);
        assertThat(tenant.received()).hasSizeBetween(2, 3);
        assertThat(batch.cancel()).isTrue();
        pass(PACE);

        int sent = tenant.received().size();
        assertThat(batch.progress().counts()).isEqualTo(new BatchCounts(0, sent, 0, 0, 0, 5 - sent));
        try (Stream<OutboxItem> items = batch.items()) {
            assertThat(items.map(OutboxItem::state))
                    .containsExactlyElementsOf(Stream.concat(
                                    Stream.generate(() -> OutboxItem.State.ACCEPTED)
                                            .limit(sent),
                                    Stream.generate(() -> OutboxItem.State.CANCELLED)
                                            .limit(5 - sent))
                            .toList());
        }
    }

    @Test
    void nothingIsLeftOfAnOrganizationThatHasNoWork() throws SQLException {
        UltraMessageInstanceManager node = node(8);
        node.outbox().start();
        for (int i = 0; i < 30; i++) {
            node.outbox().enqueue(tenant().id(), text("hello"));
        }
        awaitRest();
        pass(PACE);

        assertThat(database.query("SELECT count(*) FROM ultramsg_lanes")).containsExactly(List.of("0"));
    }
}
