package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.quota.QuotaStore;

import java.util.UUID;

class InMemoryQuotaStoreTest extends QuotaStoreContract {
    private final InMemoryTenantStore store = InMemoryTenantStore.withClock(clock());

    @Override
    protected QuotaStore store() {
        return store.quotas();
    }

    @Override
    protected OrganizationId newOrganization(ConfigDraft config) {
        OrganizationId organization = OrganizationId.of(UUID.randomUUID());
        store.add(organization, config);
        return organization;
    }

    @Override
    protected void change(OrganizationId organization, ConfigDraft change) {
        store.organizations().update(organization, change, AuditNote.by(Actor.operator("a test")));
    }

    @Override
    protected OrganizationId missingOrganization() {
        return OrganizationId.of(UUID.randomUUID());
    }
}
