package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Messages that wait to be sent, kept where all nodes see them. Implemented by the PostgreSQL module and, for tests, in memory by
 * the testkit; a host may bring its own.
 *
 * <p>A queued message is an entry of the {@link io.smartqueue.ultramsg.message.MessageLog} beside it from the moment at which it is
 * enqueued: one idempotency key is one message, however it is sent; the log finds it by its reference once it is sent, and forgets
 * its recipient. Only its lane claims it, and only its lane looks for it while its outcome is unknown. Limits are those of the {@link
 * io.smartqueue.ultramsg.quota.QuotaStore} beside it. Time is the store's. What an implementer promises is written as tests in the
 * testkit's {@code OutboxStoreContract}. Every method throws {@link io.smartqueue.ultramsg.error.StorageException} if the store
 * cannot answer. Thread-safe.
 */
public interface OutboxStore extends OutboxChanges {
    /**
     * Claims what a lane sends next; called by one lane of the organization at a time in the whole cluster.
     *
     * <p>First come messages that may have been sent: those that an earlier turn had claimed and did not settle, and those in doubt whose
     * time has come. Only if there are none come queued ones, the urgent ones first, then in the order of their positions; none
     * that may not be sent yet, none of a batch that is paused, none before an unsettled one of its ordering key. Each of these gets a
     * place in the day; there come as many as there are places. Queued messages that have expired, or whose batch is cancelled, are
     * settled on the way.
     *
     * @param organization whose
     * @param instance through which queued messages will be sent, noted before they are
     * @param most how many at most; 0 only settles what has expired
     * @return what to do
     * @throws IllegalArgumentException if {@code most} is negative
     */
    Claimed claim(OrganizationId organization, InstanceId instance, int most);

    /**
     * Writes down what became of claimed messages, in one transaction. An acceptance is written whoever has claimed the message since;
     * all else only if nobody has. A rejected message frees its key and gives its place in the day back, on its own day only. An outcome
     * that is there already stays. A returned message whose batch has been cancelled meanwhile is cancelled.
     *
     * @param organization whose
     * @param outcomes what became of which
     */
    void settle(OrganizationId organization, List<WorkOutcome> outcomes);

    /**
     * Makes a batch, unless it is there.
     *
     * @param organization whose
     * @param batch its name
     * @return false if there is no such organization
     */
    boolean open(OrganizationId organization, BatchId batch);

    /**
     * Finds how many messages of a batch are where.
     *
     * @param organization whose
     * @param batch its name
     * @return the counts and what was decided; empty if there is no such batch
     */
    Optional<BatchSnapshot> find(OrganizationId organization, BatchId batch);

    /**
     * Decides about a batch, and carries it out before it returns: what is cancelled is settled, what is resumed may be claimed, and a
     * lane learns of it. Messages that are being sent are left alone. A cancelled batch stays cancelled.
     *
     * @param organization whose
     * @param batch its name
     * @param state what it is to be
     * @return false if there is no such batch, or it is cancelled and was to be something else
     */
    boolean decide(OrganizationId organization, BatchId batch, BatchState state);

    /**
     * Puts rejected messages of a batch back into the queue, under their references and keys, at their old positions. One whose key
     * another message has got meanwhile stays rejected, and so does one whose recipient was forgotten.
     *
     * @param organization whose
     * @param batch its name
     * @return how many wait again
     */
    int retryRejected(OrganizationId organization, BatchId batch);

    /**
     * Puts one rejected message back into the queue, see {@link #retryRejected}.
     *
     * @param organization whose
     * @param reference the message's
     * @return whether it waits again
     */
    boolean retry(OrganizationId organization, Reference reference);

    /**
     * Rejects all messages of an organization that wait, also those of paused batches and those that may not be sent yet. They can be
     * {@linkplain #retry put back}. Those that are being sent, or may have been, are left alone, and so are those that are enqueued
     * from now on.
     *
     * @param organization whose
     * @param reason why
     * @param detail why, in words
     */
    void rejectQueued(OrganizationId organization, RejectionReason reason, String detail);

    /**
     * Finds one message.
     *
     * @param organization whose
     * @param reference the message's
     * @return what became of it; empty if it was never enqueued, or is forgotten
     */
    Optional<OutboxItem> find(OrganizationId organization, Reference reference);

    /**
     * Finds several messages at once.
     *
     * @param organization whose
     * @param references the messages', at most 1,000
     * @return what became of those that were enqueued and are not forgotten, each once, in the order of their positions
     * @throws IllegalArgumentException if there are too many references
     */
    List<OutboxItem> find(OrganizationId organization, Collection<Reference> references);

    /**
     * Lists a batch's messages in the order of their positions.
     *
     * @param organization whose
     * @param batch its name
     * @param afterPosition behind which to go on; 0 for the first
     * @param most how many at most, 1 or more
     * @return the next ones, fewer than asked for only at the end
     */
    List<OutboxItem> items(OrganizationId organization, BatchId batch, long afterPosition, int most);

    /**
     * Lists messages of an organization that were rejected, of batches or not, in the order of their positions.
     *
     * @param organization whose
     * @param afterPosition behind which to go on; 0 for the first
     * @param most how many at most, 1 or more
     * @return the next ones, fewer than asked for only at the end
     */
    List<OutboxItem> rejected(OrganizationId organization, long afterPosition, int most);

    /**
     * Stops or lets go on the sending of an organization's queued messages. What is being sent is left alone.
     *
     * @param organization whose
     * @param flow what it is to be
     * @return false if there is no such organization
     */
    boolean decide(OrganizationId organization, Backlog.Flow flow);

    /**
     * Tells what of an organization waits. Counts it, which takes time with much of it.
     *
     * @param organization whose
     * @return the backlog; that of an organization that does not exist is empty
     */
    Backlog backlog(OrganizationId organization);

    /**
     * Deletes batches of all organizations none of whose messages is left in the log.
     *
     * @param olderThan how long a batch has been there at least, zero or more
     * @return how many were deleted
     * @throws IllegalArgumentException if the age is negative
     */
    int purgeBatches(Duration olderThan);

    /**
     * What a store knows of a batch.
     *
     * @param counts how many messages are where
     * @param state what was decided
     */
    record BatchSnapshot(BatchCounts counts, BatchState state) {}
}
