package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Messages that were enqueued together. It is kept in the store: {@link Outbox#batch} finds it again on any node, until its
 * last message is forgotten, 7 days after its outcome by default. Thread-safe.
 */
public final class Batch {
    private static final int PAGE = 1_000;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final OutboxStore store;
    private final Forecast forecast;
    private final OrganizationId organization;
    private final BatchId id;

    Batch(OutboxStore store, Forecast forecast, OrganizationId organization, BatchId id) {
        this.store = store;
        this.forecast = forecast;
        this.organization = organization;
        this.id = id;
    }

    /**
     * Returns its name.
     *
     * @return by which {@link Outbox#batch} finds it
     */
    public BatchId id() {
        return id;
    }

    /**
     * Tells how far it is. Costs the store the same for any number of messages.
     *
     * @return the counts, what was decided, and when it is expected to end
     * @throws IllegalStateException if it is forgotten
     */
    public BatchProgress progress() {
        OutboxStore.BatchSnapshot now = store.find(organization, id)
                .orElseThrow(
                        () -> new IllegalStateException("batch " + id + " is no more: all its messages are forgotten"));
        return forecast.of(organization, now);
    }

    /**
     * Waits on the calling thread until all its messages are settled.
     *
     * @param most for how long at most, more than zero
     * @return how far it is then; {@link BatchProgress#isDone} tells whether that is its end
     * @throws InterruptedException if the thread is interrupted
     */
    public BatchProgress await(Duration most) throws InterruptedException {
        return await(most, progress -> {});
    }

    /**
     * Waits on the calling thread until all its messages are settled, and tells how far it is at the beginning, whenever that has
     * changed, once a second at most, and at the end. A store that cannot answer for a while does not end the wait.
     *
     * @param most for how long at most, more than zero
     * @param listener called on the calling thread; what it throws ends the wait
     * @return how far it is then, or was when the store answered last; {@link BatchProgress#isDone} tells whether that is its end
     * @throws InterruptedException if the thread is interrupted
     */
    public BatchProgress await(Duration most, Consumer<? super BatchProgress> listener) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        BatchProgress told = null;
        for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            BatchProgress now = progressOr(told, left);
            if (now != null && (told == null || isNews(now, told))) {
                listener.accept(now);
            }
            told = now;
            if (told != null && (told.isDone() || left <= 0)) {
                return told;
            }
            Thread.sleep(Math.min(pause, Math.max(1, left)));
        }
    }

    private @Nullable BatchProgress progressOr(@Nullable BatchProgress last, long millisLeft) {
        try {
            return progress();
        } catch (StorageException e) {
            if (e.isRetryable() && (millisLeft > 0 || last != null)) {
                return last;
            }
            throw e;
        }
    }

    private static boolean isNews(BatchProgress now, BatchProgress told) {
        return !now.counts().equals(told.counts()) || now.state() != told.state();
    }

    /**
     * Holds its messages back until it is resumed. Other messages of the organization go on.
     *
     * @return false if it is cancelled, or is no more
     */
    public boolean pause() {
        return store.decide(organization, id, BatchState.PAUSED);
    }

    /**
     * Lets its messages go on.
     *
     * @return false if it is cancelled, or is no more
     */
    public boolean resume() {
        return store.decide(organization, id, BatchState.OPEN);
    }

    /**
     * Sees to it that none of its messages is sent any more but those that are being sent at this moment. For good.
     *
     * @return false if it is no more
     */
    public boolean cancel() {
        return store.decide(organization, id, BatchState.CANCELLED);
    }

    /**
     * Puts its rejected messages back into the queue, under their references and keys.
     *
     * @return how many; those stay rejected whose key another message has got meanwhile, or whose recipient was forgotten
     */
    public int retryRejected() {
        return store.retryRejected(organization, id);
    }

    /**
     * Lists what became of each of its messages.
     *
     * @return in the order in which they were enqueued, read from the store as the stream goes, a thousand at a time
     */
    public Stream<OutboxItem> items() {
        return Pages.stream(PAGE, (after, most) -> store.items(organization, id, after, most));
    }
}
