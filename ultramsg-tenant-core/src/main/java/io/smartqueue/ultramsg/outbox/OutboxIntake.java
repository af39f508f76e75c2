package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.List;

/**
 * Where messages are put in to be sent later: an {@link OutboxStore}, or one transaction of the host's in its database, as {@code
 * PostgresTenantStore.enlist} returns it.
 */
@FunctionalInterface
public interface OutboxIntake {
    /**
     * Keeps messages until they are sent, and sees to it that a lane learns of them as soon as they are there for all to see; in one
     * transaction, all or none but those that are refused. Waits for no lane, and for no other caller unless he is enqueueing the
     * same key. Positions grow in the order of the list.
     *
     * @param organization on whose behalf
     * @param work up to 1,000 messages, all of one batch or all of none
     * @return one result for each, in their order
     */
    List<EnqueueResult> enqueue(OrganizationId organization, List<NewWork> work);
}
