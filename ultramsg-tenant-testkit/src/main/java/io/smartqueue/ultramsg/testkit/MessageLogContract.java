package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.DeliveryChange;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.MessageClaim;
import io.smartqueue.ultramsg.message.MessageClaim.Conflict;
import io.smartqueue.ultramsg.message.MessageClaim.First;
import io.smartqueue.ultramsg.message.MessageClaim.NoOrganization;
import io.smartqueue.ultramsg.message.MessageClaim.NoPlace;
import io.smartqueue.ultramsg.message.MessageClaim.Running;
import io.smartqueue.ultramsg.message.MessageClaim.Settled;
import io.smartqueue.ultramsg.message.MessageClaim.TakenOver;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.MessageLog.UnsettledMessage;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.quota.QuotaDecision;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.quota.Reservation;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every {@link MessageLog} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method needs organizations of its own; {@link #newOrganization(int)} makes them. Some tests delete the entries of all
 * organizations.
 */
public abstract class MessageLogContract {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofMinutes(2);
    private static final IdempotencyKey KEY = IdempotencyKey.of("order-42/ready");
    private static final ContentHash CONTENT = new ContentHash("0a".repeat(32));
    private static final ContentHash OTHER_CONTENT = new ContentHash("0b".repeat(32));
    private static final Recipient ADA = Recipient.parse("+15550001111");
    private static final Recipient ADAS_CHAT = Recipient.parse("15550001111@c.us");
    private static final Recipient BOB = Recipient.parse("+15550002222");
    private static final InstanceId INSTANCE = InstanceId.parse("instance1150");
    private static final InstanceId OTHER_INSTANCE = InstanceId.parse("instance2260");
    private static final Reference ONE = Reference.of("one");
    private static final Reference TWO = Reference.of("two");

    private final SettableClock clock = SettableClock.at(NOON);

    /** For the subclasses. */
    protected MessageLogContract() {}

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
    protected abstract MessageLog store();

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
        return newOrganization(1000);
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

    @Test
    void tellsTheFirstToSend() {
        assertThat(claim(newOrganization(), ONE)).satisfies(first(ONE));
    }

    @Test
    void tellsOthersToWaitWhileTheFirstIsSending() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        assertThat(claim(organization, TWO)).isEqualTo(new Running(ONE));
        clock.advance(LEASE.minusMillis(1));
        assertThat(claim(organization, TWO)).isEqualTo(new Running(ONE));
    }

    @Test
    void refusesAKeyThatStandsForAnotherContentOrRecipient() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        assertThat(store().claim(organization, message(KEY, OTHER_CONTENT, ADA, TWO), LEASE))
                .as("while it is running")
                .isEqualTo(new Conflict(ONE));
        clock.advance(LEASE);
        assertThat(store().claim(organization, message(KEY, OTHER_CONTENT, BOB, TWO), LEASE))
                .as("when the lease is over")
                .isEqualTo(new Conflict(ONE));
        store().settle(organization, accepted(ONE), 1);
        assertThat(store().claim(organization, message(KEY, OTHER_CONTENT, BOB, TWO), LEASE))
                .as("when it is settled")
                .isEqualTo(new Conflict(ONE));
        assertThat(claim(organization, TWO)).as("the same content").isInstanceOf(Settled.class);
    }

    @Test
    void refusesAReferenceThatStandsForAnotherKey() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        IdempotencyKey other = IdempotencyKey.of("order-43/ready");
        assertThat(store().claim(organization, message(other, CONTENT, ADA, ONE), LEASE))
                .isEqualTo(new Conflict(ONE));

        assertThat(store().claim(organization, message(other, CONTENT, ADA, TWO), LEASE))
                .as("nothing is left of the try")
                .satisfies(first(TWO));
    }

    @Test
    void givesBackWhatWasAccepted() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        store().settle(organization, new Accepted(ONE, new QueueId("4711"), OTHER_INSTANCE, null, 12), 1);

        Accepted known = new Accepted(ONE, new QueueId("4711"), OTHER_INSTANCE, null, null);
        assertThat(claim(organization, TWO)).isEqualTo(new Settled(known));
        clock.advance(LEASE.multipliedBy(2));
        assertThat(claim(organization, TWO)).isEqualTo(new Settled(known));
        assertThat(outcome(organization, ONE)).contains(known);
    }

    @Test
    void givesBackWhatWasAcceptedWithoutAQueueId() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        store().settle(organization, new Accepted(ONE, new QueueId(""), INSTANCE, null, null), 1);

        assertThat(claim(organization, TWO))
                .isEqualTo(new Settled(new Accepted(ONE, new QueueId(""), INSTANCE, null, null)));
    }

    @Test
    void givesBackWhatIsUnknown() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        store().settle(organization, unknown(ONE), 1);

        assertThat(claim(organization, TWO)).isEqualTo(new Settled(unknown(ONE)));
        clock.advance(LEASE.multipliedBy(2));
        assertThat(claim(organization, TWO)).as("whatever the lease").isEqualTo(new Settled(unknown(ONE)));
        assertThat(outcome(organization, ONE)).contains(unknown(ONE));
    }

    @Test
    void freesTheKeyOfAMessageThatWasNotSent() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        store().settle(organization, rejected(ONE), 1);

        assertThat(outcome(organization, ONE)).contains(rejected(ONE));
        assertThat(claim(organization, TWO)).satisfies(first(TWO));
        store().settle(organization, rejected(TWO), 1);
        assertThat(claim(organization, ONE)).as("under the old reference").satisfies(first(ONE));
        assertThat(outcome(organization, ONE)).containsInstanceOf(Unknown.class);
        assertThat(outcome(organization, TWO)).contains(rejected(TWO));
    }

    @Test
    void handsAKeyOverWhenItsLeaseIsOver() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        clock.advance(LEASE);

        NewEntry again = new NewEntry(KEY, CONTENT, ADA, TWO, OTHER_INSTANCE, null);
        assertThat(store().claim(organization, again, Duration.ofMinutes(9))).isEqualTo(new TakenOver(ONE, INSTANCE));

        clock.advance(Duration.ofMinutes(9).minusMillis(1));
        assertThat(claim(organization, TWO)).as("during the new lease").isEqualTo(new Running(ONE));
        clock.advance(Duration.ofMillis(1));
        assertThat(claim(organization, TWO)).isEqualTo(new TakenOver(ONE, INSTANCE));
    }

    @Test
    void settlesForWhomeverHasTheLease() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        clock.advance(LEASE);
        claim(organization, TWO);

        store().settle(organization, rejected(ONE), 1);
        assertThat(claim(organization, TWO)).satisfies(first(TWO));

        store().settle(organization, unknown(ONE), 1);
        store().settle(organization, rejected(ONE), 1);
        assertThat(claim(organization, Reference.of("three")))
                .as("what the first owner says late is of another message")
                .isEqualTo(new Running(TWO));
    }

    @Test
    void handsAKeyOverOnceToManyAtOnce() throws Exception {
        for (int round = 0; round < 5; round++) {
            OrganizationId organization = newOrganization();
            claim(organization, ONE);
            clock.advance(LEASE);

            List<MessageClaim> claims = atOnce(8, i -> () -> claim(organization, Reference.of("again-" + i)));

            assertThat(claims).containsOnlyOnce(new TakenOver(ONE, INSTANCE));
            assertThat(claims).filteredOn(new Running(ONE)::equals).hasSize(7);
        }
    }

    @Test
    void tellsOneOfManyToSend() throws Exception {
        for (int round = 0; round < 5; round++) {
            OrganizationId organization = newOrganization();

            List<MessageClaim> claims = atOnce(16, i -> () -> claim(organization, Reference.of("try-" + i)));

            List<MessageClaim> first =
                    claims.stream().filter(First.class::isInstance).toList();
            assertThat(first).hasSize(1);
            Reference reference = ((First) first.get(0)).reference();
            assertThat(claims).filteredOn(new Running(reference)::equals).hasSize(15);
        }
    }

    @Test
    void tellsNobodyToSendWhatIsAcceptedMeanwhile() throws Exception {
        OrganizationId organization = newOrganization();

        List<MessageClaim> claims = atOnce(8, i -> () -> {
            MessageClaim claim = claim(organization, Reference.of("try-" + i));
            if (claim instanceof First first) {
                store().settle(organization, accepted(first.reference()), 1);
            }
            return claim;
        });

        assertThat(claims).filteredOn(First.class::isInstance).hasSize(1);
        assertThat(claims)
                .allMatch(claim -> claim instanceof First || claim instanceof Running || claim instanceof Settled);
    }

    @Test
    void keepsOrganizationsApart() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();

        assertThat(claim(one, ONE)).satisfies(first(ONE));
        assertThat(claim(other, ONE)).satisfies(first(ONE));
        store().settle(one, accepted(ONE), 1);

        assertThat(claim(other, TWO)).isEqualTo(new Running(ONE));
        assertThat(outcome(other, ONE)).containsInstanceOf(Unknown.class);
        assertThat(store().forget(other, BOB)).isZero();
    }

    @Test
    void keepsKeysApartThatDifferInCaseOnly() {
        OrganizationId organization = newOrganization();

        assertThat(store().claim(organization, message(IdempotencyKey.of("a"), CONTENT, ADA, ONE), LEASE))
                .satisfies(first(ONE));
        assertThat(store().claim(organization, message(IdempotencyKey.of("A"), CONTENT, ADA, TWO), LEASE))
                .satisfies(first(TWO));
    }

    @Test
    void takesAnyKeyAndReferenceThatThereCanBe() {
        OrganizationId organization = newOrganization();
        IdempotencyKey longest =
                IdempotencyKey.of("'\"?%\\$1${}:x;--".repeat(20).substring(0, 200));
        Reference reference = Reference.of("r".repeat(100));

        assertThat(store().claim(organization, message(longest, CONTENT, ADA, reference), LEASE))
                .satisfies(first(reference));
        assertThat(store().claim(organization, message(longest, CONTENT, ADA, TWO), LEASE))
                .isEqualTo(new Running(reference));
    }

    @Test
    void keepsAcceptedWhateverIsSettledLate() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        store().settle(organization, accepted(ONE), 1);

        store().settle(organization, unknown(ONE), 1);
        store().settle(organization, rejected(ONE), 1);
        store().settle(organization, new Accepted(ONE, new QueueId("another"), OTHER_INSTANCE, null, null), 1);

        assertThat(outcome(organization, ONE)).contains(accepted(ONE));
        assertThat(claim(organization, TWO)).isEqualTo(new Settled(accepted(ONE)));
    }

    @Test
    void turnsUnknownIntoAccepted() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        store().settle(organization, unknown(ONE), 1);

        store().settle(organization, accepted(ONE), 1);

        assertThat(claim(organization, TWO)).isEqualTo(new Settled(accepted(ONE)));
    }

    @Test
    void freesTheKeyOfAnUnknownMessageThatProvesNotToHaveBeenSent() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        store().settle(organization, unknown(ONE), 1);

        store().settle(organization, rejected(ONE), 1);

        assertThat(claim(organization, TWO)).satisfies(first(TWO));
    }

    @Test
    void settlesNothingThatWasNotClaimed() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        for (OrganizationId any : List.of(organization, newOrganization(), missingOrganization(), impossible())) {
            store().settle(any, accepted(TWO), 1);
            store().settle(any, unknown(TWO), 1);
            store().settle(any, rejected(TWO), 1);
            assertThat(outcome(any, TWO)).isEmpty();
        }
        assertThat(claim(organization, TWO)).isEqualTo(new Running(ONE));
    }

    @Test
    void findsWhatIsBeingSentAsUnknown() {
        OrganizationId organization = newOrganization();
        assertThat(outcome(organization, ONE)).isEmpty();

        claim(organization, ONE);

        assertThat(outcome(organization, ONE))
                .hasValueSatisfying(result -> assertThat(result).isInstanceOfSatisfying(Unknown.class, unknown -> {
                    assertThat(unknown.reference()).isEqualTo(ONE);
                    assertThat(unknown.instance()).isEqualTo(INSTANCE);
                }));
        assertThat(outcome(organization, TWO)).isEmpty();
    }

    @Test
    void knowsNoOrganizationThatDoesNotExist() {
        for (OrganizationId nobody : List.of(missingOrganization(), impossible())) {
            assertThat(claim(nobody, ONE)).isEqualTo(new NoOrganization());
            assertThat(claim(nobody, ONE)).as("nothing was kept").isEqualTo(new NoOrganization());
            assertThat(outcome(nobody, ONE)).isEmpty();
            assertThat(store().forget(nobody, ADA)).isZero();
        }
    }

    @Test
    void showsNothingOfAnOrganizationThatIsRemoved() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        store().settle(organization, unknown(ONE), 1);

        remove(organization);

        assertThat(claim(organization, TWO)).isEqualTo(new NoOrganization());
        assertThat(outcome(organization, ONE)).isEmpty();
        store().settle(organization, accepted(ONE), 1);
        assertThat(outcome(organization, ONE)).isEmpty();
    }

    @Test
    void takesUnknownMessagesAtOnceAndThoseWhoseLeaseIsOver() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, "unknown");
        claim(organization, "running");
        claim(organization, "accepted");
        claim(organization, "rejected");
        store().settle(organization, unknown(Reference.of("unknown")), 1);
        store().settle(organization, accepted(Reference.of("accepted")), 1);
        store().settle(organization, rejected(Reference.of("rejected")), 1);

        assertThat(store().takeUnsettled(10, PAUSE)).containsExactly(unsettled(organization, "unknown"));
        clock.advance(LEASE.minusMillis(1));
        assertThat(store().takeUnsettled(10, LEASE)).containsExactly(unsettled(organization, "unknown"));
        clock.advance(Duration.ofMillis(1));
        assertThat(store().takeUnsettled(10, PAUSE)).containsExactly(unsettled(organization, "running"));
    }

    @Test
    void takesAMessageAgainWhenThePauseIsOver() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, "unknown");
        store().settle(organization, unknown(Reference.of("unknown")), 1);

        for (int time = 0; time < 3; time++) {
            assertThat(store().takeUnsettled(10, PAUSE)).containsExactly(unsettled(organization, "unknown"));
            clock.advance(PAUSE.minusMillis(1));
            assertThat(store().takeUnsettled(10, PAUSE)).isEmpty();
            clock.advance(Duration.ofMillis(1));
        }
    }

    @Test
    void doesNotShortenThePauseOfAMessageThatStaysUnknown() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, "lost");
        clock.advance(LEASE);
        assertThat(store().takeUnsettled(10, PAUSE)).hasSize(1);

        store().settle(organization, unknown(Reference.of("lost")), 1);
        assertThat(store().takeUnsettled(10, PAUSE)).isEmpty();
        store().settle(organization, unknown(Reference.of("lost")), 1);
        assertThat(store().takeUnsettled(10, PAUSE)).isEmpty();

        clock.advance(PAUSE);
        assertThat(store().takeUnsettled(10, PAUSE)).hasSize(1);
    }

    @Test
    void leavesAMessageAloneThatIsTakenOverOrSettled() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, "taken-over");
        claim(organization, "accepted");
        claim(organization, "rejected");
        clock.advance(LEASE);

        assertThat(claim(organization, "taken-over")).isInstanceOf(TakenOver.class);
        store().settle(organization, accepted(Reference.of("accepted")), 1);
        store().settle(organization, rejected(Reference.of("rejected")), 1);
        assertThat(store().takeUnsettled(10, PAUSE)).isEmpty();

        clock.advance(LEASE);
        assertThat(store().takeUnsettled(10, PAUSE)).containsExactly(unsettled(organization, "taken-over"));
    }

    @Test
    void takesThoseFirstThatAreDueTheLongestAndNoMoreThanAskedFor() {
        deleteAll();
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        List<UnsettledMessage> inOrder = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            OrganizationId organization = i % 2 == 0 ? one : other;
            claim(organization, "number-" + (9 - i));
            store().settle(organization, unknown(Reference.of("number-" + (9 - i))), 1);
            inOrder.add(unsettled(organization, "number-" + (9 - i)));
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(store().takeUnsettled(1, PAUSE)).isEqualTo(inOrder.subList(0, 1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(store().takeUnsettled(2, PAUSE)).isEqualTo(inOrder.subList(1, 3));
        clock.advance(PAUSE);
        assertThat(store().takeUnsettled(4, PAUSE))
                .as("the untouched ones before those that were taken")
                .containsExactly(inOrder.get(3), inOrder.get(4), inOrder.get(5), inOrder.get(0));
    }

    @Test
    void neverGivesAMessageToTwoAtTheSameMoment() throws Exception {
        deleteAll();
        OrganizationId organization = newOrganization();
        for (int i = 0; i < 40; i++) {
            claim(organization, "number-" + i);
            store().settle(organization, unknown(Reference.of("number-" + i)), 1);
        }

        List<UnsettledMessage> taken = atOnce(4, i -> () -> store().takeUnsettled(10, PAUSE)).stream()
                .flatMap(List::stream)
                .toList();

        assertThat(taken).doesNotHaveDuplicates();
        List<UnsettledMessage> left = store().takeUnsettled(40, PAUSE);
        assertThat(taken.size() + left.size()).isEqualTo(40);
        assertThat(left).doesNotContainAnyElementsOf(taken);
    }

    @Test
    void leavesMessagesAloneThatAreOlderThanADay() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, "unknown");
        store().settle(organization, unknown(Reference.of("unknown")), 1);
        clock.advance(Duration.ofMinutes(1));
        claim(organization, "running");

        clock.set(NOON.plus(Duration.ofDays(1)));
        assertThat(store().takeUnsettled(10, PAUSE)).as("a day old").hasSize(2);
        clock.set(NOON.plus(Duration.ofDays(1)).plus(PAUSE));
        assertThat(store().takeUnsettled(10, PAUSE)).as("older").isEmpty();
        assertThat(claim(organization, "unknown")).as("the key is kept").isInstanceOf(Settled.class);
    }

    @Test
    void reservesAPlaceWithEachFirstClaimAndForNoOther() {
        OrganizationId organization = newOrganization(10);

        assertThat(claim(organization, ONE)).isInstanceOfSatisfying(First.class, first -> {
            assertThat(first.place().remaining()).isEqualTo(9);
            assertThat(first.place().reservation())
                    .isEqualTo(new Reservation(organization, LocalDate.ofInstant(NOON, ZoneOffset.UTC)));
            assertThat(first.place().resetsAt()).isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));
        });
        claim(organization, TWO);
        store().claim(organization, message(KEY, OTHER_CONTENT, ADA, TWO), LEASE);
        store().claim(organization, message(IdempotencyKey.of("another"), CONTENT, ADA, ONE), LEASE);
        clock.advance(LEASE);
        claim(organization, TWO);
        assertThat(used(organization)).isEqualTo(1);

        store().settle(organization, unknown(ONE), 1);
        claim(organization, TWO);
        store().settle(organization, accepted(ONE), 1);
        claim(organization, TWO);
        assertThat(used(organization)).isEqualTo(1);
    }

    @Test
    void refusesAMessageForWhichThereIsNoPlaceAndKeepsNothingOfIt() {
        OrganizationId organization = newOrganization(1);
        claim(organization, "first");

        NoPlace full = new NoPlace(new QuotaDecision.Exhausted(1, Instant.parse("2026-11-24T00:00:00Z")));
        assertThat(claim(organization, "second")).isEqualTo(full);
        assertThat(claim(organization, "second")).as("again").isEqualTo(full);
        assertThat(outcome(organization, Reference.of("second"))).isEmpty();
        assertThat(claim(organization, "first")).as("what has its place").isInstanceOf(Running.class);

        store().settle(organization, rejected(Reference.of("first")), 1);
        assertThat(claim(organization, "second")).satisfies(first(Reference.of("second")));
    }

    @Test
    void givesAPlaceBackOnceWhenAMessageWasNotSent() {
        OrganizationId organization = newOrganization();
        quotas().reserve(organization);
        claim(organization, ONE);
        assertThat(used(organization)).isEqualTo(2);

        store().settle(organization, rejected(ONE), 1);
        store().settle(organization, rejected(ONE), 1);
        store().abandon(organization, ONE);

        assertThat(used(organization)).isEqualTo(1);
    }

    @Test
    void givesNoPlaceBackOfADayThatIsOver() {
        OrganizationId organization = newOrganization();
        claim(organization, "yesterday");
        claim(organization, "yesterday-too");
        clock.advance(Duration.ofDays(1));
        claim(organization, "today");

        store().settle(organization, rejected(Reference.of("yesterday")), 1);
        store().abandon(organization, Reference.of("yesterday-too"));

        assertThat(used(organization)).isEqualTo(1);
    }

    @Test
    void neverHasMorePlacesThanEntriesHoweverManyClaimAtOnce() throws Exception {
        OrganizationId organization = newOrganization(5);

        List<MessageClaim> claims = atOnce(16, i -> () -> claim(organization, i % 2 == 0 ? "same" : "own-" + i));

        assertThat(claims).filteredOn(First.class::isInstance).hasSize(5);
        assertThat(used(organization)).isEqualTo(5);
    }

    @Test
    void keepsMessagesWithoutAKeyEachByItsReference() {
        OrganizationId organization = newOrganization();

        assertThat(claimWithoutKey(organization, ONE)).satisfies(first(ONE));
        assertThat(claimWithoutKey(organization, TWO)).as("the same content").satisfies(first(TWO));
        assertThat(claimWithoutKey(organization, ONE)).as("the same reference").isEqualTo(new Conflict(ONE));
        clock.advance(LEASE);
        assertThat(claimWithoutKey(organization, ONE))
                .as("when the lease is over")
                .isEqualTo(new Conflict(ONE));
        assertThat(claim(organization, ONE)).as("with a key").isEqualTo(new Conflict(ONE));
        assertThat(used(organization)).isEqualTo(2);

        store().settle(organization, accepted(ONE), 1);
        store().settle(organization, rejected(TWO), 1);
        assertThat(outcome(organization, ONE)).contains(accepted(ONE));
        assertThat(claimWithoutKey(organization, TWO)).as("after a rejection").satisfies(first(TWO));
    }

    @Test
    void keepsTimesAttemptsAndTheTextWhereThereIsOne() {
        OrganizationId organization = newOrganization();
        store().claim(organization, new NewEntry(KEY, CONTENT, ADA, ONE, INSTANCE, "Your table \u2615"), LEASE);
        assertThat(store().find(organization, ONE)).hasValueSatisfying(kept -> {
            assertThat(kept.createdAt()).isEqualTo(NOON);
            assertThat(kept.settledAt()).isNull();
            assertThat(kept.attempts()).isZero();
            assertThat(kept.text()).isEqualTo("Your table \u2615");
        });

        clock.advance(Duration.ofSeconds(3));
        store().settle(organization, unknown(ONE), 2);
        clock.advance(Duration.ofSeconds(3));
        store().settle(organization, accepted(ONE), 1);

        assertThat(store().find(organization, ONE))
                .contains(new LoggedMessage(accepted(ONE), 3, NOON, NOON.plusSeconds(6), 0, "Your table \u2615"));
        store().forget(organization, ADA);
        assertThat(store().find(organization, ONE))
                .hasValueSatisfying(kept -> assertThat(kept.text()).isNull());
    }

    @Test
    void remembersThroughWhichInstanceAMessageGoes() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        store().reroute(organization, ONE, OTHER_INSTANCE);

        clock.advance(LEASE);
        assertThat(claim(organization, TWO)).isEqualTo(new TakenOver(ONE, OTHER_INSTANCE));
        store().settle(organization, accepted(ONE), 1);
        store().reroute(organization, ONE, OTHER_INSTANCE);
        assertThat(outcome(organization, ONE)).as("once it is accepted").contains(accepted(ONE));
    }

    @Test
    void goesOnLookingForAMessageThatWasRepeated() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, "repeated");
        store().repeat(organization, Reference.of("repeated"));
        store().settle(organization, accepted(Reference.of("repeated")), 2);
        assertThat(store().takeUnsettled(10, PAUSE)).as("during the lease").isEmpty();

        clock.advance(LEASE);
        assertThat(store().takeUnsettled(10, PAUSE)).containsExactly(unsettled(organization, "repeated"));
        clock.advance(PAUSE);
        assertThat(store().takeUnsettled(10, PAUSE)).containsExactly(unsettled(organization, "repeated"));

        store().duplicate(organization, Reference.of("repeated"), 2);
        clock.advance(PAUSE);
        assertThat(store().takeUnsettled(10, PAUSE)).as("once it is reported").isEmpty();
        assertThat(store().find(organization, Reference.of("repeated"))).hasValueSatisfying(kept -> {
            assertThat(kept.copies()).isEqualTo(2);
            assertThat(kept.outcome()).isEqualTo(accepted(Reference.of("repeated")));
        });
    }

    @Test
    void freesTheKeyAndThePlaceOfAMessageThatIsTakenForNotSentAndLooksForItAllTheSame() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        store().settle(organization, unknown(ONE), 1);

        store().abandon(organization, ONE);

        assertThat(used(organization)).isZero();
        assertThat(outcome(organization, ONE))
                .hasValueSatisfying(result -> assertThat(result)
                        .isInstanceOfSatisfying(
                                Rejected.class,
                                rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.UNREACHABLE)));
        assertThat(claim(organization, ONE)).as("its reference is not free").isEqualTo(new Conflict(ONE));
        assertThat(claim(organization, TWO)).satisfies(first(TWO));
        assertThat(store().takeUnsettled(10, PAUSE))
                .containsExactly(new UnsettledMessage(organization, ONE, INSTANCE, 0));

        store().settle(organization, accepted(ONE), 1);
        store().settle(organization, rejected(ONE), 1);
        assertThat(outcome(organization, ONE)).as("whatever is settled late").containsInstanceOf(Rejected.class);
        assertThat(used(organization)).isEqualTo(1);
        store().duplicate(organization, ONE, 1);
        assertThat(store().find(organization, ONE))
                .hasValueSatisfying(kept -> assertThat(kept.copies()).isEqualTo(1));
        assertThat(claim(organization, Reference.of("three"))).isEqualTo(new Running(TWO));
    }

    @Test
    void abandonsNothingThatHasItsEnd() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        store().settle(organization, accepted(ONE), 1);

        store().abandon(organization, ONE);
        store().repeat(organization, ONE);
        store().abandon(organization, TWO);
        store().reroute(organization, TWO, INSTANCE);
        store().repeat(organization, TWO);
        store().duplicate(organization, TWO, 2);

        assertThat(outcome(organization, ONE)).contains(accepted(ONE));
        assertThat(outcome(organization, TWO)).isEmpty();
        assertThat(used(organization)).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> store().duplicate(organization, ONE, 0));
    }

    @Test
    void looksMoreRarelyTheOlderAMessageIs() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, "unknown");
        store().settle(organization, unknown(Reference.of("unknown")), 1);
        clock.advance(Duration.ofHours(4));

        assertThat(store().takeUnsettled(10, PAUSE)).hasSize(1);
        clock.advance(Duration.ofHours(1).minusMillis(1));
        assertThat(store().takeUnsettled(10, PAUSE)).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(store().takeUnsettled(10, PAUSE)).hasSize(1);
    }

    @Test
    void getsAMessageFurtherAndNeverBack() {
        OrganizationId organization = newOrganization();
        isAccepted(organization, ONE, "4711");
        assertThat(delivery(organization, ONE)).isEqualTo(DeliveryState.QUEUED);

        assertThat(report(organization, ONE, DeliveryState.ON_SERVER))
                .containsExactly(new DeliveryChange(ONE, DeliveryState.QUEUED, DeliveryState.ON_SERVER));
        assertThat(report(organization, ONE, DeliveryState.READ))
                .containsExactly(new DeliveryChange(ONE, DeliveryState.ON_SERVER, DeliveryState.READ));

        for (DeliveryState late : List.of(DeliveryState.READ, DeliveryState.DELIVERED, DeliveryState.EXPIRED)) {
            assertThat(report(organization, ONE, late)).as("%s, late", late).isEmpty();
        }
        assertThat(delivery(organization, ONE)).isEqualTo(DeliveryState.READ);
        assertThat(report(organization, ONE, DeliveryState.PLAYED)).hasSize(1);
    }

    @Test
    void knowsEveryStateThatThereIs() {
        OrganizationId organization = newOrganization();
        isAccepted(organization, ONE, "4711");
        assertThat(report(organization, ONE, DeliveryState.QUEUED)).isEmpty();

        DeliveryState before = DeliveryState.QUEUED;
        for (DeliveryState next : DeliveryState.values()) {
            if (next != before) {
                assertThat(report(organization, ONE, next)).containsExactly(new DeliveryChange(ONE, before, next));
                assertThat(delivery(organization, ONE)).isEqualTo(next);
            }
            before = next;
        }
    }

    @Test
    void letsAMessageGetFurtherThatUltraMsgHadGivenUp() {
        OrganizationId organization = newOrganization();
        isAccepted(organization, ONE, "4711");

        assertThat(report(organization, ONE, DeliveryState.UNSENT)).hasSize(1);
        assertThat(report(organization, ONE, DeliveryState.DELIVERED))
                .containsExactly(new DeliveryChange(ONE, DeliveryState.UNSENT, DeliveryState.DELIVERED));
    }

    @Test
    void keepsWhenAMessageWasDeliveredAndRead() {
        OrganizationId organization = newOrganization();
        isAccepted(organization, ONE, "4711");
        isAccepted(organization, TWO, "4712");

        store().report(organization, List.of(told(ONE, DeliveryState.ON_SERVER, 1)));
        store().report(organization, List.of(told(ONE, DeliveryState.DELIVERED, 2)));
        store().report(organization, List.of(told(ONE, DeliveryState.READ, 3)));
        store().report(organization, List.of(told(ONE, DeliveryState.PLAYED, 4)));
        store().report(organization, List.of(told(TWO, DeliveryState.READ, 5)));
        store().report(organization, List.of(told(TWO, DeliveryState.DELIVERED, 2)));

        assertThat(store().find(organization, ONE))
                .contains(new LoggedMessage(
                        ((Accepted) accepted(ONE)).with(DeliveryState.PLAYED),
                        1,
                        NOON,
                        NOON,
                        DeliveryState.PLAYED,
                        NOON.plusSeconds(2),
                        NOON.plusSeconds(3),
                        0,
                        null));
        assertThat(store().find(organization, TWO)).hasValueSatisfying(skipped -> {
            assertThat(skipped.deliveredAt()).isEqualTo(NOON.plusSeconds(5));
            assertThat(skipped.readAt()).isEqualTo(NOON.plusSeconds(5));
        });
    }

    @Test
    void putsTogetherWhatIsToldOfOneMessageInOneCall() {
        OrganizationId organization = newOrganization();
        isAccepted(organization, ONE, "4711");
        isAccepted(organization, TWO, "4712");

        List<DeliveryChange> changes = store().report(
                        organization,
                        List.of(
                                told(TWO, DeliveryState.ON_SERVER, 1),
                                told(ONE, DeliveryState.READ, 9),
                                numbered("4711", DeliveryState.DELIVERED, 2),
                                told(ONE, DeliveryState.DELIVERED, 3)));

        assertThat(changes)
                .containsExactly(
                        new DeliveryChange(TWO, DeliveryState.QUEUED, DeliveryState.ON_SERVER),
                        new DeliveryChange(ONE, DeliveryState.QUEUED, DeliveryState.READ));
        assertThat(store().find(organization, ONE)).hasValueSatisfying(kept -> {
            assertThat(kept.deliveredAt()).isEqualTo(NOON.plusSeconds(2));
            assertThat(kept.readAt()).isEqualTo(NOON.plusSeconds(9));
        });
    }

    @Test
    void findsAMessageByItsNumberAndInstance() {
        OrganizationId organization = newOrganization();
        isAccepted(organization, ONE, "4711");

        assertThat(store().report(organization, List.of(numbered("4712", DeliveryState.READ, 0))))
                .as("another number")
                .isEmpty();
        assertThat(store().report(
                                organization,
                                List.of(new DeliveryReport(
                                        null, new QueueId("4711"), OTHER_INSTANCE, DeliveryState.READ, NOON))))
                .as("another instance, which counts for itself")
                .isEmpty();
        assertThat(store().report(organization, List.of(numbered("4711", DeliveryState.READ, 0))))
                .containsExactly(new DeliveryChange(ONE, DeliveryState.QUEUED, DeliveryState.READ));
    }

    @Test
    void takesANumberThatIsThereTwiceForTheYoungestMessages() {
        OrganizationId organization = newOrganization();
        isAccepted(organization, ONE, "1");
        clock.advance(Duration.ofHours(1));
        isAccepted(organization, TWO, "1");

        assertThat(store().report(organization, List.of(numbered("1", DeliveryState.READ, 0))))
                .as("the instance was cleared, and counts anew")
                .containsExactly(new DeliveryChange(TWO, DeliveryState.QUEUED, DeliveryState.READ));
    }

    @Test
    void takesNoMissingNumberForANumber() {
        OrganizationId organization = newOrganization();
        isAccepted(organization, ONE, "");
        claim(organization, TWO.value());

        assertThat(store().report(organization, List.of(numbered("", DeliveryState.READ, 0))))
                .isEmpty();
        store().report(
                        organization,
                        List.of(new DeliveryReport(TWO, new QueueId(""), INSTANCE, DeliveryState.READ, NOON)));
        assertThat(outcome(organization, TWO)).as("it proves nothing").containsInstanceOf(Unknown.class);
    }

    @Test
    void goesByTheReferenceWhateverTheNumberIs() {
        OrganizationId organization = newOrganization();
        isAccepted(organization, ONE, "4711");
        isAccepted(organization, TWO, "4712");

        DeliveryReport both = new DeliveryReport(ONE, new QueueId("4712"), OTHER_INSTANCE, DeliveryState.READ, NOON);
        assertThat(store().report(organization, List.of(both)))
                .containsExactly(new DeliveryChange(ONE, DeliveryState.QUEUED, DeliveryState.READ));
        assertThat(outcome(organization, ONE))
                .as("which was told before")
                .contains(((Accepted) accepted(ONE)).with(DeliveryState.READ));
        DeliveryReport another = new DeliveryReport(
                Reference.of("of-the-host"), new QueueId("4712"), INSTANCE, DeliveryState.READ, NOON);
        assertThat(store().report(organization, List.of(another)))
                .as("a message that has the number of one before the instance was cleared")
                .isEmpty();
    }

    @Test
    void passesOverWhatIsNobodysMessage() {
        OrganizationId organization = newOrganization();
        OrganizationId other = newOrganization();
        isAccepted(other, ONE, "4711");

        assertThat(report(organization, ONE, DeliveryState.READ)).isEmpty();
        assertThat(store().report(organization, List.of(numbered("4711", DeliveryState.READ, 0))))
                .isEmpty();
        assertThat(store().report(organization, List.of())).isEmpty();
        assertThat(report(missingOrganization(), ONE, DeliveryState.READ)).isEmpty();
        assertThat(report(impossible(), ONE, DeliveryState.READ)).isEmpty();
        assertThat(delivery(other, ONE)).as("another organization's").isEqualTo(DeliveryState.QUEUED);

        remove(other);
        assertThat(report(other, ONE, DeliveryState.READ))
                .as("one that is no more")
                .isEmpty();
    }

    @Test
    void takesAReportThatIsThereBeforeTheOutcome() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        assertThat(report(organization, ONE, DeliveryState.ON_SERVER)).hasSize(1);
        assertThat(outcome(organization, ONE)).as("without a number").containsInstanceOf(Unknown.class);
        assertThat(delivery(organization, ONE)).isEqualTo(DeliveryState.ON_SERVER);
        store().settle(organization, accepted(ONE), 1);

        assertThat(outcome(organization, ONE)).contains(((Accepted) accepted(ONE)).with(DeliveryState.ON_SERVER));
        assertThat(report(organization, ONE, DeliveryState.READ))
                .containsExactly(new DeliveryChange(ONE, DeliveryState.ON_SERVER, DeliveryState.READ));
    }

    @Test
    void takesANumberForProofThatAMessageWasTaken() {
        OrganizationId organization = newOrganization();
        claim(organization, "running");
        claim(organization, "unknown");
        store().settle(organization, unknown(Reference.of("unknown")), 1);
        clock.advance(Duration.ofSeconds(1));

        for (String name : List.of("running", "unknown")) {
            Reference reference = Reference.of(name);
            assertThat(store().report(
                                    organization,
                                    List.of(new DeliveryReport(
                                            reference, new QueueId("77"), OTHER_INSTANCE, DeliveryState.QUEUED, NOON))))
                    .as("%s: it has not come further", name)
                    .isEmpty();

            Accepted taken = new Accepted(reference, new QueueId("77"), OTHER_INSTANCE, null, null);
            assertThat(outcome(organization, reference)).contains(taken);
            assertThat(store().find(organization, reference).orElseThrow().settledAt())
                    .isEqualTo(NOON.plusSeconds(1));
            assertThat(claim(organization, name)).isEqualTo(new Settled(taken));
            store().settle(organization, rejected(reference), 1);
            store().abandon(organization, reference);
            assertThat(outcome(organization, reference)).as("for good").contains(taken);
        }
        assertThat(used(organization)).isEqualTo(2);
        clock.advance(LEASE);
        assertThat(store().takeUnsettled(1_000, PAUSE))
                .as("nobody looks for them any more")
                .extracting(UnsettledMessage::organization)
                .doesNotContain(organization);
    }

    @Test
    void goesOnLookingForARepeatedMessageThatIsReportedOn() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, "repeated");
        store().repeat(organization, Reference.of("repeated"));
        store().report(
                        organization,
                        List.of(new DeliveryReport(
                                Reference.of("repeated"), new QueueId("77"), INSTANCE, DeliveryState.SENT, NOON)));

        clock.advance(LEASE);
        assertThat(store().takeUnsettled(10, PAUSE)).containsExactly(unsettled(organization, "repeated"));
    }

    @Test
    void leavesWhatIsRejectedAsItIs() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        store().settle(organization, rejected(ONE), 1);

        assertThat(store().report(
                                organization,
                                List.of(new DeliveryReport(
                                        ONE, new QueueId("4711"), INSTANCE, DeliveryState.READ, NOON))))
                .isEmpty();

        assertThat(outcome(organization, ONE)).contains(rejected(ONE));
        assertThat(delivery(organization, ONE)).isEqualTo(DeliveryState.QUEUED);
        assertThat(claim(organization, ONE)).as("its name is free").satisfies(first(ONE));
        assertThat(delivery(organization, ONE)).isEqualTo(DeliveryState.QUEUED);
    }

    @Test
    void changesAMessageOnceWhoeverTellsTheSameAtTheSameMoment() throws Exception {
        for (int round = 0; round < 5; round++) {
            OrganizationId organization = newOrganization();
            isAccepted(organization, ONE, "4711");
            for (DeliveryState state : List.of(DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ)) {
                List<List<DeliveryChange>> changes = atOnce(2, i -> () -> report(organization, ONE, state));

                assertThat(changes.stream().flatMap(List::stream))
                        .as("%s", state)
                        .hasSize(1);
            }
        }
    }

    @Test
    void givesWhoeverTellsOfTheSameMessagesInOtherOrdersTheSameEnd() throws Exception {
        OrganizationId organization = newOrganization();
        List<DeliveryReport> reports = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Reference reference = Reference.of("of-many-" + i);
            isAccepted(organization, reference, Integer.toString(i));
            reports.add(told(reference, DeliveryState.READ, 0));
        }
        List<DeliveryReport> reversed = new ArrayList<>(reports);
        Collections.reverse(reversed);

        List<List<DeliveryChange>> changes =
                atOnce(4, i -> () -> store().report(organization, i % 2 == 0 ? reports : reversed));

        assertThat(changes.stream().flatMap(List::stream)).hasSize(20);
    }

    @Test
    void refusesMoreReportsThanAThousandAtOnce() {
        OrganizationId organization = newOrganization();
        isAccepted(organization, ONE, "4711");
        List<DeliveryReport> thousand = Collections.nCopies(1_000, told(ONE, DeliveryState.READ, 0));
        List<DeliveryReport> more = Collections.nCopies(1_001, told(ONE, DeliveryState.READ, 0));

        assertThatIllegalArgumentException().isThrownBy(() -> store().report(organization, more));
        assertThat(store().report(organization, thousand)).hasSize(1);
    }

    private void isAccepted(OrganizationId organization, Reference reference, String queueId) {
        claim(organization, reference.value());
        store().settle(organization, new Accepted(reference, new QueueId(queueId), INSTANCE, null, null), 1);
    }

    private List<DeliveryChange> report(OrganizationId organization, Reference reference, DeliveryState state) {
        return store().report(organization, List.of(told(reference, state, 0)));
    }

    private static DeliveryReport told(Reference reference, DeliveryState state, int second) {
        return new DeliveryReport(reference, null, INSTANCE, state, NOON.plusSeconds(second));
    }

    private static DeliveryReport numbered(String queueId, DeliveryState state, int second) {
        return new DeliveryReport(null, new QueueId(queueId), INSTANCE, state, NOON.plusSeconds(second));
    }

    private DeliveryState delivery(OrganizationId organization, Reference reference) {
        return store().find(organization, reference).orElseThrow().delivery();
    }

    private MessageClaim claimWithoutKey(OrganizationId organization, Reference reference) {
        return store().claim(organization, new NewEntry(null, CONTENT, ADA, reference, INSTANCE, null), LEASE);
    }

    @Test
    void forgetsARecipientAndKeepsAllElse() {
        OrganizationId organization = newOrganization();
        OrganizationId other = newOrganization();
        claim(organization, ONE);
        store().settle(organization, accepted(ONE), 1);
        store().claim(organization, message(IdempotencyKey.of("two"), CONTENT, ADAS_CHAT, TWO), LEASE);
        store().claim(organization, message(IdempotencyKey.of("three"), CONTENT, BOB, Reference.of("three")), LEASE);
        claim(other, ONE);

        assertThat(store().forget(organization, ADA)).isEqualTo(2);

        assertThat(store().forget(organization, ADA)).as("nothing is left").isZero();
        assertThat(store().forget(organization, ADAS_CHAT)).isZero();
        assertThat(store().forget(organization, BOB)).isEqualTo(1);
        assertThat(store().forget(other, ADAS_CHAT))
                .as("another organization's")
                .isEqualTo(1);
        assertThat(claim(organization, Reference.of("again"))).isEqualTo(new Settled(accepted(ONE)));
        assertThat(store().claim(organization, message(KEY, OTHER_CONTENT, ADA, Reference.of("again")), LEASE))
                .isEqualTo(new Conflict(ONE));
    }

    @Test
    void deletesWhatIsOldEnough() {
        deleteAll();
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        claim(one, "accepted");
        claim(one, "unknown");
        claim(other, "running");
        store().settle(one, accepted(Reference.of("accepted")), 1);
        store().settle(one, unknown(Reference.of("unknown")), 1);
        clock.advance(Duration.ofDays(1));
        claim(other, "young");
        store().settle(other, accepted(Reference.of("young")), 1);

        clock.advance(Duration.ofDays(29).minusMillis(1));
        assertThat(store().purge(Duration.ofDays(30))).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(store().purge(Duration.ofDays(30))).isEqualTo(3);

        assertThat(outcome(one, Reference.of("accepted"))).isEmpty();
        assertThat(outcome(other, Reference.of("young"))).isPresent();
        assertThat(claim(one, "accepted")).isInstanceOf(First.class);
    }

    @Test
    void refusesTimesAndNumbersThatMakeNoSense() {
        OrganizationId organization = newOrganization();
        NewEntry message = message(KEY, CONTENT, ADA, ONE);
        for (Duration nothing : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatIllegalArgumentException().isThrownBy(() -> store().claim(organization, message, nothing));
            assertThatIllegalArgumentException().isThrownBy(() -> store().takeUnsettled(1, nothing));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> store().takeUnsettled(0, PAUSE));
        assertThatIllegalArgumentException().isThrownBy(() -> store().purge(Duration.ofSeconds(-1)));
        assertThat(outcome(organization, ONE)).isEmpty();
    }

    /** Deletes what other tests left, whatever the time was then. */
    private void deleteAll() {
        Instant now = clock.instant();
        clock.set(now.plus(Duration.ofDays(10_000)));
        store().purge(Duration.ZERO);
        clock.set(now);
    }

    private <R> List<R> atOnce(int callers, IntFunction<Callable<R>> call) throws Exception {
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

    private static Consumer<MessageClaim> first(Reference reference) {
        return claim -> assertThat(claim)
                .isInstanceOfSatisfying(
                        First.class, first -> assertThat(first.reference()).isEqualTo(reference));
    }

    private Optional<SendResult> outcome(OrganizationId organization, Reference reference) {
        return store().find(organization, reference).map(LoggedMessage::outcome);
    }

    private int used(OrganizationId organization) {
        return quotas().usage(organization).orElseThrow().used();
    }

    private MessageClaim claim(OrganizationId organization, Reference reference) {
        return store().claim(organization, message(KEY, CONTENT, ADA, reference), LEASE);
    }

    /** Under a key and a reference that are the same text. */
    private MessageClaim claim(OrganizationId organization, String name) {
        return store().claim(organization, message(IdempotencyKey.of(name), CONTENT, ADA, Reference.of(name)), LEASE);
    }

    private static NewEntry message(IdempotencyKey key, ContentHash content, Recipient recipient, Reference reference) {
        return new NewEntry(key, content, recipient, reference, INSTANCE, null);
    }

    private static UnsettledMessage unsettled(OrganizationId organization, String name) {
        return new UnsettledMessage(organization, Reference.of(name), INSTANCE, 1);
    }

    private static SendResult accepted(Reference reference) {
        return new Accepted(reference, new QueueId("4711"), INSTANCE, null, null);
    }

    private static SendResult unknown(Reference reference) {
        return new Unknown(reference, INSTANCE, "the reply was lost: \"42\"");
    }

    private static SendResult rejected(Reference reference) {
        return new Rejected(reference, RejectionReason.UNREACHABLE, "no connection", null);
    }

    private static OrganizationId impossible() {
        return OrganizationId.of("' or 1=1 --");
    }
}
