package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.quota.QuotaDecision;

/** What a caller has to do who wants to send a message that is kept in the {@link MessageLog}. */
public sealed interface MessageClaim {
    /**
     * Send: nobody else has, and nobody else will during the lease.
     *
     * @param reference under which
     * @param place the message's place in the organization's day, which goes with the entry: it is given back by settling
     */
    record First(Reference reference, QuotaDecision.Reserved place) implements MessageClaim {}

    /**
     * Find out what became of the message first: another caller's lease ended without an outcome, and it may have been sent. The
     * lease is this caller's now. Never send under this reference: where the message proves not to have been sent, {@link
     * MessageLog#abandon} it and claim the key anew, with a new reference. What the other caller settles late is of the old one, and
     * then changes nothing.
     *
     * @param reference what it was sent under, if it was
     * @param instance what it went through, if it was sent; not always the one that the organization has now
     */
    record TakenOver(Reference reference, InstanceId instance) implements MessageClaim {}

    /**
     * Wait: another caller is sending it.
     *
     * @param reference under which
     */
    record Running(Reference reference) implements MessageClaim {}

    /**
     * Send nothing: it has been done.
     *
     * @param result accepted, or unknown; how many messages remained that day is not kept
     */
    record Settled(SendResult result) implements MessageClaim {}

    /**
     * Send nothing: the key belongs to a message with another content or recipient, or the reference to another message.
     *
     * @param reference that message's
     */
    record Conflict(Reference reference) implements MessageClaim {}

    /**
     * Send nothing: the organization's day is full. No entry was made.
     *
     * @param day how full, and when the next one begins
     */
    record NoPlace(QuotaDecision.Exhausted day) implements MessageClaim {}

    /** Send nothing: no such organization exists (any more). */
    record NoOrganization() implements MessageClaim {}
}
