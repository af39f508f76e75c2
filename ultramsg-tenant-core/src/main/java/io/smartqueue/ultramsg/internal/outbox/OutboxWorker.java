package io.smartqueue.ultramsg.internal.outbox;

import io.smartqueue.ultramsg.internal.thread.DaemonThreads;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.LaneTurn;
import io.smartqueue.ultramsg.outbox.Outbox;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Has this node send queued messages while it is started: runs its lanes' turns, and wakes a lane that waits for a change when its
 * organization's configuration has changed. Thread-safe.
 */
public final class OutboxWorker implements Outbox.Worker {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxWorker.class);

    private final OrganizationStore organizations;
    private final LaneScheduler lanes;
    private final LaneTurn turn;
    private final int lanesAtATime;
    private final Lock lock = new ReentrantLock();
    private @Nullable Started started; // under the lock

    public OutboxWorker(OrganizationStore organizations, LaneScheduler lanes, LaneTurn turn, int lanesAtATime) {
        this.organizations = organizations;
        this.lanes = lanes;
        this.turn = turn;
        this.lanesAtATime = lanesAtATime;
    }

    @Override
    public void start() {
        lock.lock();
        try {
            if (started == null) {
                started = new Started();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stop() {
        lock.lock();
        try {
            if (started != null) {
                started.stop();
                started = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** From one start to the next stop. */
    private final class Started implements OrganizationStore.ChangeListener {
        /** Not on the thread that hears of changes, which must not wait for the store. */
        private final ExecutorService changes =
                Executors.newSingleThreadExecutor(DaemonThreads.named("ultramsg-outbox-changes"));

        private final LaneScheduler.Running running = lanes.start(turn, lanesAtATime);
        private final OrganizationStore.Subscription subscription = organizations.onChange(this);

        @Override
        public void changed(OrganizationId organization) {
            try {
                changes.execute(() -> wake(organization));
            } catch (RejectedExecutionException stopped) {
                LOG.debug("Organization {} has changed while the outbox was stopped", organization);
            }
        }

        private void wake(OrganizationId organization) {
            try {
                lanes.somethingChanged(organization);
            } catch (RuntimeException e) { // of whatever kind: a host may bring the store
                LOG.warn(
                        "The lane of organization {} could not be told of a change; it finds out by itself within 15 minutes",
                        organization,
                        e);
            }
        }

        /** Lanes find out by themselves: there may be thousands. */
        @Override
        public void anythingMayHaveChanged() {}

        void stop() {
            subscription.close();
            changes.shutdown();
            running.close();
        }
    }
}
