package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of messages that were sent with an {@link IdempotencyKey}, kept where all nodes see it. Implemented by the
 * PostgreSQL module and, for tests, in memory by the testkit; a host may bring its own.
 *
 * <p>A message's entry is made by {@link #claim} before anything is sent and gets its outcome by {@link #settle}. Of an
 * organization that is removed nothing is shown any more. Time is the store's, which all nodes share. Texts are not kept. What
 * an implementer promises is written as tests in the testkit's {@code MessageLogContract}. Every method throws
 * {@link io.smartqueue.ultramsg.error.StorageException} if the store cannot answer. Thread-safe.
 */
public interface MessageLog {
    /**
     * Claims a message's key, atomically: of callers at the same moment, on whatever nodes, one is told to send. A message is
     * the same as another if its {@link ContentHash} is.
     *
     * @param organization on whose behalf
     * @param message what is to be sent, and the reference it would be sent under
     * @param lease for how long the claim is the caller's alone, more than zero; after that, without an outcome, another caller
     *     with the same key takes it over
     * @return what to do
     * @throws IllegalArgumentException if the lease is not more than zero
     */
    KeyClaim claim(OrganizationId organization, KeyedMessage message, Duration lease);

    /**
     * Writes down what became of a message that was claimed. {@link SendResult.Accepted} and {@link SendResult.Unknown} stay with
     * the key; {@link SendResult.Rejected} frees the key, since nothing was sent and the next try may fare better. Accepted
     * never becomes anything else again; its queue id and instance stay those of the first time. Does nothing if there is no
     * entry of the reference.
     *
     * @param organization on whose behalf
     * @param result the outcome, with the reference of the claim
     */
    void settle(OrganizationId organization, SendResult result);

    /**
     * Finds what became of a message.
     *
     * @param organization on whose behalf
     * @param reference the message's
     * @return accepted or unknown, the latter also while it is being sent; empty if there is no entry
     */
    Optional<SendResult> find(OrganizationId organization, Reference reference);

    /**
     * Takes messages of any organizations whose outcome is unknown, or whose claim ended without one, so that somebody can find
     * out. A message is due from the moment at which it is unknown or its lease is over; once taken, it is due again, for
     * whatever node, when the pause is over. To settle it as unknown once more does not shorten the pause. Those due the longest
     * come first; those claimed more than a day ago are left alone.
     *
     * @param most how many at most, 1 or more
     * @param pause for how long nobody else takes them, more than zero
     * @return the messages, empty if there are none
     * @throws IllegalArgumentException if either is out of range
     */
    List<UnsettledMessage> takeUnsettled(int most, Duration pause);

    /**
     * Forgets whom messages were sent to: an organization's entries lose this recipient, and keep all else. A person's number
     * and chat id are one recipient.
     *
     * @param organization whose messages
     * @param recipient whom to forget
     * @return how many entries there were
     */
    int forget(OrganizationId organization, Recipient recipient);

    /**
     * Deletes entries of all organizations, whatever their outcome, and with them their keys' memory.
     *
     * @param olderThan how long an entry has been there at least, zero or more
     * @return how many were deleted
     * @throws IllegalArgumentException if the age is negative
     */
    int purge(Duration olderThan);

    /**
     * A message that is to be sent once.
     *
     * @param key the caller's name for it
     * @param content what it is and to whom it goes
     * @param recipient to whom it goes
     * @param reference what it is sent under, if this is the first of its key
     * @param instance what it is sent through, if this is the first of its key; the only place where it can be found again
     */
    record KeyedMessage(
            IdempotencyKey key, ContentHash content, Recipient recipient, Reference reference, InstanceId instance) {}

    /**
     * A message of which nobody knows yet what became of it.
     *
     * @param organization on whose behalf it was sent
     * @param reference its name at UltraMsg
     * @param instance what it went through; not always the one that the organization has now
     */
    record UnsettledMessage(OrganizationId organization, Reference reference, InstanceId instance) {}
}
