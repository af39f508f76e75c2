package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.usage.UsageStore;

import java.util.UUID;

class InMemoryUsageStoreTest extends UsageStoreContract {
    private final InMemoryTenantStore store = InMemoryTenantStore.withClock(clock());

    @Override
    protected UsageStore store() {
        return store.usage();
    }

    @Override
    protected OrganizationId newOrganization() {
        OrganizationId organization = OrganizationId.of(UUID.randomUUID());
        store.add(organization, ConfigDraft.builder().build());
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
