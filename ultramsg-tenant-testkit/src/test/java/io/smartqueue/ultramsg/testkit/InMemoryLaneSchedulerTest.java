package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.OutboxStore;

import java.util.UUID;

class InMemoryLaneSchedulerTest extends LaneSchedulerContract {
    private final InMemoryTenantStore store = InMemoryTenantStore.withClock(clock());
    private final LaneScheduler anotherNode = store.lanesOfAnotherNode();

    @Override
    protected OutboxStore store() {
        return store.outbox();
    }

    @Override
    protected LaneScheduler lanes() {
        return store.lanes();
    }

    @Override
    protected LaneScheduler lanesOfAnotherNode() {
        return anotherNode;
    }

    @Override
    protected OrganizationId newOrganization() {
        OrganizationId organization = OrganizationId.of(UUID.randomUUID());
        store.add(organization, ConfigDraft.builder().dailyLimit(1_000).build());
        return organization;
    }
}
