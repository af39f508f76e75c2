package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.Claimed;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.LaneMemory;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.LaneTurn;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.NextTurn;
import io.smartqueue.ultramsg.outbox.NextTurn.Reason;
import io.smartqueue.ultramsg.outbox.OrderingKey;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.outbox.Payload;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.outbox.WorkOutcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What every {@link LaneScheduler} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method needs organizations of its own; {@link #newOrganization} makes them. Lanes that other tests have left may have
 * their turns meanwhile, and end with that.
 */
public abstract class LaneSchedulerContract {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofHours(1);
    private static final LaneMemory MEMORY = new LaneMemory(7, 3);
    private static final BatchId NEWS = BatchId.of("news");
    private static final Recipient ADA = Recipient.parse("+15550001111");
    private static final InstanceId INSTANCE = InstanceId.parse("instance1150");

    private final SettableClock clock = SettableClock.at(NOON);
    private final Map<OrganizationId, Recorded> recorded = new ConcurrentHashMap<>();
    private final List<LaneScheduler.Running> running = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();

    /** For the subclasses. */
    protected LaneSchedulerContract() {}

    /**
     * Returns the clock that the store and the scheduler under test must go by; at first, noon of 23 November 2026 in UTC.
     *
     * @return one clock for each instance of the test class
     */
    protected final SettableClock clock() {
        return clock;
    }

    /**
     * Returns the store whose work gives organizations their lanes.
     *
     * @return the store, going by {@link #clock}
     */
    protected abstract OutboxStore store();

    /**
     * Returns the scheduler under test.
     *
     * @return always the same, going by {@link #clock}
     */
    protected abstract LaneScheduler lanes();

    /**
     * Returns the scheduler of another node on the same store.
     *
     * @return always the same, going by {@link #clock}
     */
    protected abstract LaneScheduler lanesOfAnotherNode();

    /**
     * Adds an organization with room for a thousand messages a day, as a host's own code would.
     *
     * @return its id
     */
    protected abstract OrganizationId newOrganization();

    /** Closes what the subclass has opened for a test, once all lanes are stopped; nothing by default. */
    protected void closeStores() {}

    @AfterEach
    void stop() {
        recorded.values().forEach(each -> each.let.countDown());
        running.forEach(LaneScheduler.Running::close);
        closeStores();
    }

    @Test
    void givesOrganizationsWithWorkTheirTurn() {
        Recorded before = recorded(turn -> Optional.empty());
        Recorded after = recorded(turn -> Optional.empty());
        enqueue(before);
        start(lanes());
        enqueue(after);

        await(() -> before.count() == 1 && after.count() == 1);
        assertThat(before.memories).containsExactly(LaneMemory.NONE);
    }

    @Test
    void givesOrganizationsWithoutWorkNone() {
        Recorded idle = recorded(turn -> Optional.empty());
        start(lanes());

        lanes().somethingChanged(idle.organization);
        awaitTurnOfSomebodyElse();

        assertThat(idle.count()).isZero();
    }

    @Test
    void endsALaneThatNeedsNoMoreTurns() {
        Recorded lane = recorded(turn -> Optional.empty());
        start(lanes());
        enqueue(lane);
        await(() -> lane.count() == 1);
        awaitTurnOfSomebodyElse();

        lanes().somethingChanged(lane.organization);
        clock.advance(Duration.ofDays(1));
        awaitTurnOfSomebodyElse();
        assertThat(lane.count()).isEqualTo(1);

        enqueue(lane);
        await(() -> lane.count() == 2);
        assertThat(lane.memories).containsExactly(LaneMemory.NONE, LaneMemory.NONE);
    }

    @Test
    void shortensAPaceForNothing() {
        Recorded lane = recorded(turn -> turn == 1 ? next(Duration.ofSeconds(10), Reason.PACE) : Optional.empty());
        start(lanes());
        enqueue(lane);
        await(() -> lane.count() == 1);

        enqueue(lane);
        lanes().somethingChanged(lane.organization);
        clock.advance(Duration.ofSeconds(10).minusMillis(1));
        awaitTurnOfSomebodyElse();
        assertThat(lane.count()).isEqualTo(1);

        awaitAsTimeGoesBy(Duration.ofSeconds(10), () -> lane.count() >= 2);
        assertThat(lane.memories).containsExactly(LaneMemory.NONE, MEMORY);
    }

    @Test
    void shortensAWaitForWorkWhenThereIsSome() {
        Recorded lane = recorded(turn -> next(LONG, Reason.WORK));
        start(lanes());
        enqueue(lane);
        await(() -> lane.count() == 1);
        awaitTurnOfSomebodyElse();

        lanes().somethingChanged(lane.organization);
        awaitTurnOfSomebodyElse();
        assertThat(lane.count()).isEqualTo(1);

        enqueue(lane);
        await(() -> lane.count() == 2);
        awaitTurnOfSomebodyElse();
        awaitAsTimeGoesBy(LONG, () -> lane.count() >= 3);
    }

    @Test
    void shortensAWaitForAChangeWhenThereIsOne() {
        Recorded lane = recorded(turn -> next(LONG, Reason.CHANGE));
        start(lanes());
        enqueue(lane);
        await(() -> lane.count() == 1);
        awaitTurnOfSomebodyElse();

        enqueue(lane);
        awaitTurnOfSomebodyElse();
        assertThat(lane.count()).isEqualTo(1);

        lanes().somethingChanged(lane.organization);
        await(() -> lane.count() == 2);
        awaitTurnOfSomebodyElse();
        lanesOfAnotherNode().somethingChanged(lane.organization);
        await(() -> lane.count() == 3);
        awaitAsTimeGoesBy(LONG, () -> lane.count() >= 4);
    }

    @Test
    void givesALaneAnotherTurnForWorkThatCameDuringOne() {
        start(lanes());
        for (Optional<NextTurn> after : List.of(Optional.<NextTurn>empty(), next(LONG, Reason.WORK))) {
            Recorded lane = recorded(turn -> turn == 1 ? after : Optional.empty());
            lane.hold();
            enqueue(lane);
            await(() -> lane.count() == 1);

            enqueue(lane);
            lane.let.countDown();

            await(() -> lane.count() == 2);
        }
    }

    @Test
    void wakesALaneForWhatGoesOnOrIsTriedAgain() {
        Recorded lane = recorded(turn -> Optional.empty());
        start(lanes());
        OrganizationId organization = lane.organization;
        store().open(organization, NEWS);
        Reference one = enqueue(lane, NEWS);
        Reference two = enqueue(lane, NEWS);
        awaitRest(lane);
        store().decide(organization, NEWS, BatchState.PAUSED);
        awaitRest(lane);

        assertTurnAfter(lane, () -> store().decide(organization, NEWS, BatchState.OPEN));
        rejectAll(organization);
        assertTurnAfter(lane, () -> store().retry(organization, one));
        assertTurnAfter(lane, () -> store().retryRejected(organization, NEWS) == 1);
        assertThat(store().find(organization, two).orElseThrow().state()).isEqualTo(OutboxItem.State.QUEUED);
    }

    @Test
    void wakesALaneForWhatFollowsOneThatIsCancelled() {
        Recorded lane = recorded(turn -> Optional.empty());
        start(lanes());
        EnqueueOptions inOrder = EnqueueOptions.builder()
                .orderingKey(OrderingKey.of("ticket-42"))
                .build();
        Reference first = enqueue(lane, null, inOrder);
        enqueue(lane, null, inOrder);
        awaitRest(lane);

        assertTurnAfter(lane, () -> store().cancel(lane.organization, first));
    }

    private void rejectAll(OrganizationId organization) {
        List<WorkOutcome> outcomes = new ArrayList<>();
        for (Work work : store().claim(organization, INSTANCE, 100).work()) {
            SendResult rejected = new SendResult.Rejected(
                    work.reference(), RejectionReason.REFUSED_BY_PROVIDER, "no such template", null);
            outcomes.add(new WorkOutcome.Settled(work, rejected, 1));
        }
        store().settle(organization, outcomes);
    }

    private void assertTurnAfter(Recorded lane, BooleanSupplier change) {
        int before = lane.count();
        assertThat(change.getAsBoolean()).isTrue();
        await(() -> lane.count() > before);
        awaitRest(lane);
    }

    /** Until it has had its turns for all that has happened. */
    private void awaitRest(Recorded lane) {
        int before;
        do {
            before = lane.count();
            awaitTurnOfSomebodyElse();
        } while (lane.count() > before);
    }

    @Test
    void givesALaneWhoseTurnFailsAnotherOneAfterAWhile() {
        Recorded lane = recorded(turn -> {
            if (turn == 1) {
                throw new IllegalStateException("as the test wants it");
            }
            return Optional.empty();
        });
        start(lanes());
        enqueue(lane);
        await(() -> lane.count() == 1);

        awaitAsTimeGoesBy(Duration.ofMinutes(1), () -> lane.count() >= 2);
    }

    @Test
    void givesALaneOneTurnAtATimeOnAllNodes() {
        List<Recorded> lanes = Stream.generate(() -> recorded(turn -> turn < 6
                        ? next(Duration.ZERO, Reason.values()[turn % Reason.values().length])
                        : Optional.empty()))
                .limit(3)
                .toList();
        start(lanes());
        start(lanesOfAnotherNode());

        for (int i = 0; i < 4; i++) {
            lanes.forEach(this::enqueue);
            lanes.forEach(lane -> lanesOfAnotherNode().somethingChanged(lane.organization));
        }

        await(() -> lanes.stream().allMatch(lane -> lane.count() >= 6));
        assertThat(lanes).allSatisfy(lane -> assertThat(lane.overlaps.get()).isZero());
    }

    @Test
    void runsLanesOfSeveralOrganizationsAtTheSameMoment() {
        List<Recorded> lanes = Stream.generate(() -> recorded(turn -> Optional.empty()))
                .limit(3)
                .toList();
        lanes.forEach(Recorded::hold);
        start(lanes());

        lanes.forEach(this::enqueue);

        await(() -> lanes.stream().allMatch(lane -> lane.underWay.get() == 1));
    }

    @Test
    void runsNoMoreLanesAtATimeThanItMay() {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Recorded> lanes = Stream.generate(() -> recorded(turn -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    Thread.yield();
                    underWay.decrementAndGet();
                    return turn < 3 ? next(Duration.ZERO, Reason.PACE) : Optional.empty();
                }))
                .limit(4)
                .toList();
        lanes.forEach(this::enqueue);

        running.add(lanes().start(this::run, 1));

        await(() -> lanes.stream().allMatch(lane -> lane.count() == 3));
        assertThat(most).hasValue(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lanesOfAnotherNode().start(this::run, 0));
    }

    @Test
    void runsOnANodeOnceUntilItIsStopped() {
        LaneScheduler.Running first = start(lanes());
        assertThatIllegalStateException().isThrownBy(() -> lanes().start(this::run, 1));
        first.close();
        first.close();

        Recorded lane = recorded(turn -> Optional.empty());
        enqueue(lane);
        start(lanes());
        await(() -> lane.count() == 1);
    }

    @Test
    void waitsForTurnsUnderWayWhenItIsStopped() {
        AtomicBoolean isOver = new AtomicBoolean();
        Recorded lane = newRecorded((turn, isEnding) -> {
            await(isEnding);
            isOver.set(true);
            return next(Duration.ZERO, Reason.PACE);
        });
        LaneScheduler.Running node = start(lanes());
        enqueue(lane);
        await(() -> lane.count() == 1);

        node.close();

        assertThat(isOver).isTrue();
        assertThat(lane.underWay).hasValue(0);
    }

    @Test
    void handsLanesToAnotherNodeWhenItIsStopped() {
        Recorded lane = recorded(turn -> turn == 1 ? next(LONG, Reason.PACE) : Optional.empty());
        LaneScheduler.Running node = start(lanes());
        enqueue(lane);
        await(() -> lane.count() == 1);

        node.close();
        clock.advance(LONG);
        assertThat(lane.count()).isEqualTo(1);
        start(lanesOfAnotherNode());

        await(() -> lane.count() == 2);
        assertThat(lane.memories).containsExactly(LaneMemory.NONE, MEMORY);
    }

    @Test
    void runsLanesUntilEverythingIsSentHoweverItCame() throws InterruptedException {
        List<Recorded> lanes = Stream.generate(this::sendingLane).limit(3).toList();
        start(lanes());
        start(lanesOfAnotherNode());
        lanes.forEach(lane -> store().open(lane.organization, NEWS));

        List<Thread> enqueueing = lanes.stream()
                .map(lane -> new Thread(() -> {
                    for (int i = 0; i < 20; i++) {
                        enqueue(lane, NEWS);
                    }
                }))
                .toList();
        enqueueing.forEach(Thread::start);
        for (Thread thread : enqueueing) {
            thread.join();
        }

        await(() -> lanes.stream().allMatch(lane -> accepted(lane) == 20));
        assertThat(lanes).allSatisfy(lane -> assertThat(lane.overlaps.get()).isZero());
    }

    private Recorded sendingLane() {
        OrganizationId organization = newOrganization();
        return recorded(organization, (turn, isEnding) -> {
            Claimed claimed = store().claim(organization, INSTANCE, 3);
            store().settle(
                            organization,
                            claimed.work().stream()
                                    .<WorkOutcome>map(work -> new WorkOutcome.Settled(
                                            work,
                                            new SendResult.Accepted(
                                                    work.reference(), new QueueId("4711"), INSTANCE, null, null),
                                            1))
                                    .toList());
            return claimed.next() instanceof Claimed.Next.More ? next(Duration.ZERO, Reason.PACE) : Optional.empty();
        });
    }

    private long accepted(Recorded lane) {
        return store().find(lane.organization, NEWS).orElseThrow().counts().accepted();
    }

    private LaneScheduler.Running start(LaneScheduler node) {
        LaneScheduler.Running started = node.start(this::run, 8);
        running.add(started);
        return started;
    }

    /** What a lane of this test does; another one, which an earlier test has left, ends. */
    private Optional<NextTurn> run(OrganizationId organization, LaneMemory memory, BooleanSupplier isEnding) {
        LaneTurn lane = recorded.get(organization);
        return lane == null ? Optional.empty() : lane.run(organization, memory, isEnding);
    }

    private static Optional<NextTurn> next(Duration after, Reason reason) {
        return Optional.of(new NextTurn(after, reason, MEMORY));
    }

    /** What a lane's first, second … turn does. */
    @FunctionalInterface
    private interface Turns {
        Optional<NextTurn> run(int turn);
    }

    /** The same, for one who asks whether the node stops. */
    @FunctionalInterface
    private interface EndingTurns {
        Optional<NextTurn> run(int turn, BooleanSupplier isEnding);
    }

    private Recorded recorded(Turns turns) {
        return newRecorded((turn, isEnding) -> turns.run(turn));
    }

    private Recorded newRecorded(EndingTurns turns) {
        return recorded(newOrganization(), turns);
    }

    private Recorded recorded(OrganizationId organization, EndingTurns turns) {
        Recorded lane = new Recorded(organization, turns);
        recorded.put(organization, lane);
        return lane;
    }

    private void enqueue(Recorded lane) {
        enqueue(lane, null);
    }

    private Reference enqueue(Recorded lane, @Nullable BatchId batch) {
        return enqueue(lane, batch, EnqueueOptions.defaults());
    }

    private Reference enqueue(Recorded lane, @Nullable BatchId batch, EnqueueOptions options) {
        Reference reference = Reference.of("number-" + numbers.incrementAndGet());
        TextMessage message = TextMessage.of(ADA, reference.value());
        store().enqueue(
                        lane.organization,
                        List.of(new NewWork(
                                reference, batch, ContentHash.of(message), ADA, Payload.of(message), null, options)));
        return reference;
    }

    /** By then, what had been enqueued or said before has had its effect, too. */
    private void awaitTurnOfSomebodyElse() {
        Recorded other = recorded(turn -> Optional.empty());
        enqueue(other);
        await(() -> other.count() == 1);
    }

    /** Step by step, since a lane counts its wait from the end of its turn, which nobody sees. */
    private void awaitAsTimeGoesBy(Duration step, BooleanSupplier condition) {
        await(() -> {
            clock.advance(step);
            awaitTurnOfSomebodyElse();
            return condition.getAsBoolean();
        });
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited " + PATIENCE).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000); // what is waited for may need this core
        }
    }

    /** An organization's lane and what has been seen of its turns. */
    private static final class Recorded implements LaneTurn {
        private final OrganizationId organization;
        private final EndingTurns turns;
        private final List<LaneMemory> memories = new CopyOnWriteArrayList<>();
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicInteger overlaps = new AtomicInteger();
        private volatile CountDownLatch let = new CountDownLatch(0);

        Recorded(OrganizationId organization, EndingTurns turns) {
            this.organization = organization;
            this.turns = turns;
        }

        /** Its turns do not end until they are let. */
        void hold() {
            let = new CountDownLatch(1);
        }

        int count() {
            return memories.size();
        }

        @Override
        public Optional<NextTurn> run(OrganizationId whose, LaneMemory memory, BooleanSupplier isEnding) {
            if (underWay.incrementAndGet() > 1) {
                overlaps.incrementAndGet();
            }
            try {
                memories.add(memory);
                int turn = count();
                awaitLeave();
                return turns.run(turn, isEnding);
            } finally {
                underWay.decrementAndGet();
            }
        }

        private void awaitLeave() {
            try {
                assertThat(let.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
