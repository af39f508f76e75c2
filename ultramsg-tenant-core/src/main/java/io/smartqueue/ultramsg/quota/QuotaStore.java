package io.smartqueue.ultramsg.quota;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Optional;

/**
 * Counts messages against daily limits, exactly, for all nodes together. Implemented by the PostgreSQL module and, for
 * tests, in memory by the testkit; a host may bring its own.
 *
 * <p>An organization's day is that of its own time zone. A day never goes back: when a clock or the time zone is set
 * back across midnight, the day already begun stays the one that counts. What an implementer promises is written as
 * tests in the testkit's {@code QuotaStoreContract}. Thread-safe.
 */
public interface QuotaStore {
    /**
     * Reserves one message of the organization's day, atomically: callers at the same moment, on whatever node, never get
     * more places together than the limit has.
     *
     * @param organization whose limit
     * @return the reservation, or why there is none
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer in a bounded time; nothing is
     *     reserved then, or the reservation is lost until the day ends
     */
    QuotaDecision reserve(OrganizationId organization);

    /**
     * Gives a reservation back, once at most, and only on the day it was made for: after midnight it does nothing.
     *
     * @param reservation what {@link #reserve} gave out
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    void refund(Reservation reservation);

    /**
     * Looks at an organization's day without changing anything.
     *
     * @param organization whose limit
     * @return the usage, or empty if no such organization exists
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    Optional<QuotaUsage> usage(OrganizationId organization);
}
