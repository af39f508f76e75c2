package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.health.HealthStore;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;

import java.util.UUID;

class InMemoryHealthStoreTest extends HealthStoreContract {
    private final InMemoryTenantStore store = InMemoryTenantStore.withClock(clock());

    @Override
    protected HealthStore store() {
        return store.health();
    }

    @Override
    protected OrganizationStore organizations() {
        return store.organizations();
    }

    @Override
    protected StandbyStore standbys() {
        return store.standbys();
    }

    @Override
    protected OrganizationId newOrganization(ConfigDraft config) {
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
