package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.DeliveryChange;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.MessageClaim;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.MessageLog.UnsettledMessage;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Backlog;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.Claimed;
import io.smartqueue.ultramsg.outbox.Claimed.Next.DayIsFull;
import io.smartqueue.ultramsg.outbox.Claimed.Next.Later;
import io.smartqueue.ultramsg.outbox.Claimed.Next.More;
import io.smartqueue.ultramsg.outbox.Claimed.Next.Nothing;
import io.smartqueue.ultramsg.outbox.Claimed.Next.Paused;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.EnqueueResult.AlreadyThere;
import io.smartqueue.ultramsg.outbox.EnqueueResult.Queued;
import io.smartqueue.ultramsg.outbox.EnqueueResult.Refused;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.OrderingKey;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import io.smartqueue.ultramsg.outbox.OutboxItem.State;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.outbox.OutboxStore.BatchSnapshot;
import io.smartqueue.ultramsg.outbox.Payload;
import io.smartqueue.ultramsg.outbox.Urgency;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.outbox.WorkOutcome;
import io.smartqueue.ultramsg.outbox.WorkOutcome.InDoubt;
import io.smartqueue.ultramsg.outbox.WorkOutcome.Returned;
import io.smartqueue.ultramsg.outbox.WorkOutcome.Settled;
import io.smartqueue.ultramsg.quota.QuotaStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What every {@link OutboxStore} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method needs organizations of its own; {@link #newOrganization(int)} makes them. Some tests delete the settled messages
 * of all organizations.
 */
public abstract class OutboxStoreContract {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration UNTIL_MIDNIGHT = Duration.ofHours(12);
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    private static final int ALL = 1_000;
    private static final BatchId NEWS = BatchId.of("news");
    private static final BatchId OTHER_NEWS = BatchId.of("other-news");
    private static final OrderingKey TICKET = OrderingKey.of("ticket-42");
    private static final IdempotencyKey KEY = IdempotencyKey.of("order-42/ready");
    private static final EnqueueOptions WITH_KEY =
            EnqueueOptions.builder().idempotencyKey(KEY).build();
    private static final EnqueueOptions IN_ORDER =
            EnqueueOptions.builder().orderingKey(TICKET).build();
    private static final Recipient ADA = Recipient.parse("+15550001111");
    private static final Recipient ADAS_CHAT = Recipient.parse("15550001111@c.us");
    private static final Recipient BOB = Recipient.parse("+15550002222");
    private static final InstanceId INSTANCE = InstanceId.parse("instance1150");
    private static final InstanceId OTHER_INSTANCE = InstanceId.parse("instance2260");

    private final SettableClock clock = SettableClock.at(NOON);

    /** For the subclasses. */
    protected OutboxStoreContract() {}

    /**
     * Returns the clock that the store under test must go by; at first, noon of 23 November 2026 in UTC.
     *
     * @return one clock for each instance of the test class
     */
    protected final SettableClock clock() {
        return clock;
    }

    /**
     * Returns the store under test.
     *
     * @return the store, going by {@link #clock}
     */
    protected abstract OutboxStore store();

    /**
     * Returns the message log beside it, of which queued messages are entries.
     *
     * @return the log, going by {@link #clock}
     */
    protected abstract MessageLog messages();

    /**
     * Returns the limits beside it, by which messages have their places.
     *
     * @return the store of limits, going by {@link #clock}
     */
    protected abstract QuotaStore quotas();

    /**
     * Adds an organization, as a host's own code would.
     *
     * @param dailyLimit its limit; its time zone is UTC
     * @return its id
     */
    protected abstract OrganizationId newOrganization(int dailyLimit);

    private OrganizationId newOrganization() {
        return newOrganization(1_000);
    }

    /**
     * Removes an organization, as a host's own code would.
     *
     * @param organization one that {@link #newOrganization(int)} returned
     */
    protected abstract void remove(OrganizationId organization);

    /**
     * Returns an id that could be an organization's and is not.
     *
     * @return an id that the store does not hold
     */
    protected abstract OrganizationId missingOrganization();

    // what is enqueued

    @Test
    void keepsWhatIsEnqueuedInItsOrder() {
        OrganizationId organization = newOrganization();

        assertThat(store().enqueue(organization, List.of(work("b"), work("a"))))
                .containsExactly(new Queued(Reference.of("b")), new Queued(Reference.of("a")));
        clock.advance(Duration.ofSeconds(1));
        enqueue(organization, "c");

        OutboxItem first = item(organization, "b");
        OutboxItem second = item(organization, "a");
        OutboxItem third = item(organization, "c");
        assertThat(first)
                .isEqualTo(new OutboxItem(
                        first.position(), Reference.of("b"), State.QUEUED, 0, NOON, null, null, null, null, null));
        assertThat(first.position()).isPositive().isLessThan(second.position());
        assertThat(second.position()).isLessThan(third.position());
        assertThat(third.enqueuedAt()).isEqualTo(NOON.plusSeconds(1));
        assertThat(store().find(organization, Reference.of("d"))).isEmpty();
        assertThat(store().enqueue(organization, List.of())).isEmpty();
    }

    @Test
    void keepsTheOrderOfAThousandThatAreEnqueuedAtOnce() {
        OrganizationId organization = newOrganization(2_000);
        List<String> names =
                IntStream.range(0, 1_000).mapToObj(i -> "number-" + (1_000 - i)).toList();
        NewWork[] thousand = names.stream()
                .map(name -> work(name, NEWS, EnqueueOptions.defaults()))
                .toArray(NewWork[]::new);

        assertThat(store().enqueue(organization, List.of(thousand)))
                .extracting(result -> result.reference().value())
                .isEqualTo(names);

        assertThat(store().items(organization, NEWS, 0, ALL))
                .extracting(item -> item.reference().value())
                .isEqualTo(names);
        assertThat(names(claimed(organization))).isEqualTo(names);
        assertThat(used(organization)).isEqualTo(1_000);
    }

    @Test
    void takesAKeyTwiceInOneCallForOneMessage() {
        OrganizationId organization = newOrganization();

        List<EnqueueResult> results = store().enqueue(
                        organization,
                        List.of(
                                work("first", null, WITH_KEY),
                                sameAs("first", "second", WITH_KEY),
                                work("third", null, WITH_KEY),
                                work("fourth")));

        assertThat(results.get(0)).isEqualTo(new Queued(Reference.of("first")));
        assertThat(results.get(1)).isEqualTo(new AlreadyThere(Reference.of("first")));
        assertThat(results.get(2)).satisfies(result -> assertConflict(result, "first"));
        assertThat(results.get(3)).isEqualTo(new Queued(Reference.of("fourth")));
        assertThat(names(claimed(organization))).containsExactly("first", "fourth");
    }

    @Test
    void knowsTheKeyOfAMessageThatWaitsOrWasSent() {
        OrganizationId organization = newOrganization();
        store().enqueue(organization, List.of(work("first", null, WITH_KEY)));
        assertKeyIsTaken(organization, "while it waits");

        Work first = claimed(organization).get(0);
        assertKeyIsTaken(organization, "while it is being sent");
        settle(organization, inDoubt(first));
        assertKeyIsTaken(organization, "while it is in doubt");
        settle(organization, accepted(first));
        assertKeyIsTaken(organization, "once it is accepted");

        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Nothing()));
    }

    private void assertKeyIsTaken(OrganizationId organization, String when) {
        assertThat(store().enqueue(organization, List.of(sameAs("first", "second", WITH_KEY))))
                .as(when)
                .containsExactly(new AlreadyThere(Reference.of("first")));
        assertThat(store().enqueue(organization, List.of(work("second", null, WITH_KEY))))
                .as(when)
                .singleElement()
                .satisfies(result -> assertConflict(result, "first"));
    }

    @Test
    void knowsTheKeyOfAMessageThatIsSentWithoutIt() {
        OrganizationId organization = newOrganization();
        sendDirectly(organization, "first");
        assertKeyIsTaken(organization, "while it is being sent");
        clock.advance(LEASE);
        assertKeyIsTaken(organization, "when its lease is over");
        messages().settle(organization, new Unknown(Reference.of("first"), INSTANCE, "lost"), 1);
        assertKeyIsTaken(organization, "while it is in doubt");
        messages().settle(organization, accepted(Reference.of("first")), 1);
        assertKeyIsTaken(organization, "once it is accepted");
    }

    @Test
    void takesTheKeyOfAMessageThatWasNotSent() {
        OrganizationId organization = newOrganization();
        sendDirectly(organization, "direct");
        messages().settle(organization, rejected(Reference.of("direct")), 1);

        assertThat(store().enqueue(organization, List.of(work("first", null, WITH_KEY))))
                .containsExactly(new Queued(Reference.of("first")));
        settle(organization, rejected(claimed(organization).get(0)));
        assertThat(store().enqueue(organization, List.of(work("second", null, WITH_KEY))))
                .containsExactly(new Queued(Reference.of("second")));
    }

    @Test
    void refusesAReferenceThatIsTaken() {
        OrganizationId organization = newOrganization();
        sendDirectly(organization, "direct");
        enqueue(organization, "queued");

        assertThat(store().enqueue(organization, List.of(work("direct"), work("queued"), work("new"))))
                .satisfiesExactly(
                        direct -> assertConflict(direct, "direct"),
                        queued -> assertConflict(queued, "queued"),
                        added -> assertThat(added).isEqualTo(new Queued(Reference.of("new"))));
    }

    @Test
    void queuesAKeyOnceForManyAtOnce() throws Exception {
        OrganizationId organization = newOrganization();

        List<EnqueueResult> results = atOnce(
                8,
                i -> () -> store().enqueue(organization, List.of(sameAs("same", "try-" + i, WITH_KEY)))
                        .get(0));

        List<EnqueueResult> queued =
                results.stream().filter(Queued.class::isInstance).toList();
        assertThat(queued).hasSize(1);
        Reference first = queued.get(0).reference();
        assertThat(results).filteredOn(new AlreadyThere(first)::equals).hasSize(7);
        assertThat(names(claimed(organization))).containsExactly(first.value());
    }

    // beside the message log

    @Test
    void isInTheLogFromTheMomentItIsEnqueued() {
        OrganizationId organization = newOrganization();
        store().enqueue(organization, List.of(work("first", null, WITH_KEY)));

        assertSentByItsLane(organization, "while it waits");
        Work first = claimed(organization).get(0);
        assertSentByItsLane(organization, "while it is being sent");
        assertThat(used(organization)).isEqualTo(1);

        settle(organization, inDoubt(first));
        assertThat(claimDirectly(organization, "first", "second"))
                .isEqualTo(new MessageClaim.Settled(unknown(Reference.of("first"))));
        settle(organization, accepted(first));
        assertThat(claimDirectly(organization, "first", "second"))
                .isEqualTo(new MessageClaim.Settled(accepted(Reference.of("first"))));
    }

    private void assertSentByItsLane(OrganizationId organization, String when) {
        MessageClaim running = new MessageClaim.Running(Reference.of("first"));
        assertThat(claimDirectly(organization, "first", "second")).as(when).isEqualTo(running);
        clock.advance(Duration.ofHours(1));
        assertThat(claimDirectly(organization, "first", "second"))
                .as(when + ", whatever the time")
                .isEqualTo(running);
        assertThat(claimDirectly(organization, "other content", "second"))
                .as(when)
                .isEqualTo(new MessageClaim.Conflict(Reference.of("first")));
        assertThat(claimDirectly(organization, "other content", "first"))
                .as(when)
                .isEqualTo(new MessageClaim.Conflict(Reference.of("first")));
    }

    @Test
    void leavesTheKeyOfARejectedMessageToADirectOne() {
        OrganizationId organization = newOrganization();
        store().enqueue(organization, List.of(work("first", null, WITH_KEY)));
        settle(organization, rejected(claimed(organization).get(0)));

        assertThat(claimDirectly(organization, "first", "second")).isInstanceOf(MessageClaim.First.class);

        assertThat(store().retry(organization, Reference.of("first"))).isFalse();
    }

    @Test
    void isShownByTheLogOnceItIsClaimed() {
        OrganizationId organization = newOrganization();
        Reference reference = Reference.of("first");
        store().enqueue(organization, List.of(saying("first", "Your table \u2615")));
        assertThat(messages().find(organization, reference))
                .as("while it waits")
                .isEmpty();

        clock.advance(Duration.ofMinutes(1));
        Work first = claimed(organization).get(0);
        assertThat(messages().find(organization, reference)).hasValueSatisfying(kept -> {
            assertThat(kept.outcome()).isInstanceOfSatisfying(Unknown.class, unknown -> {
                assertThat(unknown.reference()).isEqualTo(reference);
                assertThat(unknown.instance()).isEqualTo(INSTANCE);
            });
            assertThat(kept.createdAt()).as("when it was enqueued").isEqualTo(NOON);
            assertThat(kept.settledAt()).isNull();
        });

        settle(organization, new Returned(first, 1));
        assertThat(messages().find(organization, reference))
                .as("when it waits again")
                .isEmpty();

        first = claimed(organization).get(0);
        settle(organization, accepted(first));
        assertThat(messages().find(organization, reference))
                .contains(
                        new LoggedMessage(accepted(reference), 2, NOON, NOON.plusSeconds(60), 0, "Your table \u2615"));
    }

    @Test
    void isLookedForByItsLaneAlone() {
        OrganizationId organization = newOrganization();
        enqueue(organization, "queued", "lost", "in-doubt", "accepted", "rejected");
        store().cancel(organization, Reference.of("queued"));
        List<Work> work = claimed(organization);
        enqueue(organization, "waiting");
        settle(organization, inDoubt(work.get(1)), accepted(work.get(2)), rejected(work.get(3)));

        for (int hour = 0; hour < 3; hour++) {
            assertThat(unsettled(organization)).isEmpty();
            clock.advance(Duration.ofHours(1));
        }
    }

    @Test
    void isLookedForByOthersOnceItIsAcceptedAfterItWasRepeated() {
        OrganizationId organization = newOrganization();
        enqueue(organization, "repeated");
        clock.advance(Duration.ofDays(2));
        Work repeated = claimed(organization).get(0);
        messages().repeat(organization, repeated.reference());
        assertThat(unsettled(organization)).isEmpty();
        settle(organization, inDoubt(repeated));
        assertThat(unsettled(organization)).as("while its lane looks for it").isEmpty();

        settle(organization, accepted(repeated));

        assertThat(unsettled(organization))
                .containsExactly(new UnsettledMessage(organization, repeated.reference(), INSTANCE, 1));
        assertThat(unsettled(organization)).as("during the pause").isEmpty();
        messages().duplicate(organization, repeated.reference(), 2);
        clock.advance(Duration.ofHours(1));
        assertThat(unsettled(organization)).as("once it is reported").isEmpty();
    }

    @Test
    void forgetsARecipientAndSendsHimNothingMore() {
        OrganizationId organization = newOrganization();
        OrganizationId other = newOrganization();
        enqueueIn(organization, NEWS, "rejected", "being-sent", "queued");
        store().enqueue(organization, List.of(to(BOB, "bobs"), to(ADAS_CHAT, "chat")));
        enqueue(other, "others");
        List<Work> work = claim(organization, 2).work();
        settle(organization, rejected(work.get(0)));

        assertThat(messages().forget(organization, ADA)).isEqualTo(4);

        assertThat(state(organization, "queued")).isEqualTo(State.CANCELLED);
        assertThat(state(organization, "chat")).isEqualTo(State.CANCELLED);
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 0, 1, 0, 0, 1));
        settle(organization, rejected(work.get(1)));
        assertThat(store().retry(organization, Reference.of("rejected"))).isFalse();
        assertThat(store().retry(organization, Reference.of("being-sent"))).isFalse();
        assertThat(store().retryRejected(organization, NEWS)).isZero();
        assertThat(names(claimed(organization))).containsExactly("bobs");
        assertThat(names(claimed(other))).containsExactly("others");
        assertThat(messages().forget(organization, ADA)).as("nothing is left").isZero();
    }

    @Test
    void outlastsAPurgeUntilItIsSettledForAsLong() {
        OrganizationId organization = newOrganization();
        enqueue(organization, "lost", "in-doubt", "accepted", "rejected");
        List<Work> work = claimed(organization);
        enqueue(organization, "queued", "cancelled");
        settle(organization, inDoubt(work.get(1)), rejected(work.get(3)));
        clock.advance(Duration.ofDays(10));
        settle(organization, accepted(work.get(2)));
        store().cancel(organization, Reference.of("cancelled"));

        messages().purge(Duration.ofDays(7));
        assertThat(states(organization, "lost", "in-doubt", "accepted", "queued", "cancelled"))
                .containsExactly(State.SENDING, State.SENDING, State.ACCEPTED, State.QUEUED, State.CANCELLED);
        assertThat(store().find(organization, Reference.of("rejected"))).isEmpty();
        assertThat(store().retry(organization, Reference.of("rejected"))).isFalse();

        clock.advance(Duration.ofDays(7));
        messages().purge(Duration.ofDays(7));
        assertThat(states(organization, "lost", "in-doubt", "queued"))
                .containsExactly(State.SENDING, State.SENDING, State.QUEUED);
        assertThat(store().find(organization, Reference.of("accepted"))).isEmpty();
        assertThat(store().find(organization, Reference.of("cancelled"))).isEmpty();
        messages().purge(Duration.ZERO);
        assertThat(names(claimed(organization))).containsExactlyInAnyOrder("lost", "in-doubt");
    }

    // who comes next

    @Test
    void claimsUrgentOnesFirstAndThenInTheirOrder() {
        OrganizationId organization = newOrganization();
        store().enqueue(
                        organization,
                        List.of(
                                urgent("bulk-1", Urgency.BULK),
                                urgent("normal-1", Urgency.NORMAL),
                                urgent("urgent-1", Urgency.URGENT),
                                urgent("bulk-2", Urgency.BULK),
                                urgent("urgent-2", Urgency.URGENT),
                                urgent("normal-2", Urgency.NORMAL)));

        assertThat(names(claimed(organization)))
                .containsExactly("urgent-1", "urgent-2", "normal-1", "normal-2", "bulk-1", "bulk-2");
    }

    @Test
    void givesOutWhatWasPutIn() {
        OrganizationId organization = newOrganization();
        store().enqueue(organization, List.of(urgent("first", Urgency.BULK)));

        Claimed claimed = claim(organization);

        assertThat(claimed.work())
                .containsExactly(
                        new Work(Reference.of("first"), 1, Urgency.BULK, Payload.of(message("first")), null, null));
        assertThat(claimed.work().get(0).payload().message()).isEqualTo(message("first"));
        assertThat(state(organization, "first")).isEqualTo(State.SENDING);
        assertThat(used(organization)).isEqualTo(1);
    }

    @Test
    void claimsNoMoreThanAskedFor() {
        OrganizationId organization = newOrganization();
        enqueue(organization, "one", "two", "three");

        Claimed claimed = claim(organization, 2);

        assertThat(names(claimed.work())).containsExactly("one", "two");
        assertThat(claimed.next()).isEqualTo(new More());
        assertThat(used(organization)).isEqualTo(2);
        acceptAll(organization, claimed.work());
        assertThat(names(claimed(organization))).containsExactly("three");
        assertThatIllegalArgumentException().isThrownBy(() -> store().claim(organization, INSTANCE, -1));
    }

    @Test
    void hasNothingToDoWithoutMessages() {
        OrganizationId organization = newOrganization();

        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Nothing()));
        enqueue(organization, "one");
        acceptAll(organization, claimed(organization));
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Nothing()));
    }

    @Test
    void holdsBackWhatMayNotBeSentYet() {
        OrganizationId organization = newOrganization();
        store().enqueue(
                        organization,
                        List.of(
                                notBefore("in-an-hour", NOON.plusSeconds(3_600)),
                                notBefore("past", NOON.minusSeconds(1))));

        assertThat(names(claimed(organization))).containsExactly("past");
        acceptAll(
                organization, List.of(new Work(Reference.of("past"), 1, Urgency.NORMAL, payload("past"), null, null)));
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Later(Duration.ofHours(1))));
        clock.advance(Duration.ofHours(1).minusMillis(1));
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Later(Duration.ofMillis(1))));
        store().enqueue(organization, List.of(notBefore("later", NOON.plusSeconds(7_200))));
        clock.advance(Duration.ofMillis(1));
        assertThat(names(claimed(organization))).containsExactly("in-an-hour");
    }

    @Test
    void settlesWhatHasExpiredOnTheWay() {
        OrganizationId organization = newOrganization();
        EnqueueOptions expiring =
                EnqueueOptions.builder().expiresAt(NOON.plusSeconds(60)).build();
        store().enqueue(organization, List.of(work("one", NEWS, expiring), work("two", NEWS, expiring)));
        assertThat(names(claim(organization, 1).work())).containsExactly("one");

        clock.advance(Duration.ofSeconds(60));
        assertThat(state(organization, "two")).isEqualTo(State.QUEUED);
        assertThat(claim(organization, 0).work()).isEmpty();

        OutboxItem expired = item(organization, "two");
        assertThat(expired.state()).isEqualTo(State.EXPIRED);
        assertThat(expired.reason()).isEqualTo(RejectionReason.EXPIRED);
        assertThat(expired.settledAt()).isEqualTo(NOON.plusSeconds(60));
        assertThat(expired.detail()).isNull();
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 0, 0, 0, 1, 0));
        assertThat(used(organization)).isEqualTo(1);
        assertThat(names(claimed(organization)))
                .as("what is being sent does not expire")
                .containsExactly("one");
        assertThat(store().retry(organization, Reference.of("two"))).isFalse();
        assertThat(store().cancel(organization, Reference.of("two"))).isFalse();
    }

    @Test
    void expiresWhatWaitsBehindOthersToo() {
        OrganizationId organization = newOrganization();
        enqueue(organization, "first");
        store().enqueue(
                        organization,
                        List.of(work(
                                "second",
                                null,
                                EnqueueOptions.builder()
                                        .expiresAt(NOON.plusSeconds(1))
                                        .build())));
        clock.advance(Duration.ofSeconds(1));

        assertThat(names(claim(organization, 1).work())).containsExactly("first");
        assertThat(state(organization, "second")).isEqualTo(State.EXPIRED);
    }

    @Test
    void skipsPausedBatches() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "news");
        enqueueIn(organization, OTHER_NEWS, "other-news");
        enqueue(organization, "alone");

        assertThat(store().decide(organization, NEWS, BatchState.PAUSED)).isTrue();
        acceptAll(organization, claimed(organization, "other-news", "alone"));
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Nothing()));
        enqueueIn(organization, NEWS, "more-news");
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Nothing()));
        assertThat(store().find(organization, NEWS))
                .contains(new BatchSnapshot(new BatchCounts(2, 0, 0, 0, 0, 0), BatchState.PAUSED));

        assertThat(store().decide(organization, NEWS, BatchState.OPEN)).isTrue();
        claimed(organization, "news", "more-news");
    }

    @Test
    void looksForWhatMayHaveBeenSentOfAPausedBatch() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "lost", "queued");
        claim(organization, 1);

        store().decide(organization, NEWS, BatchState.PAUSED);

        assertThat(names(claimed(organization))).containsExactly("lost");
    }

    @Test
    void sendsNothingMoreOfACancelledBatch() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "accepted", "returned", "in-doubt", "queued-1", "queued-2");
        List<Work> work = claim(organization, 3).work();

        assertThat(store().decide(organization, NEWS, BatchState.CANCELLED)).isTrue();

        assertThat(states(organization, "accepted", "returned", "in-doubt", "queued-1", "queued-2"))
                .containsExactly(State.SENDING, State.SENDING, State.SENDING, State.CANCELLED, State.CANCELLED);
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(3, 0, 0, 0, 0, 2));
        assertThat(item(organization, "queued-1")).satisfies(item -> {
            assertThat(item.reason()).isEqualTo(RejectionReason.CANCELLED);
            assertThat(item.settledAt()).isEqualTo(NOON);
        });
        settle(organization, accepted(work.get(0)), new Returned(work.get(1), 1), inDoubt(work.get(2)));
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 1, 0, 0, 0, 3));
        assertThat(used(organization)).isEqualTo(2);
        assertThat(store().enqueue(organization, List.of(work("late", NEWS, EnqueueOptions.defaults()))))
                .singleElement()
                .isInstanceOfSatisfying(Refused.class, refused -> {
                    assertThat(refused.reference()).isEqualTo(Reference.of("late"));
                    assertThat(refused.reason()).isEqualTo(RejectionReason.CANCELLED);
                });
        assertThat(store().find(organization, Reference.of("late"))).isEmpty();
        clock.advance(LOOK_AGAIN);
        assertThat(names(claimed(organization))).containsExactly("in-doubt");
    }

    @Test
    void holdsTheWholeOrganizationBack() {
        OrganizationId organization = newOrganization();
        enqueue(organization, "one");

        assertThat(store().decide(organization, Backlog.Flow.PAUSED)).isTrue();
        enqueue(organization, "two");
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Paused()));
        assertThat(store().backlog(organization)).isEqualTo(new Backlog(2, 0, Duration.ZERO, Backlog.Flow.PAUSED));

        assertThat(store().decide(organization, Backlog.Flow.OPEN)).isTrue();
        claimed(organization, "one", "two");
    }

    @Test
    void leavesWhatIsBeingSentAloneWhenTheOrganizationIsPaused() {
        OrganizationId organization = newOrganization();
        enqueue(organization, "accepted", "returned");
        List<Work> work = claimed(organization);

        store().decide(organization, Backlog.Flow.PAUSED);
        settle(organization, accepted(work.get(0)), new Returned(work.get(1), 1));

        assertThat(states(organization, "accepted", "returned")).containsExactly(State.ACCEPTED, State.QUEUED);
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Paused()));
    }

    @Test
    void claimsNothingBeforeAnUnsettledOneOfItsOrderingKey() {
        OrganizationId organization = newOrganization();
        store().enqueue(
                        organization,
                        List.of(
                                work("first", null, IN_ORDER),
                                work("second", null, IN_ORDER),
                                work(
                                        "third",
                                        null,
                                        EnqueueOptions.builder()
                                                .orderingKey(TICKET)
                                                .urgency(Urgency.URGENT)
                                                .build()),
                                work("of-another-key", null, inOrderOf("ticket-43")),
                                work("of-none")));

        Claimed claimed = claim(organization);
        assertThat(names(claimed.work())).containsExactly("first", "of-another-key", "of-none");
        assertThat(claimed.next()).as("what follows once these are settled").isEqualTo(new More());
        acceptAll(organization, claimed.work());
        acceptAll(organization, claimed(organization, "second"));
        acceptAll(organization, claimed(organization, "third"));
        assertThat(claim(organization).next()).isEqualTo(new Nothing());
    }

    @Test
    void keepsTheOrderWhileTheFirstMayNotBeSent() {
        OrganizationId organization = newOrganization();
        store().enqueue(
                        organization,
                        List.of(
                                work(
                                        "first",
                                        null,
                                        EnqueueOptions.builder()
                                                .orderingKey(TICKET)
                                                .notBefore(NOON.plusSeconds(60))
                                                .build()),
                                work("second", null, IN_ORDER)));

        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Later(Duration.ofMinutes(1))));
        clock.advance(Duration.ofMinutes(1));
        Work first = claimed(organization, "first").get(0);

        settle(organization, inDoubt(first));
        assertThat(claim(organization))
                .as("while it is in doubt")
                .isEqualTo(new Claimed(List.of(), new Later(LOOK_AGAIN)));
        clock.advance(LOOK_AGAIN);
        settle(organization, new Returned(claimed(organization, "first").get(0), 1));
        settle(organization, accepted(claimed(organization, "first").get(0)));
        claimed(organization, "second");
    }

    @Test
    void keepsTheOrderWhileTheBatchOfTheFirstIsPaused() {
        OrganizationId organization = newOrganization();
        store().enqueue(organization, List.of(work("first", NEWS, IN_ORDER)));
        store().enqueue(organization, List.of(work("second", null, IN_ORDER)));

        store().decide(organization, NEWS, BatchState.PAUSED);
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Nothing()));
        store().decide(organization, NEWS, BatchState.CANCELLED);
        claimed(organization, "second");
    }

    @Test
    void letsTheNextPassOnceTheFirstHasItsEnd() {
        OrganizationId organization = newOrganization();
        store().enqueue(
                        organization,
                        List.of(
                                work("rejected", null, IN_ORDER),
                                work("cancelled", null, IN_ORDER),
                                work(
                                        "expired",
                                        null,
                                        EnqueueOptions.builder()
                                                .orderingKey(TICKET)
                                                .expiresAt(NOON.plusSeconds(1))
                                                .build()),
                                work("last", null, IN_ORDER)));

        settle(organization, rejected(claimed(organization, "rejected").get(0)));
        store().cancel(organization, Reference.of("cancelled"));
        clock.advance(Duration.ofSeconds(1));
        Work last = claimed(organization, "last").get(0);
        assertThat(state(organization, "expired")).isEqualTo(State.EXPIRED);

        settle(organization, new Returned(last, 0));
        store().retry(organization, Reference.of("rejected"));
        claimed(organization, "rejected");
    }

    @Test
    void claimsAsManyAsThereArePlacesInTheDay() {
        OrganizationId organization = newOrganization(3);
        quotas().reserve(organization);
        enqueue(organization, "one", "two", "three");

        Claimed today = claim(organization);
        assertThat(names(today.work())).containsExactly("one", "two");
        assertThat(today.next()).isNotInstanceOf(Nothing.class);
        assertThat(used(organization)).isEqualTo(3);
        acceptAll(organization, today.work());
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new DayIsFull(UNTIL_MIDNIGHT)));
        assertThat(state(organization, "three")).isEqualTo(State.QUEUED);

        clock.advance(UNTIL_MIDNIGHT.minusMillis(1));
        assertThat(claim(organization).next()).isEqualTo(new DayIsFull(Duration.ofMillis(1)));
        clock.advance(Duration.ofMillis(1));
        claimed(organization, "three");
        assertThat(used(organization)).isEqualTo(1);
    }

    @Test
    void claimsNothingForALimitOfZero() {
        OrganizationId organization = newOrganization(0);
        enqueue(organization, "one");

        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new DayIsFull(UNTIL_MIDNIGHT)));
        assertThat(used(organization)).isZero();
    }

    @Test
    void givesOutAtOnceWhatNobodySettled() {
        OrganizationId organization = newOrganization(2);
        enqueue(organization, "one", "two", "three");
        claim(organization, 2);
        store().enqueue(organization, List.of(urgent("urgent", Urgency.URGENT)));

        List<Work> lost = store().claim(organization, OTHER_INSTANCE, ALL).work();

        assertThat(lost)
                .as("alone")
                .containsExactlyInAnyOrder(
                        new Work(Reference.of("one"), 2, Urgency.NORMAL, payload("one"), INSTANCE, null),
                        new Work(Reference.of("two"), 2, Urgency.NORMAL, payload("two"), INSTANCE, null));
        assertThat(used(organization)).as("each has its place").isEqualTo(2);
        assertThat(store().claim(organization, OTHER_INSTANCE, 1)).satisfies(claimed -> {
            assertThat(claimed.work()).hasSize(1);
            assertThat(claimed.work().get(0).claim()).isEqualTo(3);
            assertThat(claimed.next()).isEqualTo(new More());
        });
    }

    @Test
    void tellsThroughWhichInstanceALostMessageWentLast() {
        OrganizationId organization = newOrganization();
        enqueue(organization, "one");
        claimed(organization);

        messages().reroute(organization, Reference.of("one"), OTHER_INSTANCE);

        assertThat(claimed(organization).get(0).sentThrough()).isEqualTo(OTHER_INSTANCE);
    }

    @Test
    void givesOutWhatIsInDoubtWhenItsTimeHasCome() {
        OrganizationId organization = newOrganization();
        enqueue(organization, "one");
        Work one = claimed(organization).get(0);
        settle(
                organization,
                new InDoubt(one, new Unknown(one.reference(), OTHER_INSTANCE, "the reply was lost"), 1, LOOK_AGAIN));

        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Later(LOOK_AGAIN)));
        enqueue(organization, "two");
        clock.advance(LOOK_AGAIN.minusMillis(1));
        acceptAll(organization, claimed(organization, "two"));
        enqueue(organization, "three");
        clock.advance(Duration.ofMillis(1));

        Claimed again = claim(organization);
        assertThat(again.work())
                .as("alone")
                .containsExactly(new Work(one.reference(), 2, Urgency.NORMAL, payload("one"), OTHER_INSTANCE, null));
        assertThat(again.next()).isEqualTo(new More());
        assertThat(used(organization)).isEqualTo(2);
        assertThat(claimed(organization, "one").get(0).claim())
                .as("when nobody settled that either")
                .isEqualTo(3);
    }

    @Test
    void claimsNothingTwiceWhileOthersEnqueue() throws Exception {
        OrganizationId organization = newOrganization(10_000);
        Set<String> claimed = new HashSet<>();

        List<Set<String>> enqueued = atOnce(5, i -> () -> {
            if (i == 0) {
                for (int turn = 0; turn < 40; turn++) {
                    List<Work> work = claim(organization, 7).work();
                    assertThat(names(work)).allMatch(claimed::add);
                    acceptAll(organization, work);
                }
                return Set.of();
            }
            List<NewWork> own = IntStream.range(0, 40)
                    .mapToObj(n -> work("from-" + i + "-" + n))
                    .toList();
            own.forEach(one -> store().enqueue(organization, List.of(one)));
            return new HashSet<>(
                    own.stream().map(one -> one.reference().value()).toList());
        });

        claimed.addAll(names(claimed(organization)));
        assertThat(claimed)
                .hasSize(160)
                .isEqualTo(new HashSet<>(enqueued.stream().flatMap(Set::stream).toList()));
    }

    // what became of it

    @Test
    void writesDownWhatWasAccepted() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "one");
        Work one = claimed(organization).get(0);
        clock.advance(Duration.ofSeconds(1));

        settle(
                organization,
                new Settled(one, new Accepted(one.reference(), new QueueId("4711"), OTHER_INSTANCE, null, 12), 2));

        OutboxItem item = item(organization, "one");
        assertThat(item)
                .isEqualTo(new OutboxItem(
                        item.position(),
                        one.reference(),
                        State.ACCEPTED,
                        2,
                        NOON,
                        NOON.plusSeconds(1),
                        new QueueId("4711"),
                        DeliveryState.QUEUED,
                        null,
                        null));
        assertThat(messages().find(organization, one.reference()).map(LoggedMessage::outcome))
                .contains(new Accepted(one.reference(), new QueueId("4711"), OTHER_INSTANCE, null, null));
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(0, 1, 0, 0, 0, 0));
        assertThat(used(organization)).isEqualTo(1);
    }

    @Test
    void writesDownWhatWasRejectedAndGivesItsPlaceBack() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "one", "two");
        Work one = claim(organization, 1).work().get(0);
        quotas().reserve(organization);

        settle(organization, rejected(one), rejected(one));

        OutboxItem item = item(organization, "one");
        assertThat(item)
                .isEqualTo(new OutboxItem(
                        item.position(),
                        one.reference(),
                        State.REJECTED,
                        1,
                        NOON,
                        NOON,
                        null,
                        null,
                        RejectionReason.REFUSED_BY_PROVIDER,
                        "no such \"template\""));
        assertThat(messages().find(organization, one.reference()).map(LoggedMessage::outcome))
                .contains(rejected(one.reference()));
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 0, 1, 0, 0, 0));
        assertThat(used(organization)).as("given back once").isEqualTo(1);
    }

    @Test
    void writesDownWhatIsInDoubt() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "one");
        Work one = claimed(organization).get(0);
        clock.advance(Duration.ofSeconds(1));

        settle(organization, inDoubt(one));

        OutboxItem item = item(organization, "one");
        assertThat(item)
                .isEqualTo(new OutboxItem(
                        item.position(),
                        one.reference(),
                        State.SENDING,
                        1,
                        NOON,
                        NOON.plusSeconds(1),
                        null,
                        null,
                        null,
                        "the reply was lost"));
        assertThat(messages().find(organization, one.reference()).map(LoggedMessage::outcome))
                .contains(unknown(one.reference()));
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 0, 0, 0, 0, 0));
        assertThat(used(organization)).isEqualTo(1);
    }

    @Test
    void looksNoLongerForWhatIsGivenUp() {
        OrganizationId organization = newOrganization();
        store().open(organization, NEWS);
        store().enqueue(organization, List.of(work("one", NEWS, IN_ORDER)));
        store().enqueue(organization, List.of(work("next", null, IN_ORDER)));
        Work one = claimed(organization, "one").get(0);

        settle(organization, new Settled(one, unknown(one.reference()), 1));

        assertThat(item(organization, "one")).satisfies(item -> {
            assertThat(item.state()).isEqualTo(State.UNKNOWN);
            assertThat(item.detail()).isEqualTo("the reply was lost");
        });
        assertThat(messages().find(organization, one.reference()).map(LoggedMessage::outcome))
                .contains(unknown(one.reference()));
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(0, 0, 0, 1, 0, 0));
        assertThat(used(organization)).as("it may have been sent").isEqualTo(1);
        assertThat(store().backlog(organization).unsettled()).isZero();
        assertThat(store().retry(organization, one.reference())).isFalse();
        assertThat(names(claimed(organization))).as("holds up nobody").containsExactly("next");

        settle(organization, new Returned(one, 1), inDoubt(one), rejected(one));
        assertThat(state(organization, "one")).isEqualTo(State.UNKNOWN);
        settle(organization, accepted(one));
        assertThat(state(organization, "one")).as("what is found out after all").isEqualTo(State.ACCEPTED);
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(0, 1, 0, 0, 0, 0));
        clock.advance(Duration.ofDays(8));
        messages().purge(Duration.ofDays(7));
        assertThat(store().find(organization, one.reference())).isEmpty();
    }

    @Test
    void saysOfWhatIsInDoubtWhenItExpires() {
        OrganizationId organization = newOrganization();
        Instant end = NOON.plusSeconds(10);
        store().enqueue(
                        organization,
                        List.of(work(
                                "one",
                                null,
                                EnqueueOptions.builder().expiresAt(end).build())));
        Work one = claimed(organization).get(0);
        assertThat(one.expiresAt()).isEqualTo(end);

        settle(organization, inDoubt(one));
        clock.advance(LOOK_AGAIN.plusSeconds(10));

        assertThat(claimed(organization))
                .as("also once it has")
                .extracting(Work::expiresAt)
                .containsExactly(end);
    }

    @Test
    void putsWhatIsReturnedBackWhereItWas() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "one", "two");
        Work one = claim(organization, 1).work().get(0);
        OutboxItem before = item(organization, "one");

        settle(organization, new Returned(one, 2), new Returned(one, 2));

        assertThat(item(organization, "one"))
                .isEqualTo(new OutboxItem(
                        before.position(), one.reference(), State.QUEUED, 2, NOON, null, null, null, null, null));
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(2, 0, 0, 0, 0, 0));
        assertThat(used(organization)).isZero();
        assertThat(claimed(organization))
                .extracting(Work::reference, Work::claim, Work::sentThrough)
                .containsExactly(tuple(one.reference(), 2, null), tuple(Reference.of("two"), 1, null));
        assertThat(used(organization)).isEqualTo(2);
    }

    @Test
    void givesNoPlaceBackOfADayThatIsOver() {
        OrganizationId organization = newOrganization();
        enqueue(organization, "rejected", "returned", "in-doubt");
        List<Work> work = claimed(organization);
        settle(organization, inDoubt(work.get(2)));
        clock.advance(Duration.ofDays(1));
        quotas().reserve(organization);

        settle(organization, rejected(work.get(0)), new Returned(work.get(1), 1));
        assertThat(used(organization)).isEqualTo(1);
        settle(organization, rejected(claimed(organization, "in-doubt").get(0)));
        assertThat(used(organization)).isEqualTo(1);
        claimed(organization, "returned");
        assertThat(used(organization)).as("a place of today").isEqualTo(2);
    }

    @Test
    void ignoresWhatAnOlderClaimSaysUnlessItWasAccepted() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "one");
        Work older = claimed(organization).get(0);
        Work newer = claimed(organization).get(0);

        settle(organization, new Returned(older, 1), rejected(older), inDoubt(older));
        assertThat(state(organization, "one")).isEqualTo(State.SENDING);
        assertThat(used(organization)).isEqualTo(1);

        settle(organization, accepted(older));
        settle(organization, new Returned(newer, 1), rejected(newer), inDoubt(newer));
        assertThat(state(organization, "one")).isEqualTo(State.ACCEPTED);
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(0, 1, 0, 0, 0, 0));
        assertThat(used(organization)).isEqualTo(1);
    }

    @Test
    void doesNotSendAgainWhatAnOlderClaimSentAfterAll() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "one");
        Work older = claimed(organization).get(0);
        settle(organization, new Returned(claimed(organization).get(0), 1));

        settle(organization, accepted(older));

        assertThat(state(organization, "one")).isEqualTo(State.ACCEPTED);
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(0, 1, 0, 0, 0, 0));
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Nothing()));
    }

    @Test
    void keepsTheOutcomeThatIsThere() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "accepted", "rejected", "in-doubt");
        List<Work> work = claimed(organization);
        settle(organization, accepted(work.get(0)), rejected(work.get(1)), inDoubt(work.get(2)));

        settle(organization, rejected(work.get(0)), accepted(work.get(1)));
        settle(organization, new Returned(work.get(0), 1), new Returned(work.get(1), 1));
        settle(organization, inDoubt(work.get(0)), inDoubt(work.get(1)));
        assertThat(states(organization, "accepted", "rejected", "in-doubt"))
                .containsExactly(State.ACCEPTED, State.REJECTED, State.SENDING);
        assertThat(used(organization)).isEqualTo(2);

        clock.advance(LOOK_AGAIN);
        settle(organization, accepted(claimed(organization, "in-doubt").get(0)));
        assertThat(item(organization, "in-doubt")).satisfies(item -> {
            assertThat(item.state()).isEqualTo(State.ACCEPTED);
            assertThat(item.attempts()).isEqualTo(2);
            assertThat(item.detail()).isNull();
        });
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(0, 2, 1, 0, 0, 0));
    }

    @Test
    void settlesNothingThatWasNotEnqueued() {
        OrganizationId organization = newOrganization();
        sendDirectly(organization, "direct");
        Work unknown = new Work(Reference.of("none"), 1, Urgency.NORMAL, payload("none"), null, null);
        Work direct = new Work(Reference.of("direct"), 1, Urgency.NORMAL, payload("direct"), null, null);

        settle(organization, accepted(unknown), rejected(direct), new Returned(direct, 1));

        assertThat(store().find(organization, unknown.reference())).isEmpty();
        assertThat(store().find(organization, direct.reference())).isEmpty();
        assertThat(claimDirectly(organization, "first", "second"))
                .isEqualTo(new MessageClaim.Running(direct.reference()));
        assertThat(used(organization)).isEqualTo(1);
    }

    // batches and single messages

    @Test
    void opensABatchOnce() {
        OrganizationId organization = newOrganization();
        assertThat(store().find(organization, NEWS)).isEmpty();

        assertThat(store().open(organization, NEWS)).isTrue();
        assertThat(store().find(organization, NEWS)).contains(new BatchSnapshot(BatchCounts.NONE, BatchState.OPEN));
        enqueueIn(organization, NEWS, "one");
        store().decide(organization, NEWS, BatchState.PAUSED);

        assertThat(store().open(organization, NEWS)).isTrue();
        assertThat(store().find(organization, NEWS))
                .contains(new BatchSnapshot(new BatchCounts(1, 0, 0, 0, 0, 0), BatchState.PAUSED));
    }

    @Test
    void decidesAboutBatchesUntilTheyAreCancelled() {
        OrganizationId organization = newOrganization();
        store().open(organization, NEWS);

        for (BatchState state : List.of(BatchState.PAUSED, BatchState.PAUSED, BatchState.OPEN, BatchState.CANCELLED)) {
            assertThat(store().decide(organization, NEWS, state)).isTrue();
            assertThat(store().find(organization, NEWS)).contains(new BatchSnapshot(BatchCounts.NONE, state));
        }
        assertThat(store().decide(organization, NEWS, BatchState.OPEN)).isFalse();
        assertThat(store().decide(organization, NEWS, BatchState.PAUSED)).isFalse();
        assertThat(store().decide(organization, NEWS, BatchState.CANCELLED)).isTrue();
        assertThat(store().find(organization, NEWS))
                .contains(new BatchSnapshot(BatchCounts.NONE, BatchState.CANCELLED));
        assertThat(store().decide(organization, OTHER_NEWS, BatchState.PAUSED)).isFalse();
    }

    @Test
    void findsSeveralAtOnceInTheirOrder() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "one", "two");
        enqueue(organization, "three", "four");
        enqueue(newOrganization(), "five");
        settle(organization, rejected(claim(organization, 1).work().get(0)));

        List<OutboxItem> found = store().find(organization, references("four", "one", "three", "one", "five", "none"));

        assertThat(found)
                .containsExactly(item(organization, "one"), item(organization, "three"), item(organization, "four"));
        assertThat(store().find(organization, List.of())).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store().find(organization, Collections.nCopies(1_001, Reference.of("one"))));
    }

    @Test
    void listsTheMessagesOfABatchPageByPage() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "one", "two");
        enqueueIn(organization, OTHER_NEWS, "other");
        enqueue(organization, "alone");
        enqueueIn(organization, NEWS, "three");

        List<OutboxItem> first = store().items(organization, NEWS, 0, 2);
        assertThat(first).containsExactly(item(organization, "one"), item(organization, "two"));
        assertThat(store().items(organization, NEWS, first.get(1).position(), 2))
                .containsExactly(item(organization, "three"));
        assertThat(store().items(organization, NEWS, item(organization, "three").position(), 2))
                .isEmpty();
        assertThat(store().items(organization, BatchId.of("none"), 0, 2)).isEmpty();
    }

    @Test
    void listsWhatWasRejectedPageByPage() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "one", "two");
        enqueue(organization, "three", "four");
        List<Work> work = claimed(organization);
        settle(
                organization,
                rejected(work.get(3)),
                rejected(work.get(2)),
                rejected(work.get(0)),
                accepted(work.get(1)));

        List<OutboxItem> first = store().rejected(organization, 0, 2);
        assertThat(first).containsExactly(item(organization, "one"), item(organization, "three"));
        assertThat(store().rejected(organization, first.get(1).position(), 2))
                .containsExactly(item(organization, "four"));
    }

    @Test
    void putsTheRejectedMessagesOfABatchBackWhereTheyWere() {
        OrganizationId organization = newOrganization();
        store().enqueue(
                        organization,
                        List.of(
                                work("one", NEWS, EnqueueOptions.defaults()),
                                work("two", NEWS, WITH_KEY),
                                work("three", NEWS, EnqueueOptions.defaults())));
        enqueue(organization, "alone");
        List<Work> work = claimed(organization);
        long position = item(organization, "one").position();
        settle(
                organization,
                rejected(work.get(0)),
                rejected(work.get(1)),
                accepted(work.get(2)),
                rejected(work.get(3)));
        store().enqueue(organization, List.of(work("of-the-key", OTHER_NEWS, WITH_KEY)));

        assertThat(store().retryRejected(organization, NEWS)).isEqualTo(1);

        assertThat(item(organization, "one"))
                .isEqualTo(new OutboxItem(
                        position, Reference.of("one"), State.QUEUED, 1, NOON, null, null, null, null, null));
        assertThat(states(organization, "two", "three", "alone"))
                .containsExactly(State.REJECTED, State.ACCEPTED, State.REJECTED);
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 1, 1, 0, 0, 0));
        assertThat(messages().find(organization, Reference.of("one"))).isEmpty();
        assertThat(claimed(organization, "one", "of-the-key"))
                .first()
                .isEqualTo(new Work(Reference.of("one"), 2, Urgency.NORMAL, payload("one"), null, null));
        assertThat(store().retryRejected(organization, BatchId.of("none"))).isZero();
    }

    @Test
    void putsOneRejectedMessageBackUnderItsKey() {
        OrganizationId organization = newOrganization();
        store().enqueue(organization, List.of(work("first", null, WITH_KEY)));
        enqueue(organization, "accepted", "queued");
        List<Work> work = claim(organization, 2).work();
        settle(organization, rejected(work.get(0)), accepted(work.get(1)));

        assertThat(store().retry(organization, Reference.of("first"))).isTrue();

        assertKeyIsTaken(organization, "when it waits again");
        assertThat(store().retry(organization, Reference.of("first")))
                .as("it waits")
                .isFalse();
        assertThat(store().retry(organization, Reference.of("accepted"))).isFalse();
        assertThat(store().retry(organization, Reference.of("queued"))).isFalse();
        assertThat(store().retry(organization, Reference.of("none"))).isFalse();
        assertThat(names(claimed(organization))).containsExactly("first", "queued");
    }

    @Test
    void cancelsWhatWaits() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "accepted", "being-sent", "queued");
        sendDirectly(organization, "direct");
        List<Work> work = claim(organization, 2).work();
        settle(organization, accepted(work.get(0)));

        assertThat(store().cancel(organization, Reference.of("accepted"))).isFalse();
        assertThat(store().cancel(organization, Reference.of("being-sent"))).isFalse();
        assertThat(store().cancel(organization, Reference.of("direct"))).isFalse();
        assertThat(store().cancel(organization, Reference.of("none"))).isFalse();
        assertThat(store().cancel(organization, Reference.of("queued"))).isTrue();

        assertThat(item(organization, "queued")).satisfies(item -> {
            assertThat(item.state()).isEqualTo(State.CANCELLED);
            assertThat(item.reason()).isEqualTo(RejectionReason.CANCELLED);
            assertThat(item.settledAt()).isEqualTo(NOON);
        });
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 1, 0, 0, 0, 1));
        settle(organization, accepted(work.get(1)));
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Nothing()));
    }

    @Test
    void cancelsWhatMayNotBeSentYet() {
        OrganizationId organization = newOrganization();
        store().enqueue(organization, List.of(notBefore("scheduled", NOON.plusSeconds(60))));
        enqueueIn(organization, NEWS, "held");
        store().decide(organization, NEWS, BatchState.PAUSED);

        assertThat(store().cancel(organization, Reference.of("scheduled"))).isTrue();
        assertThat(store().cancel(organization, Reference.of("held"))).isTrue();

        store().decide(organization, NEWS, BatchState.OPEN);
        clock.advance(Duration.ofMinutes(1));
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Nothing()));
        assertThat(states(organization, "scheduled", "held")).containsExactly(State.CANCELLED, State.CANCELLED);
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(0, 0, 0, 0, 0, 1));
    }

    @Test
    void freesTheKeyOfWhatIsCancelled() {
        OrganizationId organization = newOrganization();
        store().enqueue(organization, List.of(work("first", null, WITH_KEY)));

        assertThat(store().cancel(organization, Reference.of("first"))).isTrue();
        assertThat(store().cancel(organization, Reference.of("first")))
                .as("it has its outcome")
                .isFalse();

        assertThat(store().enqueue(organization, List.of(work("second", null, WITH_KEY))))
                .containsExactly(new Queued(Reference.of("second")));
        assertThat(names(claimed(organization))).containsExactly("second");
    }

    @Test
    void countsWhatWasCancelledAlsoOnceItIsPurged() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "cancelled", "sent");
        store().cancel(organization, Reference.of("cancelled"));

        clock.advance(Duration.ofDays(8));
        messages().purge(Duration.ofDays(7));
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 0, 0, 0, 0, 1));

        acceptAll(organization, claimed(organization, "sent"));
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Nothing()));
        messages().purge(Duration.ofDays(7));
        assertThat(store().find(organization, Reference.of("cancelled"))).isEmpty();
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(0, 1, 0, 0, 0, 1));
    }

    @Test
    void cancelsAMessageOnceOrSendsItHoweverManyAreAtIt() throws Exception {
        OrganizationId organization = newOrganization(10_000);
        String[] all = IntStream.range(0, 150).mapToObj(i -> "m-" + i).toArray(String[]::new);
        enqueueIn(organization, NEWS, all);

        List<List<String>> taken = atOnce(4, i -> () -> {
            List<String> own = new ArrayList<>();
            for (int n = all.length - 1; n >= 0; n--) {
                if (i == 0) {
                    List<Work> work = claim(organization, 2).work();
                    acceptAll(organization, work);
                    own.addAll(names(work));
                } else if (store().cancel(organization, Reference.of(all[n]))) {
                    own.add(all[n]);
                }
            }
            return own;
        });

        assertThat(taken.stream().flatMap(List::stream)).containsExactlyInAnyOrder(all);
        assertThat(claim(organization)).isEqualTo(new Claimed(List.of(), new Nothing()));
        int sent = taken.get(0).size();
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(0, sent, 0, 0, 0, all.length - sent));
    }

    @Test
    void rejectsAllThatWaitsAndNothingElse() {
        OrganizationId organization = newOrganization();
        OrganizationId other = newOrganization();
        enqueue(other, "of-another");
        enqueueIn(organization, NEWS, "accepted", "being-sent", "queued");
        List<Work> work = claim(organization, 2).work();
        settle(organization, accepted(work.get(0)));
        enqueueIn(organization, OTHER_NEWS, "paused");
        store().decide(organization, OTHER_NEWS, BatchState.PAUSED);
        store().enqueue(
                        organization,
                        List.of(
                                work("with-a-key", null, WITH_KEY),
                                work(
                                        "later",
                                        null,
                                        EnqueueOptions.builder()
                                                .notBefore(NOON.plusSeconds(60))
                                                .build())));

        store().rejectQueued(organization, RejectionReason.NOT_CONFIGURED, "nothing to send with");

        for (String name : List.of("queued", "paused", "with-a-key", "later")) {
            assertThat(item(organization, name)).as(name).satisfies(item -> {
                assertThat(item.state()).isEqualTo(State.REJECTED);
                assertThat(item.reason()).isEqualTo(RejectionReason.NOT_CONFIGURED);
                assertThat(item.detail()).isEqualTo("nothing to send with");
                assertThat(item.settledAt()).isEqualTo(NOON);
            });
        }
        assertThat(states(organization, "accepted", "being-sent")).containsExactly(State.ACCEPTED, State.SENDING);
        assertThat(state(other, "of-another")).isEqualTo(State.QUEUED);
        assertThat(counts(organization, NEWS))
                .as("what is being sent counts as queued")
                .isEqualTo(new BatchCounts(1, 1, 1, 0, 0, 0));
        assertThat(counts(organization, OTHER_NEWS)).isEqualTo(new BatchCounts(0, 0, 1, 0, 0, 0));
        assertThat(store().rejected(organization, 0, ALL)).hasSize(4);
        settle(organization, accepted(work.get(1)));
        assertThat(used(organization)).isEqualTo(2);
    }

    @Test
    void putsBackWhatWasRejectedWhileItWaited() {
        OrganizationId organization = newOrganization();
        store().enqueue(organization, List.of(work("with-a-key", null, WITH_KEY)));
        store().rejectQueued(organization, RejectionReason.NOT_CONFIGURED, "nothing to send with");
        store().rejectQueued(organization, RejectionReason.INACTIVE, "already rejected");

        assertThat(item(organization, "with-a-key").reason()).isEqualTo(RejectionReason.NOT_CONFIGURED);
        assertThat(store().retry(organization, Reference.of("with-a-key"))).isTrue();

        claimed(organization, "with-a-key");
    }

    @Test
    void rejectsThousandsAndNothingOfAnOrganizationThatDoesNotExist() {
        OrganizationId organization = newOrganization();
        for (int i = 0; i < 3; i++) {
            int chunk = i;
            store().enqueue(
                            organization,
                            IntStream.range(0, 1_000)
                                    .mapToObj(one -> work("number-" + chunk + "-" + one))
                                    .toList());
        }

        store().rejectQueued(organization, RejectionReason.NOT_CONFIGURED, "nothing to send with");
        store().rejectQueued(missingOrganization(), RejectionReason.NOT_CONFIGURED, "nothing to send with");

        assertThat(store().backlog(organization).waiting()).isZero();
        assertThat(claimed(organization)).isEmpty();
    }

    @Test
    void tellsWhatWaits() {
        OrganizationId organization = newOrganization();
        assertThat(store().backlog(organization)).isEqualTo(new Backlog(0, 0, null, Backlog.Flow.OPEN));
        enqueue(organization, "lost", "in-doubt", "accepted");
        List<Work> work = claimed(organization);
        settle(organization, inDoubt(work.get(1)), accepted(work.get(2)));
        clock.advance(Duration.ofSeconds(1));
        enqueueIn(organization, NEWS, "of-a-paused-batch");
        store().decide(organization, NEWS, BatchState.PAUSED);
        clock.advance(Duration.ofSeconds(1));
        store().enqueue(organization, List.of(notBefore("tomorrow", NOON.plus(Duration.ofDays(1)))));
        clock.advance(Duration.ofSeconds(1));

        assertThat(store().backlog(organization))
                .isEqualTo(new Backlog(2, 2, Duration.ofSeconds(2), Backlog.Flow.OPEN));
    }

    @Test
    void deletesOldBatchesOfWhichTheLogHasNothingLeft() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "one");
        enqueueIn(organization, OTHER_NEWS, "other");
        acceptAll(organization, claim(organization, 1).work());
        store().open(organization, BatchId.of("empty"));
        clock.advance(Duration.ofDays(7));
        store().open(organization, BatchId.of("new"));

        store().purgeBatches(Duration.ofDays(7));
        assertThat(batches(organization, "news", "other-news", "empty", "new"))
                .containsExactly("news", "other-news", "new");
        messages().purge(Duration.ofDays(7));
        store().purgeBatches(Duration.ofDays(7));

        assertThat(batches(organization, "news", "other-news", "empty", "new")).containsExactly("other-news", "new");
        assertThat(store().decide(organization, NEWS, BatchState.PAUSED)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> store().purgeBatches(Duration.ofSeconds(-1)));
    }

    private List<String> batches(OrganizationId organization, String... names) {
        return Stream.of(names)
                .filter(name -> store().find(organization, BatchId.of(name)).isPresent())
                .toList();
    }

    // whose it is

    @Test
    void keepsOrganizationsApart() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        store().enqueue(one, List.of(work("rejected", NEWS, WITH_KEY)));
        settle(one, rejected(claimed(one).get(0)));
        enqueueIn(one, NEWS, "being-sent", "queued");
        Work beingSent = claim(one, 1).work().get(0);
        List<OutboxItem> before = store().items(one, NEWS, 0, ALL);

        assertThat(store().find(other, NEWS)).isEmpty();
        assertThat(store().find(other, Reference.of("queued"))).isEmpty();
        assertThat(store().items(other, NEWS, 0, ALL)).isEmpty();
        assertThat(store().rejected(other, 0, ALL)).isEmpty();
        assertThat(store().backlog(other)).isEqualTo(new Backlog(0, 0, null, Backlog.Flow.OPEN));
        assertThat(store().cancel(other, Reference.of("queued"))).isFalse();
        assertThat(store().retry(other, Reference.of("rejected"))).isFalse();
        assertThat(store().retryRejected(other, NEWS)).isZero();
        assertThat(store().decide(other, NEWS, BatchState.CANCELLED)).isFalse();
        store().decide(other, Backlog.Flow.PAUSED);
        settle(other, accepted(beingSent), rejected(beingSent), new Returned(beingSent, 1));
        assertThat(messages().forget(other, ADA)).isZero();
        store().decide(other, Backlog.Flow.OPEN);
        assertThat(claim(other)).isEqualTo(new Claimed(List.of(), new Nothing()));

        assertThat(store().items(one, NEWS, 0, ALL)).isEqualTo(before);
        assertThat(store().enqueue(other, List.of(work("rejected", NEWS, WITH_KEY))))
                .as("the same names are free")
                .containsExactly(new Queued(Reference.of("rejected")));
        assertThat(counts(one, NEWS)).isEqualTo(new BatchCounts(2, 0, 1, 0, 0, 0));
        assertThat(counts(other, NEWS)).isEqualTo(new BatchCounts(1, 0, 0, 0, 0, 0));
        assertThat(used(other)).isZero();
    }

    @Test
    void knowsNoOrganizationThatDoesNotExist() {
        for (OrganizationId nobody : List.of(missingOrganization(), OrganizationId.of("' or 1=1 --"))) {
            assertThat(store().enqueue(nobody, List.of(work("one"), work("two"))))
                    .extracting(result -> ((Refused) result).reason())
                    .containsExactly(RejectionReason.NOT_CONFIGURED, RejectionReason.NOT_CONFIGURED);
            assertThat(store().enqueue(nobody, List.of(work("one"))).get(0).reference())
                    .isEqualTo(Reference.of("one"));
            assertThat(store().open(nobody, NEWS)).isFalse();
            assertNothingIsShown(nobody);
        }
    }

    @Test
    void showsNothingOfAnOrganizationThatIsRemoved() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "rejected", "one", "queued");
        List<Work> work = claim(organization, 2).work();
        settle(organization, rejected(work.get(0)));

        remove(organization);

        settle(organization, accepted(work.get(1)));
        assertThat(store().enqueue(organization, List.of(work("two"))))
                .singleElement()
                .isInstanceOf(Refused.class);
        assertNothingIsShown(organization);
    }

    private void assertNothingIsShown(OrganizationId nobody) {
        Work work = new Work(Reference.of("one"), 1, Urgency.NORMAL, payload("one"), null, null);
        settle(nobody, accepted(work), rejected(work), new Returned(work, 1), inDoubt(work));
        assertThat(claim(nobody)).isEqualTo(new Claimed(List.of(), new Nothing()));
        assertThat(store().find(nobody, NEWS)).isEmpty();
        assertThat(store().decide(nobody, NEWS, BatchState.PAUSED)).isFalse();
        assertThat(store().decide(nobody, Backlog.Flow.PAUSED)).isFalse();
        assertThat(store().decide(nobody, Backlog.Flow.OPEN)).isFalse();
        assertThat(store().retryRejected(nobody, NEWS)).isZero();
        assertThat(store().retry(nobody, Reference.of("rejected"))).isFalse();
        assertThat(store().cancel(nobody, Reference.of("queued"))).isFalse();
        assertThat(store().find(nobody, Reference.of("one"))).isEmpty();
        assertThat(store().find(nobody, references("one", "queued"))).isEmpty();
        assertThat(store().items(nobody, NEWS, 0, ALL)).isEmpty();
        assertThat(store().rejected(nobody, 0, ALL)).isEmpty();
        assertThat(store().backlog(nobody)).isEqualTo(new Backlog(0, 0, null, Backlog.Flow.OPEN));
    }

    @Test
    void losesNothingAndCountsEverythingWhateverHappens() {
        for (long seed = 1; seed <= 2; seed++) {
            OutboxHistory history = new OutboxHistory(store(), quotas(), clock, newOrganization(40), seed);
            history.goOn(1_500);
            history.comeToAnEnd();
        }
    }

    // fixtures

    private static NewWork work(String name) {
        return work(name, null, EnqueueOptions.defaults());
    }

    private static NewWork work(String name, @Nullable BatchId batch, EnqueueOptions options) {
        return new NewWork(Reference.of(name), batch, ContentHash.of(message(name)), ADA, payload(name), null, options);
    }

    /** With the content of another message. */
    private static NewWork sameAs(String content, String name, EnqueueOptions options) {
        return new NewWork(
                Reference.of(name), null, ContentHash.of(message(content)), ADA, payload(content), null, options);
    }

    private static NewWork saying(String name, String text) {
        return new NewWork(
                Reference.of(name),
                null,
                ContentHash.of(message(name)),
                ADA,
                payload(name),
                text,
                EnqueueOptions.defaults());
    }

    private static NewWork to(Recipient recipient, String name) {
        OutboundMessage message = TextMessage.of(recipient, name);
        return new NewWork(
                Reference.of(name),
                null,
                ContentHash.of(message),
                recipient,
                Payload.of(message),
                null,
                EnqueueOptions.defaults());
    }

    private static NewWork urgent(String name, Urgency urgency) {
        return work(name, null, EnqueueOptions.builder().urgency(urgency).build());
    }

    private static NewWork notBefore(String name, Instant moment) {
        return work(name, null, EnqueueOptions.builder().notBefore(moment).build());
    }

    private static EnqueueOptions inOrderOf(String key) {
        return EnqueueOptions.builder().orderingKey(OrderingKey.of(key)).build();
    }

    private static OutboundMessage message(String name) {
        return TextMessage.of(ADA, "Your table " + name + " is ready \u2615");
    }

    // how far they have come

    @Test
    void countsWhatIsDeliveredAndReadAndWhatUltraMsgGaveUp() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "read", "delivered", "sent", "failed", "resent", "refused", "waiting");
        List<Work> work = claim(organization, 6).work();
        acceptAll(organization, work.subList(0, 5));
        settle(organization, rejected(work.get(5)));

        report(organization, DeliveryState.DELIVERED, "read", "delivered", "refused", "waiting");
        report(organization, DeliveryState.READ, "read");
        report(organization, DeliveryState.PLAYED, "read");
        report(organization, DeliveryState.ON_SERVER, "sent", "delivered");
        report(organization, DeliveryState.INVALID, "failed");
        report(organization, DeliveryState.UNSENT, "resent");

        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 5, 1, 0, 0, 0, 2, 1, 2));
        report(organization, DeliveryState.SENT, "resent");
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 5, 1, 0, 0, 0, 2, 1, 1));
        assertThat(item(organization, "read").delivery()).isEqualTo(DeliveryState.PLAYED);
        assertThat(item(organization, "failed").delivery()).isEqualTo(DeliveryState.INVALID);
        assertThat(item(organization, "waiting").delivery()).isNull();
    }

    @Test
    void takesANumberForProofThatAQueuedMessageWasTaken() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "running", "doubtful", "waiting");
        List<Work> work = claim(organization, 2).work();
        settle(organization, inDoubt(work.get(1)));

        List<DeliveryChange> changes = messages()
                .report(
                        organization,
                        List.of(
                                proof("doubtful", DeliveryState.DELIVERED),
                                proof("waiting", DeliveryState.DELIVERED),
                                proof("running", DeliveryState.QUEUED)));

        assertThat(changes)
                .containsExactly(
                        new DeliveryChange(Reference.of("doubtful"), DeliveryState.QUEUED, DeliveryState.DELIVERED));
        assertThat(states(organization, "running", "doubtful", "waiting"))
                .containsExactly(State.ACCEPTED, State.ACCEPTED, State.QUEUED);
        assertThat(item(organization, "doubtful").queueId()).isEqualTo(new QueueId("77"));
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 2, 0, 0, 0, 0, 1, 0, 0));

        settle(organization, new WorkOutcome.Returned(work.get(0), 1), rejected(work.get(1)));
        clock.advance(LOOK_AGAIN);
        assertThat(claimed(organization, "waiting")).as("never again").hasSize(1);
        assertThat(used(organization)).isEqualTo(3);
    }

    @Test
    void countsWhatWasReportedBeforeItsOutcomeOnceItIsAccepted() {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "one", "two");
        List<Work> work = claimed(organization);
        report(organization, DeliveryState.READ, "one");
        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(2, 0, 0, 0, 0, 0));

        acceptAll(organization, work.subList(0, 1));

        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(1, 1, 0, 0, 0, 0, 1, 1, 0));
        assertThat(item(organization, "one").delivery()).isEqualTo(DeliveryState.READ);
        report(organization, DeliveryState.DELIVERED, "two");
        messages().report(organization, List.of(proof("two", DeliveryState.READ)));
        assertThat(counts(organization, NEWS))
                .as("by another report")
                .isEqualTo(new BatchCounts(0, 2, 0, 0, 0, 0, 2, 2, 0));
    }

    @Test
    void countsEachMessageOnceWhoeverTellsAtTheSameMoment() throws Exception {
        OrganizationId organization = newOrganization();
        enqueueIn(organization, NEWS, "a", "b", "c");
        enqueueIn(organization, OTHER_NEWS, "d", "e", "f");
        List<Work> work = claimed(organization);

        atOnce(4, i -> () -> {
            switch (i) {
                case 0 -> acceptAll(organization, work);
                case 1 -> report(organization, DeliveryState.READ, "a", "b", "c", "d", "e", "f");
                default -> report(organization, DeliveryState.DELIVERED, "f", "e", "d", "c", "b", "a");
            }
            return i;
        });

        assertThat(counts(organization, NEWS)).isEqualTo(new BatchCounts(0, 3, 0, 0, 0, 0, 3, 3, 0));
        assertThat(counts(organization, OTHER_NEWS)).isEqualTo(new BatchCounts(0, 3, 0, 0, 0, 0, 3, 3, 0));
    }

    private void report(OrganizationId organization, DeliveryState state, String... names) {
        messages()
                .report(
                        organization,
                        Arrays.stream(names)
                                .map(name -> new DeliveryReport(Reference.of(name), null, INSTANCE, state, NOON))
                                .toList());
    }

    private static DeliveryReport proof(String name, DeliveryState state) {
        return new DeliveryReport(Reference.of(name), new QueueId("77"), INSTANCE, state, NOON);
    }

    private static Payload payload(String name) {
        return Payload.of(message(name));
    }

    private void enqueue(OrganizationId organization, String... names) {
        enqueueAll(organization, null, names);
    }

    private void enqueueIn(OrganizationId organization, BatchId batch, String... names) {
        store().open(organization, batch);
        enqueueAll(organization, batch, names);
    }

    private void enqueueAll(OrganizationId organization, @Nullable BatchId batch, String... names) {
        List<NewWork> work = Arrays.stream(names)
                .map(name -> work(name, batch, EnqueueOptions.defaults()))
                .toList();
        assertThat(store().enqueue(organization, work)).allMatch(Queued.class::isInstance);
    }

    private void sendDirectly(OrganizationId organization, String name) {
        assertThat(claimDirectly(organization, "first", name)).isInstanceOf(MessageClaim.First.class);
    }

    private MessageClaim claimDirectly(OrganizationId organization, String content, String name) {
        return messages()
                .claim(
                        organization,
                        new NewEntry(KEY, ContentHash.of(message(content)), ADA, Reference.of(name), INSTANCE, null),
                        LEASE);
    }

    private Claimed claim(OrganizationId organization) {
        return claim(organization, ALL);
    }

    private Claimed claim(OrganizationId organization, int most) {
        return store().claim(organization, INSTANCE, most);
    }

    private List<Work> claimed(OrganizationId organization) {
        return claim(organization).work();
    }

    /** All there is, which must be these. */
    private List<Work> claimed(OrganizationId organization, String... names) {
        List<Work> work = claimed(organization);
        assertThat(names(work)).containsExactly(names);
        return work;
    }

    private void settle(OrganizationId organization, WorkOutcome... outcomes) {
        store().settle(organization, List.of(outcomes));
    }

    private void acceptAll(OrganizationId organization, List<Work> work) {
        settle(organization, work.stream().map(OutboxStoreContract::accepted).toArray(WorkOutcome[]::new));
    }

    private static WorkOutcome accepted(Work work) {
        return new Settled(work, accepted(work.reference()), 1);
    }

    private static WorkOutcome rejected(Work work) {
        return new Settled(work, rejected(work.reference()), 1);
    }

    private static WorkOutcome inDoubt(Work work) {
        return new InDoubt(work, unknown(work.reference()), 1, LOOK_AGAIN);
    }

    private static SendResult accepted(Reference reference) {
        return new Accepted(reference, new QueueId("4711"), INSTANCE, null, null);
    }

    private static SendResult rejected(Reference reference) {
        return new Rejected(reference, RejectionReason.REFUSED_BY_PROVIDER, "no such \"template\"", null);
    }

    private static Unknown unknown(Reference reference) {
        return new Unknown(reference, INSTANCE, "the reply was lost");
    }

    private static List<String> names(List<Work> work) {
        return work.stream().map(one -> one.reference().value()).toList();
    }

    private static void assertConflict(EnqueueResult result, String reference) {
        assertThat(result).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reference()).isEqualTo(Reference.of(reference));
            assertThat(refused.reason()).isEqualTo(RejectionReason.IDEMPOTENCY_CONFLICT);
        });
    }

    private static List<Reference> references(String... names) {
        return Arrays.stream(names).map(Reference::of).toList();
    }

    private OutboxItem item(OrganizationId organization, String name) {
        return store().find(organization, Reference.of(name)).orElseThrow();
    }

    private State state(OrganizationId organization, String name) {
        return item(organization, name).state();
    }

    private List<State> states(OrganizationId organization, String... names) {
        return Arrays.stream(names).map(name -> state(organization, name)).toList();
    }

    private BatchCounts counts(OrganizationId organization, BatchId batch) {
        return store().find(organization, batch).orElseThrow().counts();
    }

    private int used(OrganizationId organization) {
        return quotas().usage(organization).orElseThrow().used();
    }

    /** Of all organizations' messages that somebody should look for, this one's. */
    private List<UnsettledMessage> unsettled(OrganizationId organization) {
        return messages().takeUnsettled(ALL, PAUSE).stream()
                .filter(message -> message.organization().equals(organization))
                .toList();
    }

    private static <R> List<R> atOnce(int callers, IntFunction<Callable<R>> call) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        CyclicBarrier start = new CyclicBarrier(callers);
        try {
            List<Future<R>> futures = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                Callable<R> own = call.apply(i);
                futures.add(pool.submit(() -> {
                    start.await();
                    return own.call();
                }));
            }
            List<R> results = new ArrayList<>();
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdown();
        }
    }
}
