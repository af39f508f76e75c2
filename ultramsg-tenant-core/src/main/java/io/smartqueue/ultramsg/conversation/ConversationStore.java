package io.smartqueue.ultramsg.conversation;

import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When customers last wrote to organizations. Implemented by the PostgreSQL module and, for tests, in memory by the testkit; a host may
 * bring its own.
 *
 * <p>A person's number and chat id are one customer. What an implementer promises is written as tests in the testkit's {@code
 * ConversationStoreContract}. Every method throws {@link io.smartqueue.ultramsg.error.StorageException} if the store cannot answer.
 * Thread-safe.
 */
public interface ConversationStore {
    /**
     * Notes that a customer has written. An earlier time than the one that is there changes nothing; one in the future is taken for now,
     * by the store's time, so that no wrong clock keeps a conversation open. Does nothing if there is no such organization.
     *
     * @param organization to whom
     * @param customer who
     * @param at when
     */
    void noteInbound(OrganizationId organization, Recipient customer, Instant at);

    /**
     * Finds when a customer last wrote.
     *
     * @param organization to whom
     * @param customer who
     * @return when; empty if that is not known, or there is no such organization
     */
    Optional<Instant> lastInbound(OrganizationId organization, Recipient customer);

    /**
     * Forgets a customer.
     *
     * @param organization whose
     * @param customer whom
     */
    void forget(OrganizationId organization, Recipient customer);

    /**
     * Deletes what is old, of all organizations, and, however old, what is of none any more.
     *
     * @param olderThan how long ago the customer wrote at least, zero or more
     * @return how many were deleted
     * @throws IllegalArgumentException if the age is negative
     */
    int purge(Duration olderThan);
}
