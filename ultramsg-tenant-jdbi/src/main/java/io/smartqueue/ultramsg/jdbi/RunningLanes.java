package io.smartqueue.ultramsg.jdbi;

import com.github.kagkarlsson.scheduler.CurrentlyExecuting;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.smartqueue.ultramsg.error.UltraMessageException;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.LaneTurn;
import io.smartqueue.ultramsg.outbox.NextTurn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/**
 * The turns of lanes on this node: one of db-scheduler's tasks for each lane, which sees to it that a lane has one turn at a time in the
 * whole cluster, and that another node goes on when this one is dead. Thread-safe.
 */
final class RunningLanes implements LaneScheduler.Running {
    private static final Logger LOG = LoggerFactory.getLogger(RunningLanes.class);

    /** The waker has lanes looked for ten times as often; this is for the case that it hangs. */
    private static final Duration POLLING = Duration.ofSeconds(1);

    /** Five of them missed make a node dead, and somebody looks every two of them: after 28 seconds at most a lane goes on. */
    static final Duration HEARTBEAT = Duration.ofSeconds(4);

    private static final int HEARTBEATS_MISSED = 5;
    private static final Duration NEVER = Duration.ofDays(36_500);
    private static final Duration TURN_PATIENCE = Duration.ofSeconds(20);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final int MOST_DOUBLINGS = 5;

    private final LaneTurn turn;
    /** Who was stopped for so long may soon be taken for dead, or was already. */
    private final Duration late;

    private final LaneTable table;
    private final StoreTime time;
    private final String node = "ultramsg-" + UUID.randomUUID(); // of 50 characters at most
    private final Scheduler scheduler;
    private final LaneWaker waker;
    private final Runnable whenClosed;
    private final AtomicBoolean closing = new AtomicBoolean();

    RunningLanes(
            LaneTurn turn,
            int mostAtATime,
            Duration heartbeat,
            LaneTable table,
            StoreTime time,
            DataSource database,
            TableLayout layout,
            Runnable whenClosed) {
        this.turn = turn;
        this.late = heartbeat.multipliedBy(HEARTBEATS_MISSED).dividedBy(2);
        this.table = table;
        this.time = time;
        this.whenClosed = whenClosed;
        this.scheduler = Scheduler.create(
                        database,
                        Tasks.custom(LaneTable.TASK, LaneData.class)
                                .onFailure(this::afterFailure)
                                .onDeadExecution(this::afterDeath)
                                .execute(this::haveTurn))
                .tableName(layout.lanes())
                .jdbcCustomization(new LanePicking(layout))
                .serializer(LaneData.AS_TEXT)
                .schedulerName(new SchedulerName.Fixed(node))
                .clock(time)
                .threads(mostAtATime)
                .pollUsingLockAndFetch(0.5, 1.0)
                .pollingInterval(POLLING)
                .heartbeatInterval(heartbeat)
                .missedHeartbeatsLimit(HEARTBEATS_MISSED)
                .deleteUnresolvedAfter(NEVER)
                .shutdownMaxWait(TURN_PATIENCE)
                .failureLogging(LogLevel.OFF, false) // it is told here, without what is in the exception
                .executorService(LaneThreads.forTurns(mostAtATime))
                .dueExecutor(LaneThreads.forPolling())
                .housekeeperExecutor(LaneThreads.forHousekeeping())
                .build();
        this.waker = new LaneWaker(table, time, new LaneWaker.Listener() {
            @Override
            public void woken() {
                scheduler.resume();
                scheduler.triggerCheckForDueExecutions();
            }

            @Override
            public void troubled() {
                scheduler.pause(); // or it would log a stack trace ten times a second
            }
        });
    }

    void start() {
        scheduler.start();
        waker.start();
    }

    /** Says that there is a call to be answered. */
    void hint() {
        waker.hint();
    }

    /** How many lanes were missing until now. */
    int mended() {
        return waker.mended();
    }

    boolean isInTrouble() {
        return scheduler.getSchedulerState().isPaused();
    }

    private CompletionHandler<LaneData> haveTurn(TaskInstance<LaneData> lane, ExecutionContext context) {
        if (closing.get() || isLate(context.getExecution())) {
            return (completion, operations) -> end(
                    completion, () -> operations.reschedule(completion, time.now())); // as if it had not been picked
        }
        CurrentlyExecuting current = context.getCurrentlyExecuting();
        Optional<NextTurn> next = turn.run(
                OrganizationId.of(lane.getId()), lane.getData().memory(), () -> closing.get() || isLost(current));
        return (completion, operations) -> end(
                completion,
                () -> next.ifPresentOrElse(
                        then -> operations.reschedule(
                                completion, time.now().plus(then.after()), new LaneData(then.reason(), then.memory())),
                        operations::remove));
    }

    private boolean isLate(Execution execution) {
        return Duration.between(execution.lastHeartbeat, time.now()).compareTo(late) > 0;
    }

    /** Whether another node may have the lane now, because this one was cut off for a while. */
    private static boolean isLost(CurrentlyExecuting current) {
        return current.getHeartbeatState().getFailedHeartbeats() > 0
                || current.getHeartbeatState().getFractionDead() > 0.5;
    }

    private void afterFailure(ExecutionComplete completion, ExecutionOperations<LaneData> operations) {
        Execution execution = completion.getExecution();
        LaneData data = (LaneData) execution.taskInstance.getData();
        Duration pause = closing.get() ? Duration.ZERO : pauseAfter(execution.consecutiveFailures);
        LOG.warn(
                "A turn of the lane of organization {} failed; it has the next one in {} s: {}",
                execution.getId(),
                pause.toSeconds(),
                completion.getCause().map(RunningLanes::describe).orElse("no cause"));
        // for its pace, or each new message would let it fail again at once
        end(
                completion,
                () -> operations.reschedule(
                        completion, time.now().plus(pause), new LaneData(NextTurn.Reason.PACE, data.memory())));
    }

    private static Duration pauseAfter(int failures) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /** This library's own exceptions hold nothing secret; what others write into theirs is not known. */
    private static String describe(Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        return cause.getClass().getName()
                + (cause instanceof UltraMessageException ? ": " + cause.getMessage() : "")
                + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    private void afterDeath(ExecutionComplete completion, ExecutionOperations<LaneData> operations) {
        end(completion, () -> operations.reschedule(completion, time.now()));
    }

    /**
     * Writes down how a turn ended. Where that fails, the lane is another node's already, or will be taken for that of a dead node, whose
     * turns may have done what they had to or not.
     */
    private void end(ExecutionComplete completion, Runnable writing) {
        String lane = completion.getExecution().getId();
        try {
            writing.run();
        } catch (ExecutionException e) {
            LOG.debug("The lane of organization {} is another node's by now", lane);
        } catch (RuntimeException e) {
            LOG.info(
                    "How the turn of the lane of organization {} ended is not written down; it goes on within half a minute: {}",
                    lane,
                    StorageFailures.describe("PostgreSQL", e).getMessage());
        }
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        boolean interrupted = Thread.interrupted(); // nothing would be waited for, and nothing handed over
        try {
            waker.close();
            scheduler.stop();
            handOver();
        } finally {
            whenClosed.run();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A turn that does not come to its end keeps its lane, or another node would have one beside it. */
    private void handOver() {
        int running = scheduler.getCurrentlyExecuting().size();
        if (running > 0) {
            LOG.warn(
                    "{} turns of lanes did not end when they were to; other nodes go on within half a minute", running);
            return;
        }
        try {
            table.handOver(node, time.now());
        } catch (RuntimeException e) {
            LOG.info("Lanes were not handed over; other nodes go on within half a minute: {}", e.getMessage());
        }
    }
}
