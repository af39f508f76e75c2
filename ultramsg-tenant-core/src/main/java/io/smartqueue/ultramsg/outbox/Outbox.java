package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps messages in the store until their organization's turn comes, and sends them at its instance's pace and within its daily
 * limit, whatever happens to the nodes meanwhile. Each organization has a lane of its own; none waits for another.
 *
 * <pre>{@code
 * Outbox outbox = whatsApp.outbox();
 * outbox.start(); // on each node that is to send
 * outbox.enqueue(acme, TextMessage.of(ann, "Your table is ready."));
 * Batch news = outbox.enqueueBatch(acme, guests.map(guest -> BatchItem.of(TextMessage.of(guest, "We are back."))));
 * news.await(Duration.ofHours(2), progress -> bar.draw(progress.fraction()));
 * }</pre>
 *
 * <p>A message is sent as {@link io.smartqueue.ultramsg.UltraMessageInstanceManager#send} sends it, with its standbys, and is
 * claimed in the store before that. One that may have been sent, since its reply was lost or its node died, is looked for at UltraMsg
 * before it is sent again, and sent again only if it is not listed there. What cannot be sent for a reason that is not its own, such
 * as an instance that is logged out, waits; what UltraMsg refuses for good is {@linkplain #rejected kept} with the reason.
 * Until a message is sent the store holds it whole, after that only what the message log holds; a rejected one stays for {@link #retry}.
 *
 * <p>Thread-safe. All methods block for the store's time alone, and throw {@link io.smartqueue.ultramsg.error.StorageException} if
 * it cannot answer.
 */
public final class Outbox {
    private static final int MOST_IN_ONE_STATEMENT = 1_000;
    /** Pictures in memory are large: a thousand of them would fit into no statement. */
    private static final int ENOUGH_CHARACTERS = 4_000_000;

    private static final int PAGE = 1_000;

    private final OutboxStore store;
    private final LaneScheduler lanes;
    private final Forecast forecast;
    private final KeptText keptText;
    private final Clock clock;
    private final Worker worker;

    /**
     * Made by the manager, which has one: {@code UltraMessageInstanceManager.outbox()}.
     *
     * @param store where messages wait
     * @param lanes when they are sent
     * @param forecast when they will have been sent
     * @param keptText what is kept of them
     * @param clock for references
     * @param worker what starts to send on this node
     */
    public Outbox(
            OutboxStore store, LaneScheduler lanes, Forecast forecast, KeptText keptText, Clock clock, Worker worker) {
        this.store = store;
        this.lanes = lanes;
        this.forecast = forecast;
        this.keptText = keptText;
        this.clock = clock;
        this.worker = worker;
    }

    /** What of a message is kept after it was sent. */
    @FunctionalInterface
    public interface KeptText {
        /**
         * Tells what is kept of a message.
         *
         * @param message which is to be enqueued
         * @return its words, or null if they are not kept
         */
        @Nullable
        String of(OutboundMessage message);
    }

    /** Sends what waits, on this node. */
    public interface Worker {
        /** Starts to send; does nothing if it does so already. */
        void start();

        /** Stops to send; does nothing if it does not. */
        void stop();
    }

    /**
     * Starts to send queued messages on this node. Any number of nodes may do so; an organization's lane is on one of them at a
     * time. Does nothing if it was started before. Closing the manager stops it.
     */
    public void start() {
        worker.start();
    }

    /**
     * Stops to send queued messages on this node: what is being sent is waited for, what was claimed beyond that goes back, and the
     * lanes are other nodes' at once. May be started again. Enqueueing goes on.
     */
    public void stop() {
        worker.stop();
    }

    /**
     * Enqueues a message of normal urgency.
     *
     * @param organization on whose behalf
     * @param message the message
     * @return queued, or why not
     */
    public EnqueueResult enqueue(OrganizationId organization, OutboundMessage message) {
        return enqueue(organization, message, EnqueueOptions.defaults());
    }

    /**
     * Enqueues a message.
     *
     * @param organization on whose behalf
     * @param message the message
     * @param options key, order, urgency and times
     * @return queued, or why not
     */
    public EnqueueResult enqueue(OrganizationId organization, OutboundMessage message, EnqueueOptions options) {
        return enqueue(store, organization, message, options);
    }

    /**
     * Enqueues a message within a transaction of the host's: it is there, and sent, once that transaction is committed, and
     * never if it is rolled back. However long the transaction stays open, it holds nobody up; but for a second one that enqueues
     * the same idempotency key, which waits for it.
     *
     * <pre>{@code
     * connection.setAutoCommit(false);
     * tickets.save(connection, ticket);
     * outbox.enqueue(store.enlist(connection), acme, message, EnqueueOptions.defaults());
     * connection.commit();
     * }</pre>
     *
     * @param transaction as the store's {@code enlist} returned it
     * @param organization on whose behalf
     * @param message the message
     * @param options key, order, urgency and times
     * @return queued, or why not
     */
    public EnqueueResult enqueue(
            OutboxChanges transaction, OrganizationId organization, OutboundMessage message, EnqueueOptions options) {
        Objects.requireNonNull(organization, "organization");
        NewWork work = work(null, new BatchItem(message, options));
        return transaction.enqueue(organization, List.of(work)).get(0);
    }

    /**
     * Enqueues a batch under a new name, see {@link #enqueueBatch(OrganizationId, BatchId, Iterator)}.
     *
     * @param organization on whose behalf
     * @param items the messages
     * @return the batch
     */
    public Batch enqueueBatch(OrganizationId organization, Iterable<BatchItem> items) {
        return enqueueBatch(organization, nextBatchId(), items.iterator());
    }

    /**
     * Enqueues a batch under a new name, see {@link #enqueueBatch(OrganizationId, BatchId, Iterator)}.
     *
     * @param organization on whose behalf
     * @param items the messages; read once, a thousand at a time or fewer, and closed
     * @return the batch
     */
    public Batch enqueueBatch(OrganizationId organization, Stream<BatchItem> items) {
        try (items) {
            return enqueueBatch(organization, nextBatchId(), items.iterator());
        }
    }

    /**
     * Enqueues a batch, or adds to one. Reads the messages as it goes, a thousand at a time, however many there are; the first are sent
     * while the last are read. If it is cut short, what was read is enqueued: enqueue it again under the same name with an idempotency
     * key for each message, and those that are there already are {@linkplain EnqueueResult.AlreadyThere left alone}.
     *
     * @param organization on whose behalf
     * @param batch its name
     * @param items the messages
     * @return the batch
     * @throws IllegalArgumentException if there is no such organization
     * @throws IllegalStateException if the batch is cancelled, before or meanwhile
     */
    public Batch enqueueBatch(OrganizationId organization, BatchId batch, Iterator<BatchItem> items) {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(batch, "batch");
        if (!store.open(organization, batch)) {
            throw noSuch(organization);
        }
        return enqueueAll(store, organization, batch, items);
    }

    /**
     * Enqueues a batch within a transaction of the host's, all of it or nothing: it is there, and sent, once that transaction is
     * committed, together with what else the transaction writes down, say who has started it. Nobody can add to the batch, pause it or
     * cancel it until then; a large one is better put in a thousand at a time by {@link #enqueueBatch(OrganizationId, BatchId,
     * Iterator)}.
     *
     * <pre>{@code
     * connection.setAutoCommit(false);
     * campaigns.save(connection, campaign);
     * outbox.enqueueBatch(store.enlist(connection), acme, BatchId.of(campaign.name()), items.iterator());
     * connection.commit();
     * }</pre>
     *
     * @param transaction as the store's {@code enlist} returned it
     * @param organization on whose behalf
     * @param batch its name
     * @param items the messages; with none of them there is no batch
     * @return the batch, which tells its progress from the commit on
     * @throws IllegalArgumentException if there is no such organization
     * @throws IllegalStateException if the batch is cancelled
     */
    public Batch enqueueBatch(
            OutboxChanges transaction, OrganizationId organization, BatchId batch, Iterator<BatchItem> items) {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(batch, "batch");
        return enqueueAll(transaction, organization, batch, items);
    }

    private Batch enqueueAll(
            OutboxChanges changes, OrganizationId organization, BatchId batch, Iterator<BatchItem> items) {
        while (items.hasNext()) {
            requireTaken(organization, batch, changes.enqueue(organization, next(batch, items)));
        }
        return new Batch(store, forecast, organization, batch);
    }

    private List<NewWork> next(BatchId batch, Iterator<BatchItem> items) {
        List<NewWork> chunk = new ArrayList<>();
        for (int characters = 0;
                items.hasNext() && chunk.size() < MOST_IN_ONE_STATEMENT && characters < ENOUGH_CHARACTERS; ) {
            NewWork work = work(batch, items.next());
            chunk.add(work);
            characters += work.payload().json().length();
        }
        return chunk;
    }

    private static void requireTaken(OrganizationId organization, BatchId batch, List<EnqueueResult> results) {
        for (EnqueueResult result : results) {
            if (result instanceof EnqueueResult.Refused refused) {
                if (refused.reason() == RejectionReason.CANCELLED) {
                    throw new IllegalStateException("batch " + batch + " is cancelled: nothing can be added to it");
                }
                if (refused.reason() == RejectionReason.NOT_CONFIGURED) {
                    throw noSuch(organization);
                }
            }
        }
    }

    private static IllegalArgumentException noSuch(OrganizationId organization) {
        return new IllegalArgumentException("organization " + organization + " does not exist");
    }

    private BatchId nextBatchId() {
        return new BatchId(Reference.next(clock).value());
    }

    private NewWork work(@Nullable BatchId batch, BatchItem item) {
        OutboundMessage message = item.message();
        return new NewWork(
                Reference.next(clock),
                batch,
                ContentHash.of(message),
                message.to(),
                Payload.of(message, item.options()),
                keptText.of(message),
                item.options());
    }

    /**
     * Finds a batch by its name, on whatever node it was enqueued.
     *
     * @param organization whose
     * @param batch its name
     * @return the batch; empty if there is none, or it is forgotten
     */
    public Optional<Batch> batch(OrganizationId organization, BatchId batch) {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(batch, "batch");
        return store.find(organization, batch).map(found -> new Batch(store, forecast, organization, batch));
    }

    /**
     * Tells what became of a queued message.
     *
     * @param organization whose
     * @param reference the message's
     * @return its state and outcome; empty if it was never enqueued, or is forgotten, 7 days after its outcome by default
     */
    public Optional<OutboxItem> find(OrganizationId organization, Reference reference) {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(reference, "reference");
        return store.find(organization, reference);
    }

    /**
     * Tells what became of several queued messages, in the time that it takes to tell it of one: for pages that show many.
     *
     * @param organization whose
     * @param references the messages', at most 1,000
     * @return of those that {@link #find(OrganizationId, Reference)} would find, each once, in the order in which they were enqueued
     * @throws IllegalArgumentException if there are too many references
     */
    public List<OutboxItem> find(OrganizationId organization, Collection<Reference> references) {
        Objects.requireNonNull(organization, "organization");
        return store.find(organization, List.copyOf(references));
    }

    /**
     * Cancels a message that waits.
     *
     * @param organization whose
     * @param reference the message's
     * @return whether it will not be sent; false if it is being sent, has an outcome, or there is none
     */
    public boolean cancel(OrganizationId organization, Reference reference) {
        return cancel(store, organization, reference);
    }

    /**
     * Cancels a message that waits within a transaction of the host's: it is never sent once that transaction is committed, and waits
     * and is sent as before if it is rolled back. Until then nobody sends it, nor what follows it by its {@link OrderingKey}; all
     * else of its organization and of its batch goes on, however long that takes. Who wants this message itself waits, up to 2
     * seconds: who cancels it too, pauses or cancels its batch, forgets its recipient, or enqueues or sends with its idempotency key.
     *
     * <pre>{@code
     * connection.setAutoCommit(false);
     * tickets.close(connection, ticket);
     * boolean isStopped = outbox.cancel(store.enlist(connection), acme, ticket.yourTurn());
     * connection.commit();
     * }</pre>
     *
     * @param transaction as the store's {@code enlist} returned it
     * @param organization whose
     * @param reference the message's; it may have been enqueued in the same transaction
     * @return whether it will not be sent if the transaction is committed; false if it is being sent, has an outcome, or there is none
     */
    public boolean cancel(OutboxChanges transaction, OrganizationId organization, Reference reference) {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(reference, "reference");
        return transaction.cancel(organization, reference);
    }

    /**
     * Lists messages that UltraMsg refused for good, with the reasons, those of batches included.
     *
     * @param organization whose
     * @return in the order in which they were enqueued, read from the store as the stream goes
     */
    public Stream<OutboxItem> rejected(OrganizationId organization) {
        Objects.requireNonNull(organization, "organization");
        return Pages.stream(PAGE, (after, most) -> store.rejected(organization, after, most));
    }

    /**
     * Puts a rejected message back into the queue, under its reference and key: say, after its organization's template was corrected at
     * UltraMsg. It goes first among those of its urgency that were enqueued after it.
     *
     * @param organization whose
     * @param reference the message's
     * @return whether it waits again; false if it is not rejected, its key belongs to another message by now, or its recipient
     *     was forgotten
     */
    public boolean retry(OrganizationId organization, Reference reference) {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(reference, "reference");
        return store.retry(organization, reference);
    }

    /**
     * Holds all queued messages of an organization back, those that are enqueued later included, until it is resumed. What is being
     * sent is left alone; messages that are sent without the outbox are, too.
     *
     * @param organization whose
     * @return false if there is no such organization
     */
    public boolean pause(OrganizationId organization) {
        Objects.requireNonNull(organization, "organization");
        return store.decide(organization, Backlog.Flow.PAUSED);
    }

    /**
     * Lets the queued messages of an organization go on.
     *
     * @param organization whose
     * @return false if there is no such organization
     */
    public boolean resume(OrganizationId organization) {
        Objects.requireNonNull(organization, "organization");
        boolean exists = store.decide(organization, Backlog.Flow.OPEN);
        lanes.somethingChanged(organization);
        return exists;
    }

    /**
     * Tells what of an organization waits. Counts it: ask now and then, not with every message.
     *
     * @param organization whose
     * @return the backlog; empty for an organization that does not exist
     */
    public Backlog backlog(OrganizationId organization) {
        Objects.requireNonNull(organization, "organization");
        return store.backlog(organization);
    }
}
