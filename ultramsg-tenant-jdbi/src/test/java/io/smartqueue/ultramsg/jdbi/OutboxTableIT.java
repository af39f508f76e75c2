package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.MessageClaim;
import io.smartqueue.ultramsg.message.MessageLog.UnsettledMessage;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Backlog;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.Claimed;
import io.smartqueue.ultramsg.outbox.Claimed.Next;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.EnqueueResult.AlreadyThere;
import io.smartqueue.ultramsg.outbox.EnqueueResult.Queued;
import io.smartqueue.ultramsg.outbox.EnqueueResult.Refused;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.OrderingKey;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.outbox.Payload;
import io.smartqueue.ultramsg.outbox.Urgency;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.outbox.WorkOutcome;
import io.smartqueue.ultramsg.testkit.SettableClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

@ExtendWith(PostgresExtension.class)
class OutboxTableIT {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final BatchId NEWS = BatchId.of("news");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SettableClock clock = SettableClock.at(NOON);
    private TestDatabase database;
    private PostgresTenantStore store;
    private OutboxStore outbox;
    private OrganizationId organization;

    @BeforeEach
    void open(TestDatabase ofTheClass, SharedStore shared) throws SQLException {
        database = ofTheClass;
        store = shared.at(clock);
        outbox = store.outbox();
        organization = OrganizationId.of(database.organization("daily_message_limit = 10"));
    }

    @Test
    void sendsUrgentOnesFirstAndThenInTheirOrder() {
        enqueue(
                Enqueued.message("bulk", null, EnqueueOptions.builder().urgency(Urgency.BULK)),
                Enqueued.message("one"),
                Enqueued.message("two"),
                Enqueued.message("urgent", null, EnqueueOptions.builder().urgency(Urgency.URGENT)));

        Claimed claimed = claim(3);

        assertThat(claimed.work()).extracting(work -> work.reference().value()).containsExactly("urgent", "one", "two");
        assertThat(claimed.work())
                .extracting(Work::claim, Work::sentThrough, Work::payload)
                .containsOnly(tuple(1, null, new Payload("{}")));
        assertThat(claimed.next()).isEqualTo(new Next.More());
        assertThat(store.quotas().usage(organization).orElseThrow().used()).isEqualTo(3);
    }

    @Test
    void tellsWhatIsThereAlreadyFromWhatIsAnotherMessage() {
        enqueue(Enqueued.keyed("key", "one"));
        store.messages().claim(organization, Keyed.message("sent", "sent-at-once"), MINUTE);
        NewWork other = new NewWork(
                Reference.of("other"),
                null,
                new ContentHash("0b".repeat(32)),
                Recipient.parse("+15550001111"),
                new Payload("{}"),
                null,
                EnqueueOptions.builder()
                        .idempotencyKey(IdempotencyKey.of("key"))
                        .build());

        assertThat(enqueue(
                        Enqueued.keyed("key", "two"),
                        Enqueued.keyed("new", "three"),
                        Enqueued.keyed("new", "four"),
                        Enqueued.keyed("sent", "five"),
                        other,
                        Enqueued.message("one"),
                        Enqueued.message("six")))
                .extracting(
                        result -> result.getClass().getSimpleName(),
                        result -> result.reference().value())
                .containsExactly(
                        tuple("AlreadyThere", "one"),
                        tuple("Queued", "three"),
                        tuple("AlreadyThere", "three"),
                        tuple("AlreadyThere", "sent-at-once"),
                        tuple("Refused", "one"),
                        tuple("Refused", "one"),
                        tuple("Queued", "six"));
        assertThat(outbox.backlog(organization).waiting()).isEqualTo(3);
    }

    @Test
    void refusesWhatNobodyCanSend() {
        OrganizationId nobody = OrganizationId.of(UUID.randomUUID());
        for (OrganizationId missing : List.of(nobody, OrganizationId.of("no-uuid"))) {
            assertThat(outbox.enqueue(missing, List.of(Enqueued.message("one"))))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.NOT_CONFIGURED));
            assertThat(outbox.claim(missing, Keyed.INSTANCE, 1).next()).isEqualTo(new Next.Nothing());
            assertThat(outbox.open(missing, NEWS)).isFalse();
            assertThat(outbox.decide(missing, Backlog.Flow.PAUSED)).isFalse();
            assertThat(outbox.backlog(missing)).isEqualTo(new Backlog(0, 0, null, Backlog.Flow.OPEN));
            assertThat(outbox.find(missing, NEWS)).isEmpty();
        }
        assertThatThrownBy(() -> outbox.enqueue(
                        organization,
                        List.of(Enqueued.message("one"), Enqueued.message("two", NEWS, EnqueueOptions.builder()))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> outbox.enqueue(organization, Enqueued.messages("many", null, 1_001)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(outbox.enqueue(organization, List.of())).isEmpty();
    }

    @Test
    void answersDirectSendsOfTheSameKeyAsOfOneThatIsBeingSent() {
        enqueue(Enqueued.keyed("key", "one"));
        MessageClaim.Running running = new MessageClaim.Running(Reference.of("one"));

        assertThat(sendAtOnce("key", "two")).isEqualTo(running);
        assertThat(store.messages().find(organization, Reference.of("one"))).isEmpty();
        Work work = claim(1).work().get(0);
        clock.advance(Duration.ofDays(2));
        assertThat(sendAtOnce("key", "two")).isEqualTo(running);
        assertThat(store.messages().takeUnsettled(1_000, MINUTE)).noneMatch(this::isOurs);

        settle(Enqueued.accepted(work));

        assertThat(sendAtOnce("key", "two")).isInstanceOf(MessageClaim.Settled.class);
        assertThat(store.messages().find(organization, Reference.of("one")))
                .map(LoggedMessage::outcome)
                .contains(new Accepted(Reference.of("one"), new QueueId("4711"), Keyed.INSTANCE, null, null));
    }

    private boolean isOurs(UnsettledMessage message) {
        return message.organization().equals(organization);
    }

    @Test
    void doesNotLendAnOutboxMessagesNameToADirectSend() {
        enqueue(Enqueued.keyed("key", "one"));
        settle(Enqueued.rejected(claim(1).work().get(0)));

        assertThat(sendAtOnce("other", "one")).isEqualTo(new MessageClaim.Conflict(Reference.of("one")));
    }

    @Test
    void holdsBackWhatIsScheduledUntilItIsDue() {
        enqueue(
                Enqueued.message("late", null, EnqueueOptions.builder().notBefore(NOON.plusSeconds(90))),
                Enqueued.message("past", null, EnqueueOptions.builder().notBefore(Instant.MIN)),
                Enqueued.message("never", null, EnqueueOptions.builder().notBefore(Instant.MAX)));

        assertThat(references(claim(5))).containsExactly("past");
        settle(Enqueued.accepted(claimAfter(MINUTE.plusSeconds(1)).work().get(0)));
        clock.set(NOON.plusSeconds(70));
        assertThat(claim(5)).isEqualTo(new Claimed(List.of(), new Next.Later(Duration.ofSeconds(20))));
        clock.set(NOON.plusSeconds(90));
        assertThat(references(claim(5))).containsExactly("late");
    }

    private Claimed claimAfter(Duration pause) {
        clock.advance(pause);
        return claim(5);
    }

    @Test
    void settlesWhatHasExpiredOnTheWay() {
        outbox.open(organization, NEWS);
        enqueue(
                Enqueued.message("old", NEWS, EnqueueOptions.builder().expiresAt(NOON.plusSeconds(10))),
                Enqueued.message("new", NEWS, EnqueueOptions.builder()));
        clock.advance(Duration.ofSeconds(10));

        assertThat(references(claim(1))).containsExactly("new");
        assertThat(state("old")).isEqualTo(OutboxItem.State.EXPIRED);
        assertThat(counts()).isEqualTo(new BatchCounts(1, 0, 0, 0, 1, 0));
        assertThat(store.messages().find(organization, Reference.of("old")))
                .map(LoggedMessage::outcome)
                .get()
                .isInstanceOf(Rejected.class);
        assertThat(outbox.retry(organization, Reference.of("old"))).isFalse();
    }

    @Test
    void settlesWhatHasExpiredAlsoWhenNothingIsAskedFor() {
        enqueue(
                Enqueued.message("old", null, EnqueueOptions.builder().expiresAt(NOON.plusSeconds(10))),
                Enqueued.message("new"));
        clock.advance(Duration.ofSeconds(10));

        assertThat(claim(0)).isEqualTo(new Claimed(List.of(), new Next.More()));
        assertThat(state("old")).isEqualTo(OutboxItem.State.EXPIRED);
        assertThat(state("new")).isEqualTo(OutboxItem.State.QUEUED);
    }

    @Test
    void keepsMessagesOfAnOrderingKeyInTheirOrder() {
        EnqueueOptions.Builder ticket = EnqueueOptions.builder().orderingKey(OrderingKey.of("ticket-1"));
        enqueue(
                Enqueued.message("first", null, ticket),
                Enqueued.message("second", null, ticket.urgency(Urgency.URGENT)),
                Enqueued.message("other"));

        List<Work> work = claim(5).work();
        assertThat(work).extracting(w -> w.reference().value()).containsExactly("first", "other");
        assertThat(claim(0).next()).isEqualTo(new Next.Later(MINUTE));
        settle(Enqueued.inDoubt(work.get(0), Duration.ofMinutes(5)), Enqueued.accepted(work.get(1)));
        assertThat(claim(5)).isEqualTo(new Claimed(List.of(), new Next.Later(Duration.ofMinutes(5))));
        settle(Enqueued.accepted(claimAfter(Duration.ofMinutes(5)).work().get(0)));

        assertThat(references(claim(5))).containsExactly("second");
    }

    @Test
    void reservesOnlyAsManyPlacesAsTheDayHas() throws SQLException {
        OrganizationId small = OrganizationId.of(database.organization("daily_message_limit = 3"));
        store.quotas().reserve(small);
        outbox.enqueue(small, Enqueued.messages("m", null, 5));

        assertThat(outbox.claim(small, Keyed.INSTANCE, 5).work()).hasSize(2);
        clock.advance(Duration.ofMinutes(2));
        outbox.settle(
                small,
                outbox.claim(small, Keyed.INSTANCE, 5).work().stream()
                        .map(Enqueued::accepted)
                        .toList());
        assertThat(outbox.claim(small, Keyed.INSTANCE, 5))
                .isEqualTo(new Claimed(
                        List.of(), new Next.DayIsFull(Duration.ofHours(12).minusMinutes(2))));
        clock.advance(Duration.ofHours(12));
        assertThat(outbox.claim(small, Keyed.INSTANCE, 5).work()).hasSize(3);
    }

    @Test
    void givesWhatMayHaveBeenSentFirstAndAlone() {
        enqueue(Enqueued.message("one"), Enqueued.message("two"), Enqueued.message("three"));
        Work first = claim(1).work().get(0);

        Claimed lost = outbox.claim(organization, InstanceId.parse("instance7"), 5);

        assertThat(lost)
                .isEqualTo(new Claimed(
                        List.of(new Work(
                                Reference.of("one"), 2, Urgency.NORMAL, new Payload("{}"), Keyed.INSTANCE, null)),
                        new Next.More()));
        settle(Enqueued.rejected(first), new WorkOutcome.Returned(first, 1), Enqueued.inDoubt(first, MINUTE));
        assertThat(state("one")).isEqualTo(OutboxItem.State.SENDING);
        settle(Enqueued.inDoubt(lost.work().get(0), Duration.ofMinutes(3)));
        assertThat(state("one")).isEqualTo(OutboxItem.State.SENDING);
        assertThat(references(claim(5))).containsExactly("two", "three");
        assertThat(store.quotas().usage(organization).orElseThrow().used()).isEqualTo(3);
    }

    @Test
    void writesAnAcceptanceWhoeverHasClaimedTheMessageSince() {
        enqueue(Enqueued.message("one"));
        Work first = claim(1).work().get(0);
        Work second = claim(1).work().get(0);

        settle(new WorkOutcome.Returned(second, 0));
        settle(Enqueued.accepted(first));
        settle(Enqueued.rejected(second));

        assertThat(state("one")).isEqualTo(OutboxItem.State.ACCEPTED);
        assertThat(claim(5).next()).isEqualTo(new Next.Nothing());
    }

    @Test
    void looksForWhatWasRepeatedAndIsAccepted() {
        enqueue(Enqueued.message("one"));
        Work work = claim(1).work().get(0);
        store.messages().repeat(organization, work.reference());

        settle(Enqueued.accepted(work));

        assertThat(store.messages().takeUnsettled(1_000, MINUTE))
                .contains(new UnsettledMessage(organization, work.reference(), Keyed.INSTANCE, 1));
    }

    @Test
    void freesTheKeyAndThePlaceOfARejectedMessage() {
        enqueue(Enqueued.keyed("key", "one"));

        settle(Enqueued.rejected(claim(1).work().get(0)));

        assertThat(store.quotas().usage(organization).orElseThrow().used()).isZero();
        assertThat(outbox.rejected(organization, 0, 5))
                .singleElement()
                .satisfies(item -> assertThat(item.attempts()).isEqualTo(1))
                .satisfies(item -> assertThat(item.reason()).isEqualTo(RejectionReason.UNREACHABLE))
                .satisfies(item -> assertThat(item.settledAt()).isEqualTo(NOON));
        assertThat(enqueue(Enqueued.keyed("key", "two"))).containsExactly(new Queued(Reference.of("two")));
        assertThat(outbox.retry(organization, Reference.of("one"))).isFalse();
        assertThat(outbox.cancel(organization, Reference.of("two"))).isTrue();
        assertThat(outbox.retry(organization, Reference.of("one"))).isTrue();
        assertThat(enqueue(Enqueued.keyed("key", "three"))).containsExactly(new AlreadyThere(Reference.of("one")));
        assertThat(claim(5).work()).extracting(Work::claim).containsExactly(2);
    }

    @Test
    void givesNothingBackAcrossMidnight() {
        enqueue(Enqueued.message("one"), Enqueued.message("two"));
        List<Work> work = claim(2).work();
        clock.advance(Duration.ofDays(1));
        store.quotas().reserve(organization);

        settle(Enqueued.rejected(work.get(0)), new WorkOutcome.Returned(work.get(1), 0));

        assertThat(store.quotas().usage(organization).orElseThrow().used()).isEqualTo(1);
    }

    @Test
    void putsWhatWasNotSentBackToItsPlace() {
        enqueue(Enqueued.message("one"), Enqueued.message("two"));
        Work work = claim(1).work().get(0);

        settle(new WorkOutcome.Returned(work, 2));

        assertThat(store.quotas().usage(organization).orElseThrow().used()).isZero();
        assertThat(references(claim(5))).containsExactly("one", "two");
        assertThat(outbox.find(organization, work.reference()).orElseThrow().attempts())
                .isEqualTo(2);
    }

    @Test
    void countsWhereABatchsMessagesAre() {
        outbox.open(organization, NEWS);
        outbox.enqueue(organization, Enqueued.messages("m", NEWS, 6));
        List<Work> work = claim(5).work();
        settle(
                Enqueued.accepted(work.get(0)),
                Enqueued.rejected(work.get(1)),
                Enqueued.lost(work.get(2)),
                new WorkOutcome.Returned(work.get(3), 0));
        outbox.cancel(organization, Reference.of("m-6"));

        assertThat(counts()).isEqualTo(new BatchCounts(2, 1, 1, 1, 0, 1));
        assertThat(outbox.items(organization, NEWS, 0, 10))
                .extracting(OutboxItem::state)
                .containsExactly(
                        OutboxItem.State.ACCEPTED,
                        OutboxItem.State.REJECTED,
                        OutboxItem.State.UNKNOWN,
                        OutboxItem.State.QUEUED,
                        OutboxItem.State.SENDING,
                        OutboxItem.State.CANCELLED);
        long third = outbox.items(organization, NEWS, 0, 3).get(2).position();
        assertThat(outbox.items(organization, NEWS, third, 2))
                .extracting(item -> item.reference().value())
                .containsExactly("m-4", "m-5");
        assertThat(outbox.retryRejected(organization, NEWS)).isEqualTo(1);
        assertThat(counts()).isEqualTo(new BatchCounts(3, 1, 0, 1, 0, 1));
        clock.advance(Duration.ofSeconds(3));
        assertThat(outbox.backlog(organization)).isEqualTo(new Backlog(2, 1, Duration.ofSeconds(3), Backlog.Flow.OPEN));
    }

    @Test
    void holdsTheMessagesOfAPausedBatch() {
        outbox.open(organization, NEWS);
        outbox.enqueue(organization, Enqueued.messages("m", NEWS, 2));
        enqueue(Enqueued.message("late", NEWS, EnqueueOptions.builder().notBefore(NOON.plusSeconds(60))));
        Work sent = claim(1).work().get(0);
        assertThat(outbox.decide(organization, NEWS, BatchState.PAUSED)).isTrue();
        outbox.enqueue(organization, Enqueued.messages("added", NEWS, 1));
        settle(new WorkOutcome.Returned(sent, 0));
        enqueue(Enqueued.message("other"));

        assertThat(references(claim(5))).containsExactly("other");
        settle(Enqueued.accepted(claim(5).work().get(0)));
        assertThat(claim(5)).isEqualTo(new Claimed(List.of(), new Next.Nothing()));
        assertThat(wakes()).isEqualTo(4);
        assertThat(outbox.decide(organization, NEWS, BatchState.OPEN)).isTrue();

        assertThat(wakes()).isEqualTo(5);
        assertThat(references(claim(5))).containsExactly("m-1", "m-2", "added-1");
        assertThat(state("late")).isEqualTo(OutboxItem.State.QUEUED);
        assertThat(outbox.find(organization, NEWS).orElseThrow().state()).isEqualTo(BatchState.OPEN);
    }

    private int wakes() {
        try {
            return database.query(
                            "SELECT FROM ultramsg_wakes WHERE organization_id = CAST(? AS uuid)", organization.value())
                    .size();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void sendsNothingOfACancelledBatch() {
        outbox.open(organization, NEWS);
        outbox.enqueue(organization, Enqueued.messages("m", NEWS, 3));
        Work sent = claim(1).work().get(0);

        assertThat(outbox.decide(organization, NEWS, BatchState.CANCELLED)).isTrue();

        assertThat(counts()).isEqualTo(new BatchCounts(1, 0, 0, 0, 0, 2));
        settle(new WorkOutcome.Returned(sent, 0));
        assertThat(counts()).isEqualTo(new BatchCounts(0, 0, 0, 0, 0, 3));
        assertThat(outbox.enqueue(organization, Enqueued.messages("more", NEWS, 1)))
                .singleElement()
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.CANCELLED));
        assertThat(outbox.decide(organization, NEWS, BatchState.OPEN)).isFalse();
        assertThat(outbox.decide(organization, NEWS, BatchState.CANCELLED)).isTrue();
        assertThat(outbox.decide(organization, BatchId.of("none"), BatchState.PAUSED))
                .isFalse();
        assertThat(claim(5).next()).isEqualTo(new Next.Nothing());
        assertThat(store.quotas().usage(organization).orElseThrow().used()).isZero();
    }

    @Test
    void goesOnWhereADecisionWasLost() throws SQLException {
        BatchId offers = BatchId.of("offers");
        outbox.enqueue(organization, Enqueued.messages("m", NEWS, 3));
        outbox.enqueue(organization, Enqueued.messages("o", offers, 3));
        enqueue(Enqueued.message("other"));
        decideOnly(NEWS, "cancelled");
        decideOnly(offers, "paused");

        assertThat(references(claim(1))).containsExactly("other");
        assertThat(counts()).isEqualTo(new BatchCounts(0, 0, 0, 0, 0, 3));
        settle(Enqueued.accepted(claim(1).work().get(0)));
        assertThat(claim(1).next()).isEqualTo(new Next.Nothing());
        outbox.decide(organization, offers, BatchState.OPEN);
        assertThat(references(claim(5))).containsExactly("o-1", "o-2", "o-3");
    }

    private void decideOnly(BatchId batch, String state) throws SQLException {
        database.execute("UPDATE ultramsg_batches SET state = '" + state + "' WHERE batch_id = '" + batch
                + "' AND organization_id = '" + organization + "'");
    }

    @Test
    void decidesAboutMoreMessagesThanFitIntoATransaction() throws SQLException {
        outbox.open(organization, NEWS);
        for (int i = 0; i < 11; i++) {
            outbox.enqueue(organization, Enqueued.messages("m-" + i, NEWS, 1_000));
        }

        outbox.decide(organization, NEWS, BatchState.PAUSED);
        assertThat(claim(1).next()).isEqualTo(new Next.Nothing());
        outbox.decide(organization, NEWS, BatchState.OPEN);
        settle(Enqueued.rejected(claim(1).work().get(0)));
        outbox.decide(organization, NEWS, BatchState.CANCELLED);

        assertThat(counts()).isEqualTo(new BatchCounts(0, 0, 1, 0, 0, 10_999));
        assertThat(outbox.retryRejected(organization, NEWS)).isZero();
        assertThat(outbox.rejected(organization, 0, 5)).hasSize(1);
    }

    @Test
    void pausesAnOrganizationAndLetsItGoOn() {
        enqueue(Enqueued.message("one"));
        assertThat(outbox.decide(organization, Backlog.Flow.PAUSED)).isTrue();
        assertThat(claim(5)).isEqualTo(new Claimed(List.of(), new Next.Paused()));
        assertThat(outbox.backlog(organization).flow()).isEqualTo(Backlog.Flow.PAUSED);

        assertThat(outbox.decide(organization, Backlog.Flow.OPEN)).isTrue();

        assertThat(wakes()).isEqualTo(2);
        assertThat(references(claim(5))).containsExactly("one");
    }

    @Test
    void cancelsOnlyWhatWaits() {
        enqueue(Enqueued.keyed("key", "one"), Enqueued.message("two"));
        Work sent = claim(1).work().get(0);

        assertThat(outbox.cancel(organization, sent.reference())).isFalse();
        assertThat(outbox.cancel(organization, Reference.of("two"))).isTrue();
        assertThat(outbox.cancel(organization, Reference.of("two"))).isFalse();
        assertThat(outbox.cancel(organization, Reference.of("none"))).isFalse();
        assertThat(state("two")).isEqualTo(OutboxItem.State.CANCELLED);
        assertThat(outbox.rejected(organization, 0, 5)).isEmpty();
    }

    @Test
    void wakesTheLaneOfWhatWaitedBehindACancelledMessage() {
        EnqueueOptions.Builder ticket = EnqueueOptions.builder().orderingKey(OrderingKey.of("ticket-1"));
        outbox.open(organization, NEWS);
        enqueue(Enqueued.message("held", NEWS, ticket));
        enqueue(Enqueued.message("behind", null, ticket));
        outbox.decide(organization, NEWS, BatchState.PAUSED);
        assertThat(claim(1).next()).isEqualTo(new Next.Nothing());
        int before = wakes();

        outbox.cancel(organization, Reference.of("held"));

        assertThat(wakes()).isEqualTo(before + 1);
        assertThat(references(claim(1))).containsExactly("behind");
    }

    @Test
    void forgetsRecipientsAndWhatWaitsForThem() throws SQLException {
        outbox.open(organization, NEWS);
        outbox.enqueue(organization, Enqueued.messages("m", NEWS, 4));
        List<Work> work = claim(3).work();
        settle(Enqueued.accepted(work.get(0)), Enqueued.rejected(work.get(1)));

        assertThat(store.messages().forget(organization, Recipient.parse("+15550001111")))
                .isEqualTo(4);

        assertThat(counts()).isEqualTo(new BatchCounts(1, 1, 1, 0, 0, 1));
        assertThat(outbox.retryRejected(organization, NEWS)).isZero();
        settle(new WorkOutcome.Returned(work.get(2), 0));
        assertThat(counts()).isEqualTo(new BatchCounts(0, 1, 1, 0, 0, 2));
        assertThat(database.query(
                        "SELECT DISTINCT recipient, body, payload FROM ultramsg_messages"
                                + " WHERE organization_id = CAST(? AS uuid)",
                        organization.value()))
                .containsExactly(Arrays.asList(null, null, null));
    }

    @Test
    void purgesNothingThatWaits(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        OrganizationId any = OrganizationId.of(own.organization(""));
        OrganizationId gone = OrganizationId.of(own.organization(""));
        try (PostgresTenantStore serving = PostgresTenantStore.builder(own.settings(own.servingLogin()))
                .plainTextTokens()
                .clock(clock)
                .build()) {
            OutboxStore queue = serving.outbox();
            queue.open(any, NEWS);
            queue.enqueue(any, Enqueued.messages("m", NEWS, 3));
            queue.enqueue(gone, Enqueued.messages("m", NEWS, 2));
            clock.advance(Duration.ofDays(8));
            List<Work> work = queue.claim(any, Keyed.INSTANCE, 2).work();
            queue.settle(any, List.of(Enqueued.accepted(work.get(0))));
            own.execute("DELETE FROM organizations WHERE id = '" + gone + "'");

            assertThat(serving.messages().purge(Duration.ofDays(7))).isEqualTo(2);
            assertThat(queue.purgeBatches(Duration.ofDays(7))).isEqualTo(1);
            clock.advance(Duration.ofDays(8));
            assertThat(serving.messages().purge(Duration.ofDays(7))).isEqualTo(1);
            queue.settle(any, List.of(Enqueued.accepted(work.get(1))));
            queue.cancel(any, Reference.of("m-3"));
            assertThat(queue.purgeBatches(Duration.ofDays(7))).isZero();
            clock.advance(Duration.ofDays(7));
            assertThat(serving.messages().purge(Duration.ofDays(7)))
                    .as("all but what is not counted yet")
                    .isEqualTo(1);
            assertThat(queue.claim(any, Keyed.INSTANCE, 2).next()).isEqualTo(new Next.Nothing());
            assertThat(serving.messages().purge(Duration.ofDays(7))).isEqualTo(1);
            assertThat(queue.purgeBatches(Duration.ofDays(30))).isZero();
            assertThat(queue.purgeBatches(Duration.ofDays(7))).isEqualTo(1);
            assertThat(queue.find(any, NEWS)).isEmpty();
        }
    }

    @Test
    void keepsAnyText() {
        List<String> hostile = List.of(
                "",
                "NULL",
                "null",
                "{}",
                "{\"a\":[1,\"}\"]}",
                "\\",
                "\\\"",
                "'; DROP TABLE ultramsg_messages; --",
                "a,b",
                " blank ",
                "\n\t\r",
                "$1 ? ?? {key}",
                "\ud83d\ude00 \u0645\u0631\u062d\u0628\u0627");
        List<NewWork> work = IntStream.range(0, hostile.size())
                .mapToObj(i -> new NewWork(
                        Reference.of("m-" + i),
                        null,
                        new ContentHash("0a".repeat(32)),
                        Recipient.parse("+15550001111"),
                        new Payload(hostile.get(i)),
                        hostile.get(i),
                        EnqueueOptions.builder()
                                .idempotencyKey(IdempotencyKey.of("\"{}\\,'" + i))
                                .orderingKey(OrderingKey.of("NULL\\\"" + i))
                                .build()))
                .toList();
        outbox.enqueue(organization, work);

        List<Work> claimed = new ArrayList<>(claim(10).work());
        outbox.settle(organization, claimed.stream().map(Enqueued::accepted).toList());
        clock.advance(Duration.ofDays(1));
        claimed.addAll(claim(10).work());

        assertThat(claimed).extracting(one -> one.payload().json()).containsExactlyElementsOf(hostile);
        assertThat(store.messages().find(organization, Reference.of("m-5")))
                .map(LoggedMessage::text)
                .contains("\\");
        assertThat(enqueue(Enqueued.keyed("\"{}\\,'3", "again")))
                .containsExactly(new AlreadyThere(Reference.of("m-3")));
    }

    @Test
    void keepsAPayloadOfSeveralMegabytes() {
        Payload film = new Payload("\"\\".repeat(3_000_000));
        outbox.enqueue(
                organization,
                List.of(new NewWork(
                        Reference.of("film"),
                        null,
                        new ContentHash("0a".repeat(32)),
                        Recipient.parse("+15550001111"),
                        film,
                        null,
                        EnqueueOptions.defaults())));

        assertThat(claim(1).work().get(0).payload()).isEqualTo(film);
    }

    @Test
    void showsAndChangesNothingOfAnothersMessages() throws SQLException {
        OrganizationId other = OrganizationId.of(database.organization(""));
        outbox.open(other, NEWS);
        outbox.enqueue(other, Enqueued.messages("m", NEWS, 2));
        Work theirs = outbox.claim(other, Keyed.INSTANCE, 1).work().get(0);

        assertThat(claim(5).next()).isEqualTo(new Next.Nothing());
        assertThat(outbox.find(organization, NEWS)).isEmpty();
        assertThat(outbox.items(organization, NEWS, 0, 5)).isEmpty();
        assertThat(outbox.find(organization, theirs.reference())).isEmpty();
        assertThat(outbox.decide(organization, NEWS, BatchState.CANCELLED)).isFalse();
        assertThat(outbox.cancel(organization, Reference.of("m-2"))).isFalse();
        settle(Enqueued.rejected(theirs));
        assertThat(outbox.retry(organization, theirs.reference())).isFalse();
        assertThat(outbox.find(other, NEWS).orElseThrow().counts()).isEqualTo(new BatchCounts(2, 0, 0, 0, 0, 0));
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);
            for (String table : List.of("ultramsg_batches", "ultramsg_outboxes", "ultramsg_messages")) {
                assertThat(Sql.query(connection, "SELECT FROM " + table)).isEmpty();
            }
            assertThat(Sql.update(connection, "UPDATE ultramsg_batches SET queued = 0"))
                    .isZero();
            assertThat(Sql.value(
                            connection,
                            "SELECT next_step FROM ultramsg_claim_queued(CAST(? AS uuid), 'instance7', 1, '1 min')",
                            other.value()))
                    .isEqualTo("nothing");
            assertThatThrownBy(() -> Sql.update(
                            connection,
                            "INSERT INTO ultramsg_batches (organization_id, batch_id, created_at) VALUES"
                                    + " (CAST(? AS uuid), 'theirs', now())",
                            other.value()))
                    .hasMessageContaining("row-level security");
            Sql.end(connection);
        }
    }

    @Test
    void showsNothingOfAnOrganizationThatTheHostHasDeleted() throws SQLException {
        outbox.open(organization, NEWS);
        outbox.enqueue(organization, Enqueued.messages("m", NEWS, 2));
        database.execute("DELETE FROM organizations WHERE id = '" + organization + "'");

        assertThat(claim(5).next()).isEqualTo(new Next.Nothing());
        assertThat(outbox.find(organization, NEWS)).isEmpty();
        assertThat(outbox.find(organization, Reference.of("m-1"))).isEmpty();
        assertThat(outbox.items(organization, NEWS, 0, 5)).isEmpty();
        assertThat(outbox.decide(organization, NEWS, BatchState.PAUSED)).isFalse();
        assertThat(outbox.backlog(organization)).isEqualTo(new Backlog(0, 0, null, Backlog.Flow.OPEN));
    }

    @Test
    void usesTheDatabasesTimeWithoutAClock() throws SQLException {
        try (PostgresTenantStore real = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build()) {
            real.outbox()
                    .enqueue(
                            organization,
                            List.of(
                                    Enqueued.message("now"),
                                    Enqueued.message(
                                            "later",
                                            null,
                                            EnqueueOptions.builder()
                                                    .notBefore(Instant.now().plusSeconds(3_600)))));

            List<Work> work =
                    real.outbox().claim(organization, Keyed.INSTANCE, 5).work();

            assertThat(work).hasSize(1);
            real.outbox().settle(organization, List.of(Enqueued.accepted(work.get(0))));
            assertThat(real.outbox().claim(organization, Keyed.INSTANCE, 5).next())
                    .isInstanceOfSatisfying(
                            Next.Later.class,
                            later -> assertThat(later.pause())
                                    .isBetween(Duration.ofMinutes(50), Duration.ofMinutes(60)));
        }
    }

    private List<EnqueueResult> enqueue(NewWork... work) {
        return outbox.enqueue(organization, List.of(work));
    }

    private Claimed claim(int most) {
        return outbox.claim(organization, Keyed.INSTANCE, most);
    }

    private static List<String> references(Claimed claimed) {
        return claimed.work().stream().map(work -> work.reference().value()).toList();
    }

    private void settle(WorkOutcome... outcomes) {
        for (WorkOutcome outcome : outcomes) {
            outbox.settle(organization, List.of(outcome));
        }
    }

    private MessageClaim sendAtOnce(String key, String reference) {
        return store.messages().claim(organization, Keyed.message(key, reference), MINUTE);
    }

    private OutboxItem.State state(String reference) {
        return outbox.find(organization, Reference.of(reference)).orElseThrow().state();
    }

    private BatchCounts counts() {
        return outbox.find(organization, NEWS).orElseThrow().counts();
    }
}
