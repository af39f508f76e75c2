package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;

import java.util.UUID;

class InMemoryStandbyStoreTest extends StandbyStoreContract {
    private final InMemoryTenantStore store = InMemoryTenantStore.create();

    @Override
    protected StandbyStore store() {
        return store.standbys();
    }

    @Override
    protected OrganizationStore organizations() {
        return store.organizations();
    }

    @Override
    protected OrganizationId newOrganization() {
        return add(ConfigDraft.builder().build());
    }

    @Override
    protected OrganizationId newOrganization(String instanceId) {
        return add(ConfigDraft.builder().instanceId(instanceId).build());
    }

    private OrganizationId add(ConfigDraft config) {
        OrganizationId organization = OrganizationId.of(UUID.randomUUID());
        store.add(organization, config);
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
