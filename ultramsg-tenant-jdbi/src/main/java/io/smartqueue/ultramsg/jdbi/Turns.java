package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets a few callers at a time ask the database for one organization. Callers who wait for a row that somebody holds would take all
 * connections, and with them those of the other organizations; PostgreSQL lets them change the row one after the other in any
 * case. Thread-safe; keeps nothing of organizations that nobody asks for.
 */
final class Turns {
    /** One changes the row, the next is ready when it has. */
    private static final int AT_A_TIME = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ConcurrentMap<TenantKey, Queue> queues = new ConcurrentHashMap<>();

    <R> R await(TenantKey organization, Supplier<R> statement) {
        Queue queue = queues.compute(organization, (key, present) -> joined(present));
        try {
            queue.enter();
            try {
                return statement.get();
            } finally {
                queue.turns.release();
            }
        } finally {
            queues.computeIfPresent(organization, (key, present) -> --present.callers == 0 ? null : present);
        }
    }

    private static Queue joined(@Nullable Queue present) {
        Queue queue = present == null ? new Queue() : present;
        queue.callers++;
        return queue;
    }

    /** How many organizations are asked for right now. */
    int size() {
        return queues.size();
    }

    private static final class Queue {
        private final Semaphore turns = new Semaphore(AT_A_TIME, true);
        private int callers; // changed under the map's lock of the entry only

        void enter() {
            try {
                if (!turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw StorageException.unavailable(
                            "other calls for this organization have been waiting for the database for "
                                    + PATIENCE.toSeconds() + " seconds; a transaction may be holding its row",
                            null);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw StorageException.unavailable(
                        "the calling thread was interrupted while it waited for other calls for this organization", e);
            }
        }
    }
}
