package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of messages, kept where all nodes see it: of those that were sent with an {@link IdempotencyKey} or may be repeated,
 * and of all if the host says so. Implemented by the PostgreSQL module and, for tests, in memory by the testkit; a host may bring
 * its own.
 *
 * <p>A message's entry is made by {@link #claim} before anything is sent, together with its place in the organization's daily
 * limit, and gets its outcome by {@link #settle}. Limits are those of the {@link io.smartqueue.ultramsg.quota.QuotaStore} beside
 * it. Of an organization that is removed nothing is shown any more. Time is the store's, which all nodes share. What an implementer
 * promises is written as tests in the testkit's {@code MessageLogContract}. Every method throws
 * {@link io.smartqueue.ultramsg.error.StorageException} if the store cannot answer. Thread-safe.
 */
public interface MessageLog {
    /**
     * Claims a message and reserves its place in the day, atomically: there are both or neither, and of callers with one key at the
     * same moment, on whatever nodes, one is told to send. A message is the same as another if its {@link ContentHash} is. A
     * message without a key is always another one; its reference must be new, or that of a message that was rejected.
     *
     * @param organization on whose behalf
     * @param entry what is to be sent, and the reference it would be sent under
     * @param lease for how long the claim is the caller's alone, more than zero; after that, without an outcome, another caller
     *     with the same key takes it over
     * @return what to do
     * @throws IllegalArgumentException if the lease is not more than zero
     */
    MessageClaim claim(OrganizationId organization, NewEntry entry, Duration lease);

    /**
     * Writes down what became of a message that was claimed. {@link SendResult.Accepted} and {@link SendResult.Unknown} stay with
     * the key and keep their place in the day. {@link SendResult.Rejected} frees the key, since nothing was sent and the next try
     * may fare better, and gives the place back (on its own day only), in the same moment. Accepted and rejected never become
     * anything else again. Does nothing if there is no entry of the reference.
     *
     * @param organization on whose behalf
     * @param result the outcome, with the reference of the claim
     * @param attempts how many requests this took, which is added to what is there; 0 or more
     */
    void settle(OrganizationId organization, SendResult result, int attempts);

    /**
     * Notes, before it is done, that a message goes through another instance than its entry says, since that one is known not to
     * have taken it: only there can it be found again.
     *
     * @param organization on whose behalf
     * @param reference the message's
     * @param instance through which it is sent next
     */
    void reroute(OrganizationId organization, Reference reference, InstanceId instance);

    /**
     * Notes, before it is done, that a message is sent again under its reference, since UltraMsg does not list it: from then on it
     * is looked for even if it is accepted, in case it is there twice.
     *
     * @param organization on whose behalf
     * @param reference the message's
     */
    void repeat(OrganizationId organization, Reference reference);

    /**
     * Takes a message for not sent, since UltraMsg does not list it, although it may have been: its key is free, its place in the
     * day given back (on its own day only), its outcome {@link RejectionReason#UNREACHABLE}. From then on it is looked for, in
     * case it is there after all. Does nothing if it is accepted or rejected, or there is no entry of the reference.
     *
     * @param organization on whose behalf
     * @param reference the message's
     */
    void abandon(OrganizationId organization, Reference reference);

    /**
     * Notes that UltraMsg has a message more often than it should. It is not looked for any more.
     *
     * @param organization on whose behalf
     * @param reference the message's
     * @param copies how many there are, 1 or more
     */
    void duplicate(OrganizationId organization, Reference reference, int copies);

    /**
     * Writes down how far messages have come that UltraMsg took, all reports at once. A message only gets further: who is told something
     * earlier, or the same once more, changes nothing; of callers who tell the same at the same moment, on whatever nodes, one changes it.
     *
     * <p>A report with a reference is about the message of that reference, one without about the message that has its queue id and went
     * through its instance, the youngest if there are several. A report may be there before the outcome: that a reference has a queue id
     * proves that UltraMsg took the message, which is settled as accepted. What waits in the outbox or is rejected stays as it is, and
     * what is nobody's message, or another organization's, is passed over.
     *
     * @param organization on whose behalf they were sent
     * @param reports what UltraMsg tells, in any order, any number of them about one message; at most 1,000
     * @return the messages that have got further, each once, in the order in which they are first named
     * @throws IllegalArgumentException if there are too many reports
     */
    List<DeliveryChange> report(OrganizationId organization, List<DeliveryReport> reports);

    /**
     * Finds what became of a message.
     *
     * @param organization on whose behalf
     * @param reference the message's
     * @return what is kept; empty if there is no entry
     */
    Optional<LoggedMessage> find(OrganizationId organization, Reference reference);

    /**
     * Takes messages of any organizations that somebody should look for at UltraMsg: whose outcome is unknown, whose claim ended
     * without one, or which may be there too often. A message is due from the moment at which it is unknown or its lease is
     * over; once taken, it is due again, for whatever node, when the pause is over, or a quarter of the message's age if that
     * is longer. To settle it as unknown once more does not shorten the pause. Those due the longest come first; those claimed more
     * than a day ago are left alone.
     *
     * @param most how many at most, 1 or more
     * @param pause for how long nobody else takes them, more than zero
     * @return the messages, empty if there are none
     * @throws IllegalArgumentException if either is out of range
     */
    List<UnsettledMessage> takeUnsettled(int most, Duration pause);

    /**
     * Forgets whom messages were sent to and what they said: an organization's entries lose this recipient and the text, and keep
     * all else. A person's number and chat id are one recipient.
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
     * A message that is to be sent. Prints no text.
     *
     * @param key the caller's name for what is to be sent once, or null if this message is like no other
     * @param content what it is and to whom it goes
     * @param recipient to whom it goes
     * @param reference what it is sent under, if this is the first of its key
     * @param instance what it is sent through, if this is the first of its key; the only place where it can be found again
     * @param text what it says, or null where the host keeps no texts
     */
    record NewEntry(
            @Nullable IdempotencyKey key,
            ContentHash content,
            Recipient recipient,
            Reference reference,
            InstanceId instance,
            @Nullable String text) {
        public NewEntry {
            Objects.requireNonNull(content, "content");
            Objects.requireNonNull(recipient, "recipient");
            Objects.requireNonNull(reference, "reference");
            Objects.requireNonNull(instance, "instance");
        }

        @Override
        public String toString() {
            return "NewEntry[" + reference + "]";
        }
    }

    /**
     * A message that somebody should look for.
     *
     * @param organization on whose behalf it was sent
     * @param reference its name at UltraMsg
     * @param instance what it went through; not always the one that the organization has now
     * @param copies how many UltraMsg should have at most: 1, or 0 if it was taken for not sent
     */
    record UnsettledMessage(OrganizationId organization, Reference reference, InstanceId instance, int copies) {}
}
