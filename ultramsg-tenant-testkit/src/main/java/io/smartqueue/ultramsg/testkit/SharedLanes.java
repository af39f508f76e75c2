package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.LaneMemory;
import io.smartqueue.ultramsg.outbox.NextTurn;
import io.smartqueue.ultramsg.outbox.NextTurn.Reason;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** The lanes of all organizations that have work, which all nodes see. Thread-safe. */
final class SharedLanes {
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(5);
    /** A clock that a test moves tells nobody, so it is looked at this often. */
    private static final long LOOK_MILLIS = 2;

    private final Clock clock;
    private final Map<OrganizationId, Lane> lanes = new HashMap<>();
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    SharedLanes(Clock clock) {
        this.clock = clock;
    }

    void workCame(OrganizationId organization) {
        lock.lock();
        try {
            lanes.computeIfAbsent(organization, Lane::new).workCame(clock.instant());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void somethingChanged(OrganizationId organization) {
        lock.lock();
        try {
            Optional.ofNullable(lanes.get(organization)).ifPresent(lane -> lane.somethingChanged(clock.instant()));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the lane that has been due the longest, so that nobody else runs it. Waits a moment for one, as long as none is. */
    Optional<Turn> take() throws InterruptedException {
        lock.lock();
        try {
            Optional<Lane> due = due();
            if (due.isEmpty() && lanes.isEmpty()) {
                changed.await();
            } else if (due.isEmpty()) {
                changed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return due.map(Lane::begin);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Lane> due() {
        Instant now = clock.instant();
        return lanes.values().stream()
                .filter(lane -> !lane.isRunning && !lane.due.isAfter(now))
                .min(Comparator.comparing(lane -> lane.due));
    }

    void ended(Turn turn, Optional<NextTurn> next) {
        lock.lock();
        try {
            Instant now = clock.instant();
            lanes.computeIfPresent(turn.organization(), (organization, lane) -> lane.ended(next, now) ? lane : null);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void failed(Turn turn) {
        ended(turn, Optional.of(new NextTurn(AFTER_A_FAILURE, Reason.PACE, turn.memory())));
    }

    /**
     * A lane's turn, which is whoever's who has it.
     *
     * @param organization whose lane it is
     * @param memory what the turn before has left
     */
    record Turn(OrganizationId organization, LaneMemory memory) {}

    private static final class Lane {
        private final OrganizationId organization;
        private Instant due = Instant.MAX;
        private Reason reason = Reason.WORK;
        private LaneMemory memory = LaneMemory.NONE;
        private boolean isRunning;
        private boolean hasNewWork;
        private boolean hasChanged;

        Lane(OrganizationId organization) {
            this.organization = organization;
        }

        void workCame(Instant now) {
            hasNewWork = isRunning;
            wake(Reason.WORK, now);
        }

        void somethingChanged(Instant now) {
            hasChanged = isRunning;
            wake(Reason.CHANGE, now);
        }

        private void wake(Reason what, Instant now) {
            if (!isRunning && reason == what && due.isAfter(now)) {
                due = now;
            }
        }

        Turn begin() {
            isRunning = true;
            hasNewWork = false;
            hasChanged = false;
            return new Turn(organization, memory);
        }

        /** Tells whether it goes on. What happened during its turn shortens the wait as it would have afterwards. */
        boolean ended(Optional<NextTurn> next, Instant now) {
            isRunning = false;
            due = now.plus(next.map(NextTurn::after).orElse(Duration.ZERO));
            reason = next.map(NextTurn::reason).orElse(Reason.WORK);
            memory = next.map(NextTurn::memory).orElse(LaneMemory.NONE);
            if (hasNewWork) {
                wake(Reason.WORK, now);
            }
            if (hasChanged) {
                wake(Reason.CHANGE, now);
            }
            return next.isPresent() || hasNewWork;
        }
    }
}
