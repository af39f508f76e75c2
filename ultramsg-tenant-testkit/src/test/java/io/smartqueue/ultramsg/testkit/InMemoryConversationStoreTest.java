package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.UUID;

class InMemoryConversationStoreTest extends ConversationStoreContract {
    private final InMemoryOrganizations organizations = new InMemoryOrganizations(clock());
    private final ConversationStore store = new InMemoryConversations(organizations, clock());

    @Override
    protected ConversationStore store() {
        return store;
    }

    @Override
    protected OrganizationId newOrganization() {
        OrganizationId organization = OrganizationId.of(UUID.randomUUID());
        organizations.put(organization, ConfigDraft.builder().build());
        return organization;
    }

    @Override
    protected void remove(OrganizationId organization) {
        organizations.remove(organization);
    }

    @Override
    protected OrganizationId missingOrganization() {
        return OrganizationId.of(UUID.randomUUID());
    }
}
