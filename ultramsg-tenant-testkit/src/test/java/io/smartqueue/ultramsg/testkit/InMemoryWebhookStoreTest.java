package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.webhook.WebhookStore;

import java.util.UUID;

class InMemoryWebhookStoreTest extends WebhookStoreContract {
    private final InMemoryOrganizations organizations = new InMemoryOrganizations(clock());
    private final WebhookStore store = new InMemoryWebhooks(organizations, clock());

    @Override
    protected WebhookStore store() {
        return store;
    }

    @Override
    protected OrganizationId newOrganization() {
        OrganizationId organization = OrganizationId.of(UUID.randomUUID());
        organizations.put(organization, ConfigDraft.builder().build());
        return organization;
    }

    @Override
    protected OrganizationId missingOrganization() {
        return OrganizationId.of(UUID.randomUUID());
    }
}
