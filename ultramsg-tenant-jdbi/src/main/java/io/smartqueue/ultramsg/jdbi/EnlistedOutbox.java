package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.OutboxChanges;

import java.util.List;

/** Changes of the outbox that are part of a transaction of the host's. As thread-safe as its connection. */
record EnlistedOutbox(EnqueueFunction enqueuing, CancelFunction cancelling, HostTransaction transaction)
        implements OutboxChanges {
    @Override
    public List<EnqueueResult> enqueue(OrganizationId organization, List<NewWork> work) {
        return enqueuing.call(transaction, organization, work);
    }

    @Override
    public boolean cancel(OrganizationId organization, Reference reference) {
        return cancelling.call(transaction, organization, reference);
    }
}
