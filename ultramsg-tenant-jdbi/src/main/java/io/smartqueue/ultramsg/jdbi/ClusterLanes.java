package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.LaneTurn;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** Lanes that all nodes on one database run together. Thread-safe. */
final class ClusterLanes implements LaneScheduler, AutoCloseable {
    private final TenantScope scope;
    private final TableLayout layout;
    private final LaneTable table;
    private final StoreTime time;
    private final Duration heartbeat;
    private final AtomicReference<@Nullable RunningLanes> running = new AtomicReference<>();

    /** Without a clock, time is the database's, which all nodes share. */
    ClusterLanes(TenantScope scope, TableLayout layout, @Nullable Clock clock, Duration heartbeat) {
        this.heartbeat = heartbeat;
        this.scope = scope;
        this.layout = layout;
        this.table = new LaneTable(scope, layout);
        this.time = new StoreTime(scope, clock);
    }

    @Override
    public Running start(LaneTurn turn, int mostAtATime) {
        if (mostAtATime < 1) {
            throw new IllegalArgumentException(
                    "the number of lanes at a time is " + mostAtATime + ", it must be 1 or more");
        }
        time.measure();
        RunningLanes lanes = new RunningLanes(
                turn, mostAtATime, heartbeat, table, time, scope.asService(), layout, () -> running.set(null));
        if (!running.compareAndSet(null, lanes)) {
            throw new IllegalStateException("this store runs the turns of lanes already");
        }
        lanes.start();
        return lanes;
    }

    @Override
    public void somethingChanged(OrganizationId organization) {
        table.callForChange(organization);
        hint();
    }

    /** Says that a call was left, and is there for all to see: it need not wait until somebody looks. */
    void hint() {
        RunningLanes lanes = running.get();
        if (lanes != null) {
            lanes.hint();
        }
    }

    /** How many lanes were missing since this node began to run turns; there should be none. */
    int mended() {
        RunningLanes lanes = running.get();
        return lanes == null ? 0 : lanes.mended();
    }

    /** Whether this node found the database away when it last looked. */
    boolean isInTrouble() {
        RunningLanes lanes = running.get();
        return lanes != null && lanes.isInTrouble();
    }

    @Override
    public void close() {
        RunningLanes lanes = running.get();
        if (lanes != null) {
            lanes.close();
        }
    }
}
