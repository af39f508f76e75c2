package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.LaneTurn;
import io.smartqueue.ultramsg.outbox.NextTurn;
import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** One node that runs turns of lanes in memory, on threads of its own. Thread-safe. */
final class InMemoryLanes implements LaneScheduler {
    private static final System.Logger LOG = System.getLogger(InMemoryLanes.class.getName());

    private final SharedLanes lanes;
    private final AtomicReference<@Nullable Turns> running = new AtomicReference<>();

    InMemoryLanes(SharedLanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public Running start(LaneTurn turn, int mostAtATime) {
        Objects.requireNonNull(turn, "turn");
        if (mostAtATime < 1) {
            throw new IllegalArgumentException("mostAtATime is " + mostAtATime + ", it must be 1 or more");
        }
        Turns turns = new Turns(turn, mostAtATime);
        if (!running.compareAndSet(null, turns)) {
            throw new IllegalStateException("this node runs turns already");
        }
        turns.start();
        return turns;
    }

    @Override
    public void somethingChanged(OrganizationId organization) {
        lanes.somethingChanged(organization);
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** One thread waits for lanes whose turn it is, and others run them. */
    private final class Turns implements Running {
        private final LaneTurn turn;
        private final Semaphore free;
        private final Thread watch = daemon(this::watch, "ultramsg-stub-lane-watch");
        private final ExecutorService threads =
                Executors.newCachedThreadPool(work -> daemon(work, "ultramsg-stub-lane"));
        private volatile boolean isEnding;

        Turns(LaneTurn turn, int mostAtATime) {
            this.turn = turn;
            this.free = new Semaphore(mostAtATime);
        }

        void start() {
            watch.start();
        }

        private void watch() {
            try {
                while (!isEnding) {
                    free.acquire();
                    lanes.take().ifPresentOrElse(due -> threads.execute(() -> run(due)), free::release);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // closed
            }
        }

        private void run(SharedLanes.Turn due) {
            Optional<Optional<NextTurn>> next = Optional.empty();
            try {
                next = Optional.of(turn.run(due.organization(), due.memory(), () -> isEnding));
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "a lane's turn has failed and will be tried again", e);
            } finally {
                next.ifPresentOrElse(ended -> lanes.ended(due, ended), () -> lanes.failed(due));
                free.release();
            }
        }

        /** Waits for turns under way whatever happens to the calling thread: when this is over, they are. */
        @Override
        public void close() {
            isEnding = true;
            watch.interrupt();
            boolean interrupted = false;
            while (watch.isAlive() || !threads.isTerminated()) {
                try {
                    watch.join();
                    threads.shutdown();
                    threads.awaitTermination(1, TimeUnit.DAYS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            running.compareAndSet(this, null);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
