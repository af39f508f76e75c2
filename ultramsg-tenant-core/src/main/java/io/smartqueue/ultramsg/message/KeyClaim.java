package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.organization.InstanceId;

/** What a caller who wants to send under an {@link IdempotencyKey} has to do. */
public sealed interface KeyClaim {
    /**
     * Send: nobody else has, and nobody else will during the lease.
     *
     * @param reference under which
     */
    record First(Reference reference) implements KeyClaim {}

    /**
     * Find out what became of the message first: another caller's lease ended without an outcome, and it may have been sent. The
     * lease is this caller's now. Never send under this reference: where the message proves not to have been sent, settle it as
     * {@link SendResult.Rejected} and claim the key anew, with a new reference. What the other caller settles late is of the old
     * one, and then changes nothing.
     *
     * @param reference what it was sent under, if it was
     * @param instance what it went through, if it was sent; not always the one that the organization has now
     */
    record TakenOver(Reference reference, InstanceId instance) implements KeyClaim {}

    /**
     * Wait: another caller is sending it.
     *
     * @param reference under which
     */
    record Running(Reference reference) implements KeyClaim {}

    /**
     * Send nothing: it has been done.
     *
     * @param result accepted, or unknown; how many messages remained that day is not kept
     */
    record Settled(SendResult result) implements KeyClaim {}

    /**
     * Send nothing: the key belongs to a message with another content or recipient, or the reference to one with another key.
     *
     * @param reference that message's
     */
    record Conflict(Reference reference) implements KeyClaim {}

    /** Send nothing: no such organization exists (any more). */
    record NoOrganization() implements KeyClaim {}
}
