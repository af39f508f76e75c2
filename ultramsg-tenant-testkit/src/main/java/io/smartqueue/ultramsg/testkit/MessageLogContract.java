package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.KeyClaim;
import io.smartqueue.ultramsg.message.KeyClaim.Conflict;
import io.smartqueue.ultramsg.message.KeyClaim.First;
import io.smartqueue.ultramsg.message.KeyClaim.NoOrganization;
import io.smartqueue.ultramsg.message.KeyClaim.Running;
import io.smartqueue.ultramsg.message.KeyClaim.Settled;
import io.smartqueue.ultramsg.message.KeyClaim.TakenOver;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.MessageLog.KeyedMessage;
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
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every {@link MessageLog} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method needs organizations of its own; {@link #newOrganization} makes them. Some tests delete the entries of all
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
     * Adds an organization, as a host's own code would.
     *
     * @return its id
     */
    protected abstract OrganizationId newOrganization();

    /**
     * Removes an organization, as a host's own code would.
     *
     * @param organization one that {@link #newOrganization} returned
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
        assertThat(claim(newOrganization(), ONE)).isEqualTo(new First(ONE));
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
        store().settle(organization, accepted(ONE));
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
                .isEqualTo(new First(TWO));
    }

    @Test
    void givesBackWhatWasAccepted() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        store().settle(organization, new Accepted(ONE, new QueueId("4711"), OTHER_INSTANCE, 12));

        Accepted known = new Accepted(ONE, new QueueId("4711"), OTHER_INSTANCE, null);
        assertThat(claim(organization, TWO)).isEqualTo(new Settled(known));
        clock.advance(LEASE.multipliedBy(2));
        assertThat(claim(organization, TWO)).isEqualTo(new Settled(known));
        assertThat(store().find(organization, ONE)).contains(known);
    }

    @Test
    void givesBackWhatWasAcceptedWithoutAQueueId() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        store().settle(organization, new Accepted(ONE, new QueueId(""), INSTANCE, null));

        assertThat(claim(organization, TWO)).isEqualTo(new Settled(new Accepted(ONE, new QueueId(""), INSTANCE, null)));
    }

    @Test
    void givesBackWhatIsUnknown() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        store().settle(organization, unknown(ONE));

        assertThat(claim(organization, TWO)).isEqualTo(new Settled(unknown(ONE)));
        clock.advance(LEASE.multipliedBy(2));
        assertThat(claim(organization, TWO)).as("whatever the lease").isEqualTo(new Settled(unknown(ONE)));
        assertThat(store().find(organization, ONE)).contains(unknown(ONE));
    }

    @Test
    void freesTheKeyOfAMessageThatWasNotSent() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        store().settle(organization, rejected(ONE));

        assertThat(store().find(organization, ONE)).isEmpty();
        assertThat(claim(organization, TWO)).isEqualTo(new First(TWO));
        store().settle(organization, rejected(TWO));
        assertThat(claim(organization, ONE)).as("under the old reference").isEqualTo(new First(ONE));
    }

    @Test
    void handsAKeyOverWhenItsLeaseIsOver() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        clock.advance(LEASE);

        KeyedMessage again = new KeyedMessage(KEY, CONTENT, ADA, TWO, OTHER_INSTANCE);
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

        store().settle(organization, rejected(ONE));
        assertThat(claim(organization, TWO)).isEqualTo(new First(TWO));

        store().settle(organization, unknown(ONE));
        store().settle(organization, rejected(ONE));
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

            List<KeyClaim> claims = atOnce(8, i -> () -> claim(organization, Reference.of("again-" + i)));

            assertThat(claims).containsOnlyOnce(new TakenOver(ONE, INSTANCE));
            assertThat(claims).filteredOn(new Running(ONE)::equals).hasSize(7);
        }
    }

    @Test
    void tellsOneOfManyToSend() throws Exception {
        for (int round = 0; round < 5; round++) {
            OrganizationId organization = newOrganization();

            List<KeyClaim> claims = atOnce(16, i -> () -> claim(organization, Reference.of("try-" + i)));

            List<KeyClaim> first =
                    claims.stream().filter(First.class::isInstance).toList();
            assertThat(first).hasSize(1);
            Reference reference = ((First) first.get(0)).reference();
            assertThat(claims).filteredOn(new Running(reference)::equals).hasSize(15);
        }
    }

    @Test
    void tellsNobodyToSendWhatIsAcceptedMeanwhile() throws Exception {
        OrganizationId organization = newOrganization();

        List<KeyClaim> claims = atOnce(8, i -> () -> {
            KeyClaim claim = claim(organization, Reference.of("try-" + i));
            if (claim instanceof First first) {
                store().settle(organization, accepted(first.reference()));
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

        assertThat(claim(one, ONE)).isEqualTo(new First(ONE));
        assertThat(claim(other, ONE)).isEqualTo(new First(ONE));
        store().settle(one, accepted(ONE));

        assertThat(claim(other, TWO)).isEqualTo(new Running(ONE));
        assertThat(store().find(other, ONE)).containsInstanceOf(Unknown.class);
        assertThat(store().forget(other, BOB)).isZero();
    }

    @Test
    void keepsKeysApartThatDifferInCaseOnly() {
        OrganizationId organization = newOrganization();

        assertThat(store().claim(organization, message(IdempotencyKey.of("a"), CONTENT, ADA, ONE), LEASE))
                .isEqualTo(new First(ONE));
        assertThat(store().claim(organization, message(IdempotencyKey.of("A"), CONTENT, ADA, TWO), LEASE))
                .isEqualTo(new First(TWO));
    }

    @Test
    void takesAnyKeyAndReferenceThatThereCanBe() {
        OrganizationId organization = newOrganization();
        IdempotencyKey longest =
                IdempotencyKey.of("'\"?%\\$1${}:x;--".repeat(20).substring(0, 200));
        Reference reference = Reference.of("r".repeat(100));

        assertThat(store().claim(organization, message(longest, CONTENT, ADA, reference), LEASE))
                .isEqualTo(new First(reference));
        assertThat(store().claim(organization, message(longest, CONTENT, ADA, TWO), LEASE))
                .isEqualTo(new Running(reference));
    }

    @Test
    void keepsAcceptedWhateverIsSettledLate() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        store().settle(organization, accepted(ONE));

        store().settle(organization, unknown(ONE));
        store().settle(organization, rejected(ONE));
        store().settle(organization, new Accepted(ONE, new QueueId("another"), OTHER_INSTANCE, null));

        assertThat(store().find(organization, ONE)).contains(accepted(ONE));
        assertThat(claim(organization, TWO)).isEqualTo(new Settled(accepted(ONE)));
    }

    @Test
    void turnsUnknownIntoAccepted() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        store().settle(organization, unknown(ONE));

        store().settle(organization, accepted(ONE));

        assertThat(claim(organization, TWO)).isEqualTo(new Settled(accepted(ONE)));
    }

    @Test
    void freesTheKeyOfAnUnknownMessageThatProvesNotToHaveBeenSent() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        store().settle(organization, unknown(ONE));

        store().settle(organization, rejected(ONE));

        assertThat(claim(organization, TWO)).isEqualTo(new First(TWO));
    }

    @Test
    void settlesNothingThatWasNotClaimed() {
        OrganizationId organization = newOrganization();
        claim(organization, ONE);

        for (OrganizationId any : List.of(organization, newOrganization(), missingOrganization(), impossible())) {
            store().settle(any, accepted(TWO));
            store().settle(any, unknown(TWO));
            store().settle(any, rejected(TWO));
            assertThat(store().find(any, TWO)).isEmpty();
        }
        assertThat(claim(organization, TWO)).isEqualTo(new Running(ONE));
    }

    @Test
    void findsWhatIsBeingSentAsUnknown() {
        OrganizationId organization = newOrganization();
        assertThat(store().find(organization, ONE)).isEmpty();

        claim(organization, ONE);

        assertThat(store().find(organization, ONE))
                .hasValueSatisfying(result -> assertThat(result).isInstanceOfSatisfying(Unknown.class, unknown -> {
                    assertThat(unknown.reference()).isEqualTo(ONE);
                    assertThat(unknown.instance()).isEqualTo(INSTANCE);
                }));
        assertThat(store().find(organization, TWO)).isEmpty();
    }

    @Test
    void knowsNoOrganizationThatDoesNotExist() {
        for (OrganizationId nobody : List.of(missingOrganization(), impossible())) {
            assertThat(claim(nobody, ONE)).isEqualTo(new NoOrganization());
            assertThat(claim(nobody, ONE)).as("nothing was kept").isEqualTo(new NoOrganization());
            assertThat(store().find(nobody, ONE)).isEmpty();
            assertThat(store().forget(nobody, ADA)).isZero();
        }
    }

    @Test
    void showsNothingOfAnOrganizationThatIsRemoved() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, ONE);
        store().settle(organization, unknown(ONE));

        remove(organization);

        assertThat(claim(organization, TWO)).isEqualTo(new NoOrganization());
        assertThat(store().find(organization, ONE)).isEmpty();
        store().settle(organization, accepted(ONE));
        assertThat(store().find(organization, ONE)).isEmpty();
    }

    @Test
    void takesUnknownMessagesAtOnceAndThoseWhoseLeaseIsOver() {
        deleteAll();
        OrganizationId organization = newOrganization();
        claim(organization, "unknown");
        claim(organization, "running");
        claim(organization, "accepted");
        claim(organization, "rejected");
        store().settle(organization, unknown(Reference.of("unknown")));
        store().settle(organization, accepted(Reference.of("accepted")));
        store().settle(organization, rejected(Reference.of("rejected")));

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
        store().settle(organization, unknown(Reference.of("unknown")));

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

        store().settle(organization, unknown(Reference.of("lost")));
        assertThat(store().takeUnsettled(10, PAUSE)).isEmpty();
        store().settle(organization, unknown(Reference.of("lost")));
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
        store().settle(organization, accepted(Reference.of("accepted")));
        store().settle(organization, rejected(Reference.of("rejected")));
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
            store().settle(organization, unknown(Reference.of("number-" + (9 - i))));
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
            store().settle(organization, unknown(Reference.of("number-" + i)));
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
        store().settle(organization, unknown(Reference.of("unknown")));
        clock.advance(Duration.ofMinutes(1));
        claim(organization, "running");

        clock.set(NOON.plus(Duration.ofDays(1)));
        assertThat(store().takeUnsettled(10, PAUSE)).as("a day old").hasSize(2);
        clock.set(NOON.plus(Duration.ofDays(1)).plus(PAUSE));
        assertThat(store().takeUnsettled(10, PAUSE)).as("older").isEmpty();
        assertThat(claim(organization, "unknown")).as("the key is kept").isInstanceOf(Settled.class);
    }

    @Test
    void forgetsARecipientAndKeepsAllElse() {
        OrganizationId organization = newOrganization();
        OrganizationId other = newOrganization();
        claim(organization, ONE);
        store().settle(organization, accepted(ONE));
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
        store().settle(one, accepted(Reference.of("accepted")));
        store().settle(one, unknown(Reference.of("unknown")));
        clock.advance(Duration.ofDays(1));
        claim(other, "young");
        store().settle(other, accepted(Reference.of("young")));

        clock.advance(Duration.ofDays(29).minusMillis(1));
        assertThat(store().purge(Duration.ofDays(30))).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(store().purge(Duration.ofDays(30))).isEqualTo(3);

        assertThat(store().find(one, Reference.of("accepted"))).isEmpty();
        assertThat(store().find(other, Reference.of("young"))).isPresent();
        assertThat(claim(one, "accepted")).isInstanceOf(First.class);
    }

    @Test
    void refusesTimesAndNumbersThatMakeNoSense() {
        OrganizationId organization = newOrganization();
        KeyedMessage message = message(KEY, CONTENT, ADA, ONE);
        for (Duration nothing : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatIllegalArgumentException().isThrownBy(() -> store().claim(organization, message, nothing));
            assertThatIllegalArgumentException().isThrownBy(() -> store().takeUnsettled(1, nothing));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> store().takeUnsettled(0, PAUSE));
        assertThatIllegalArgumentException().isThrownBy(() -> store().purge(Duration.ofSeconds(-1)));
        assertThat(store().find(organization, ONE)).isEmpty();
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

    private KeyClaim claim(OrganizationId organization, Reference reference) {
        return store().claim(organization, message(KEY, CONTENT, ADA, reference), LEASE);
    }

    /** Under a key and a reference that are the same text. */
    private KeyClaim claim(OrganizationId organization, String name) {
        return store().claim(organization, message(IdempotencyKey.of(name), CONTENT, ADA, Reference.of(name)), LEASE);
    }

    private static KeyedMessage message(
            IdempotencyKey key, ContentHash content, Recipient recipient, Reference reference) {
        return new KeyedMessage(key, content, recipient, reference, INSTANCE);
    }

    private static UnsettledMessage unsettled(OrganizationId organization, String name) {
        return new UnsettledMessage(organization, Reference.of(name), INSTANCE);
    }

    private static SendResult accepted(Reference reference) {
        return new Accepted(reference, new QueueId("4711"), INSTANCE, null);
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
