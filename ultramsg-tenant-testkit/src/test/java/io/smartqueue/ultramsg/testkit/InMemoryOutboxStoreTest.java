package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.quota.QuotaStore;

import java.util.UUID;

class InMemoryOutboxStoreTest extends OutboxStoreContract {
    private final InMemoryTenantStore store = InMemoryTenantStore.withClock(clock());

    @Override
    protected OutboxStore store() {
        return store.outbox();
    }

    @Override
    protected MessageLog messages() {
        return store.messages();
    }

    @Override
    protected QuotaStore quotas() {
        return store.quotas();
    }

    @Override
    protected OrganizationId newOrganization(int dailyLimit) {
        OrganizationId organization = OrganizationId.of(UUID.randomUUID());
        store.add(organization, ConfigDraft.builder().dailyLimit(dailyLimit).build());
        return organization;
    }

    @Override
    protected void remove(OrganizationId organization) {
        store.remove(organization);
    }

    @Override
    protected OrganizationId missingOrganization() {
        return OrganizationId.of(UUID.randomUUID());
    }
}
