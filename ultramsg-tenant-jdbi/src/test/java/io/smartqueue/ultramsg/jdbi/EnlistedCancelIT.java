package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.Claimed;
import io.smartqueue.ultramsg.outbox.Claimed.Next.Later;
import io.smartqueue.ultramsg.outbox.Claimed.Next.Nothing;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.EnqueueResult.AlreadyThere;
import io.smartqueue.ultramsg.outbox.EnqueueResult.Queued;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.OrderingKey;
import io.smartqueue.ultramsg.outbox.OutboxItem.State;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.outbox.Payload;
import io.smartqueue.ultramsg.outbox.Urgency;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is cancelled as part of a transaction of the host's, and what lanes and others do while it is open. */
@ExtendWith(PostgresExtension.class)
class EnlistedCancelIT {
    private static final BatchId NEWS = BatchId.of("news");
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final Claimed NOTHING = new Claimed(List.of(), new Nothing());
    /** What a lane does that has found nothing but what somebody has locked: it does not end. */
    private static final Claimed SOON_AGAIN = new Claimed(List.of(), new Later(Duration.ofSeconds(1)));

    private final ExecutorService others = Executors.newCachedThreadPool();
    private final SettableClock clock = SettableClock.at(NOON);
    private TestDatabase database;
    private PostgresTenantStore store;
    private OutboxStore outbox;
    private OrganizationId organization;
    private Connection host;

    @BeforeEach
    void open(TestDatabase shared) throws SQLException {
        database = shared;
        store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .clock(clock)
                .build();
        outbox = store.outbox();
        organization = OrganizationId.of(database.organization(""));
        host = transaction();
    }

    @AfterEach
    void close() throws SQLException {
        host.close();
        store.close();
        others.shutdownNow();
    }

    private Connection transaction() throws SQLException {
        Connection connection = database.as(database.servingLogin());
        connection.setAutoCommit(false);
        return connection;
    }

    @Test
    void isNeverSentOnceTheTransactionIsCommitted() throws SQLException {
        enqueue(message("one"), message("two"));

        assertThat(cancel("one")).isTrue();
        host.commit();

        assertThat(states("one", "two")).containsExactly(State.CANCELLED, State.QUEUED);
        assertThat(references(claim())).containsExactly("two");
        assertThat(cancel("one")).as("it has its outcome").isFalse();
        assertThat(cancel("two")).as("it is being sent").isFalse();
        assertThat(cancel("none")).isFalse();
    }

    @Test
    void isPassedOverByItsLaneUntilItIsKnownWhatBecomesOfIt() throws SQLException {
        enqueue(message("cancelled"), message("other"));

        cancel("cancelled");

        assertThat(states("cancelled")).containsExactly(State.QUEUED);
        assertThat(references(claim())).as("the lane waits for nobody").containsExactly("other");
        accept("other");
        assertThat(claim()).isEqualTo(SOON_AGAIN);
        host.rollback();
        assertThat(references(claim())).containsExactly("cancelled");
    }

    /** Nothing wakes a lane when somebody rolls back, so it must not have ended, even if it is not to send the message. */
    @Test
    void isComeBackToAfterItHasExpiredMeanwhile() throws SQLException {
        enqueue(
                Enqueued.message("late", null, inOrder().expiresAt(NOON.plusSeconds(60))),
                Enqueued.message("next", null, inOrder()));
        clearWakes();

        cancel("late");
        clock.advance(Duration.ofMinutes(1));
        assertThat(claim()).isEqualTo(SOON_AGAIN);
        host.rollback();

        assertThat(wakes()).isZero();
        assertThat(references(claim())).containsExactly("next");
        assertThat(states("late")).containsExactly(State.EXPIRED);
    }

    @Test
    void isComeBackToAfterItsBatchWasCancelledMeanwhile() throws SQLException {
        outbox.enqueue(organization, Enqueued.messages("m", NEWS, 1));

        cancel("m-1");
        assertThatThrownBy(() -> outbox.decide(organization, NEWS, BatchState.CANCELLED))
                .as("it is decided, and not carried out")
                .isInstanceOf(StorageException.class);
        assertThat(claim()).isEqualTo(SOON_AGAIN);
        host.rollback();

        assertThat(claim()).isEqualTo(NOTHING);
        assertThat(states("m-1")).containsExactly(State.CANCELLED);
        assertThat(counts()).isEqualTo(new BatchCounts(0, 0, 0, 0, 0, 1));
    }

    @Test
    void letsTheNextOfItsOrderPassFromTheCommitOnAndNotBefore() throws SQLException {
        enqueue(Enqueued.message("first", null, inOrder()), Enqueued.message("second", null, inOrder()));
        clearWakes();

        cancel("first");
        assertThat(claim()).isEqualTo(SOON_AGAIN);
        assertThat(wakes()).isZero();
        host.commit();

        assertThat(wakes()).as("its lane learns of it").isEqualTo(1);
        assertThat(references(claim())).containsExactly("second");
    }

    @Test
    void answersByWhatBecameOfAMessageThatIsBeingClaimed() throws Exception {
        enqueue(message("claimed"), message("given-back"));
        try (Connection lane = database.as(database.servingLogin())) {
            claimWithoutCommit(lane, 1);
            Future<Boolean> claimed = others.submit(() -> cancel("claimed"));
            awaitWaiting();
            lane.commit();
            assertThat(claimed.get()).isFalse();

            // with the transaction still open, in which PostgreSQL has locked the message to find out
            accept("claimed");
            assertThat(states("claimed")).containsExactly(State.ACCEPTED);

            claimWithoutCommit(lane, 1);
            Future<Boolean> givenBack = others.submit(() -> cancel("given-back"));
            awaitWaiting();
            lane.rollback();
            assertThat(givenBack.get()).isTrue();
        }
        host.commit();
        assertThat(claim()).isEqualTo(NOTHING);
    }

    /** As a lane does, in the moment before it commits. */
    private void claimWithoutCommit(Connection lane, int most) throws SQLException {
        Sql.beginAsTenant(lane, organization);
        Sql.query(
                lane,
                "SELECT FROM ultramsg_claim_queued(CAST(? AS uuid), 'instance1150', ?, '1 min', CAST(? AS timestamptz))",
                organization.value(),
                most,
                NOON.toString());
    }

    @Test
    void isCancelledByOneTransactionOnly() throws Exception {
        enqueue(message("one"), message("two"));
        try (Connection first = transaction()) {
            store.enlist(first).cancel(organization, Reference.of("one"));
            Future<Boolean> afterCommit = others.submit(() -> cancel("one"));
            awaitWaiting();
            first.commit();
            assertThat(afterCommit.get()).isFalse();

            store.enlist(first).cancel(organization, Reference.of("two"));
            Future<Boolean> afterRollback = others.submit(() -> cancel("two"));
            awaitWaiting();
            first.rollback();
            assertThat(afterRollback.get()).isTrue();
        }
        host.commit();
        assertThat(states("one", "two")).containsExactly(State.CANCELLED, State.CANCELLED);
        assertThat(claim()).isEqualTo(NOTHING);
    }

    @Test
    void waitsForAnotherTransactionForTwoSecondsAtMost() throws SQLException {
        enqueue(message("one"));
        cancel("one");

        assertThatThrownBy(() -> outbox.cancel(organization, Reference.of("one")))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.isRetryable()).isTrue());
        try (Connection second = transaction()) {
            Sql.execute(second, "SET LOCAL lock_timeout = '1min'");
            Savepoint before = second.setSavepoint();
            assertThatThrownBy(() -> store.enlist(second).cancel(organization, Reference.of("one")))
                    .isInstanceOf(StorageException.class);
            second.rollback(before);
            assertThat(Sql.value(second, "SHOW lock_timeout")).isEqualTo("1min");
        }
    }

    @Test
    void takesBackWhatTheSameTransactionHasEnqueued() throws SQLException {
        NewWork first = Enqueued.message("first", NEWS, inOrder().idempotencyKey(IdempotencyKey.of("key")));
        NewWork second = Enqueued.message("second", NEWS, inOrder().idempotencyKey(IdempotencyKey.of("key")));

        store.enlist(host).enqueue(organization, List.of(first));
        assertThat(cancel("first")).isTrue();
        assertThat(store.enlist(host).enqueue(organization, List.of(second)))
                .as("the key is free again")
                .containsExactly(new Queued(Reference.of("second")));
        assertThat(claim()).isEqualTo(NOTHING);
        host.commit();

        assertThat(counts()).isEqualTo(new BatchCounts(1, 0, 0, 0, 0, 1));
        assertThat(references(claim())).containsExactly("second");
    }

    @Test
    void freesItsKeyWithTheCommit() throws Exception {
        enqueue(Enqueued.keyed("key", "first"));
        cancel("first");
        Future<List<EnqueueResult>> whileItIsOpen =
                others.submit(() -> outbox.enqueue(organization, List.of(Enqueued.keyed("key", "second"))));
        awaitWaiting();

        host.rollback();
        assertThat(whileItIsOpen.get()).containsExactly(new AlreadyThere(Reference.of("first")));
        cancel("first");
        host.commit();

        assertThat(outbox.enqueue(organization, List.of(Enqueued.keyed("key", "third"))))
                .containsExactly(new Queued(Reference.of("third")));
        assertThat(references(claim())).containsExactly("third");
    }

    @Test
    void holdsNobodyUpWhoSendsTheRestOfItsBatch() throws SQLException {
        outbox.enqueue(organization, Enqueued.messages("m", NEWS, 3));

        cancel("m-2");
        assertThat(references(outbox.claim(organization, Keyed.INSTANCE, 1))).containsExactly("m-1");
        accept("m-1");
        outbox.enqueue(organization, Enqueued.messages("more", NEWS, 1));
        assertThat(counts()).isEqualTo(new BatchCounts(3, 1, 0, 0, 0, 0));
        host.commit();

        assertThat(counts()).isEqualTo(new BatchCounts(2, 1, 0, 0, 0, 1));
        assertThat(references(claim())).containsExactly("m-3", "more-1");
        accept("m-3", "more-1");
        assertThat(counts()).isEqualTo(new BatchCounts(0, 3, 0, 0, 0, 1));
    }

    @Test
    void isCountedByItsLaneOnceTheBatchIsFree() throws SQLException {
        outbox.enqueue(organization, Enqueued.messages("m", NEWS, 2));
        clearWakes();
        cancel("m-1");
        cancel("m-2");
        host.commit();
        assertThat(wakes()).as("its lane learns of it").isPositive();
        assertThat(storedCounts()).containsExactly("2", "0");
        assertThat(counts()).isEqualTo(new BatchCounts(0, 0, 0, 0, 0, 2));

        store.enlist(host).enqueue(organization, Enqueued.messages("more", NEWS, 1));
        assertThat(claim()).as("waits for nobody").isEqualTo(SOON_AGAIN);
        assertThat(storedCounts()).containsExactly("2", "0");
        host.rollback();

        assertThat(claim()).isEqualTo(NOTHING);
        assertThat(storedCounts()).containsExactly("0", "2");
        assertThat(counts()).isEqualTo(new BatchCounts(0, 0, 0, 0, 0, 2));
        assertThat(claim()).as("once").isEqualTo(NOTHING);
        assertThat(storedCounts()).containsExactly("0", "2");
    }

    private List<String> storedCounts() throws SQLException {
        return database.query(
                        "SELECT queued, cancelled FROM ultramsg_batches WHERE organization_id = CAST(? AS uuid)",
                        organization.value())
                .get(0);
    }

    @Test
    void leavesAnotherOrganizationsMessagesAlone() throws SQLException {
        OrganizationId other = OrganizationId.of(database.organization(""));
        enqueue(message("one"));

        assertThat(store.enlist(host).cancel(other, Reference.of("one"))).isFalse();
        assertThat(store.enlist(host).cancel(OrganizationId.of("nobody's"), Reference.of("one")))
                .isFalse();
        host.commit();

        assertThat(references(claim())).containsExactly("one");
    }

    @Test
    void leavesTheTransactionAsItWas() throws SQLException {
        enqueue(message("one"));
        Sql.execute(
                host,
                "SET lock_timeout = '7s'",
                "SET synchronous_commit = remote_apply",
                "SET LOCAL ROLE ultramsg_service",
                "SET LOCAL ultramsg.organization_id = 'mine'");
        List<List<String>> before = Sql.query(host, EnlistedOutboxIT.SETTINGS);

        cancel("one");
        assertThat(Sql.query(host, EnlistedOutboxIT.SETTINGS)).isEqualTo(before);
        cancel("none");
        assertThat(Sql.query(host, EnlistedOutboxIT.SETTINGS)).isEqualTo(before);
    }

    /** Who locks his organization's row and then a message goes against the lane's order, and the lane gives way. */
    @Test
    void isCancelledAlsoByWhoHoldsTheOrganizationThatItsLaneWaitsFor() throws Exception {
        database.execute("GRANT SELECT, UPDATE ON organizations TO " + database.servingLogin());
        enqueue(message("one"));
        Sql.update(
                host,
                "UPDATE organizations SET messages_sent_today = messages_sent_today WHERE id = CAST(? AS uuid)",
                organization.value());
        Future<Claimed> lane = others.submit(this::claim);
        awaitWaiting();

        assertThat(cancel("one")).isTrue();
        host.commit();

        assertThatThrownBy(lane::get).hasCauseInstanceOf(StorageException.class);
        assertThat(claim()).isEqualTo(NOTHING);
        assertThat(states("one")).containsExactly(State.CANCELLED);
    }

    @Test
    void knowsInARepeatableReadNoMoreThanTheTransactionDoes() throws SQLException {
        enqueue(message("claimed"));
        host.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        Sql.query(host, "SELECT 1");
        claim();
        enqueue(message("later"));

        assertThat(cancel("later")).isFalse();
        assertThatThrownBy(() -> cancel("claimed")).isInstanceOf(StorageException.class);
        host.rollback();

        accept("claimed");
        assertThat(references(claim())).containsExactly("later");
    }

    private static NewWork message(String reference) {
        return Enqueued.message(reference);
    }

    private static EnqueueOptions.Builder inOrder() {
        return EnqueueOptions.builder().orderingKey(OrderingKey.of("ticket-42"));
    }

    private void enqueue(NewWork... work) {
        outbox.enqueue(organization, List.of(work));
    }

    private boolean cancel(String reference) {
        return store.enlist(host).cancel(organization, Reference.of(reference));
    }

    private Claimed claim() {
        return outbox.claim(organization, Keyed.INSTANCE, 10);
    }

    /** Settles what is being sent; an acceptance is written whoever has claimed it. */
    private void accept(String... references) {
        outbox.settle(
                organization,
                Stream.of(references)
                        .map(reference -> Enqueued.accepted(
                                new Work(Reference.of(reference), 1, Urgency.NORMAL, new Payload("{}"), null, null)))
                        .toList());
    }

    private void awaitWaiting() {
        Await.until(() -> database.query(
                                "SELECT FROM pg_stat_activity WHERE datname = ? AND wait_event_type = 'Lock'",
                                database.name())
                        .size()
                == 1);
    }

    private void clearWakes() throws SQLException {
        database.execute("DELETE FROM ultramsg_wakes WHERE organization_id = '" + organization + "'");
    }

    private int wakes() throws SQLException {
        return database.query(
                        "SELECT FROM ultramsg_wakes WHERE organization_id = CAST(? AS uuid)", organization.value())
                .size();
    }

    private List<State> states(String... references) {
        return Stream.of(references)
                .map(reference -> outbox.find(organization, Reference.of(reference))
                        .orElseThrow()
                        .state())
                .toList();
    }

    private BatchCounts counts() {
        return outbox.find(organization, NEWS).orElseThrow().counts();
    }

    private static List<String> references(Claimed claimed) {
        return claimed.work().stream().map(one -> one.reference().value()).toList();
    }
}
