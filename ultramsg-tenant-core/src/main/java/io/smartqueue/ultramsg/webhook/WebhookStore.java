package io.smartqueue.ultramsg.webhook;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Duration;

/**
 * Which events were handled, kept where all nodes see it, so that none is handled twice. Implemented by the PostgreSQL module and, for
 * tests, in memory by the testkit; a host may bring its own.
 *
 * <p>Time is the store's. What an implementer promises is written as tests in the testkit's {@code WebhookStoreContract}. Every method
 * throws {@link io.smartqueue.ultramsg.error.StorageException} if the store cannot answer. Thread-safe.
 */
public interface WebhookStore {
    /**
     * Begins to handle an event, unless somebody has or does. Of callers with one key at the same moment, on whatever nodes, one is told
     * to handle it.
     *
     * @param organization whose event
     * @param key which
     * @param lease for how long it is the caller's alone, more than zero; after that, unfinished, it is another's who asks
     * @return what to do
     * @throws IllegalArgumentException if the lease is not more than zero
     */
    Intake begin(OrganizationId organization, EventKey key, Duration lease);

    /**
     * Notes that an event was handled, whoever has begun to meanwhile.
     *
     * @param organization whose event
     * @param key which
     */
    void finish(OrganizationId organization, EventKey key);

    /**
     * Lets go of an event that could not be handled, so that it is handled when it comes again. Does nothing if it is another's by now,
     * or was handled.
     *
     * @param organization whose event
     * @param key which
     * @param claim what {@link #begin} has told
     */
    void release(OrganizationId organization, EventKey key, long claim);

    /**
     * Forgets events of all organizations.
     *
     * @param olderThan how long ago somebody began to handle them at least, zero or more
     * @return how many there were
     * @throws IllegalArgumentException if the age is negative
     */
    int purge(Duration olderThan);

    /** What to do with an event. */
    sealed interface Intake {
        /**
         * Handle it.
         *
         * @param claim the caller's, for {@link #release}
         */
        record First(long claim) implements Intake {}

        /** Somebody is handling it, and may fail: have it sent again later. */
        record Running() implements Intake {}

        /** It was handled. */
        record Done() implements Intake {}

        /** There is no such organization. */
        record NoOrganization() implements Intake {}
    }
}
