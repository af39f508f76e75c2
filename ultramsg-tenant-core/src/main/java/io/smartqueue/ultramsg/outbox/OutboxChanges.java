package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.List;

/**
 * Where messages are put in to be sent later, and taken out again before they are: an {@link OutboxStore}, each call of which is a
 * transaction of its own, or one transaction of the host's in its database, as {@code PostgresTenantStore.enlist} returns it. There,
 * others see what was changed once it is committed, and nothing has changed if it is rolled back.
 */
public interface OutboxChanges {
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

    /**
     * Cancels one message, also one of a batch that is paused, and sees to it that a lane goes on with what follows it by its ordering
     * key. Its idempotency key is free again. Waits for who is claiming or cancelling the same message at this moment, and answers by
     * what has become of it. No lane waits for it, or goes on as if the message were gone, while it is not there for all to see.
     *
     * @param organization whose
     * @param reference the message's
     * @return whether it will not be sent; false if it is being sent, has an outcome, or there is none of this organization's
     */
    boolean cancel(OrganizationId organization, Reference reference);
}
