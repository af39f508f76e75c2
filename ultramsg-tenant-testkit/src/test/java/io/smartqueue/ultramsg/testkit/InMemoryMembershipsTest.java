package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.TenantStore;
import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.UUID;

class InMemoryMembershipsTest extends MembershipsContract {
    private final InMemoryTenantStore store = InMemoryTenantStore.create();

    @Override
    protected TenantStore store() {
        return store;
    }

    @Override
    protected OrganizationId newOrganization() {
        OrganizationId organization = OrganizationId.of(UUID.randomUUID());
        store.add(organization, ConfigDraft.builder().build());
        return organization;
    }

    @Override
    protected OrganizationId missingOrganization() {
        return OrganizationId.of(UUID.randomUUID());
    }

    @Override
    protected void addMember(OrganizationId organization, MemberId member, MemberRole role) {
        store.addMember(organization, member, role);
    }

    @Override
    protected void removeMember(OrganizationId organization, MemberId member) {
        store.removeMember(organization, member);
    }
}
