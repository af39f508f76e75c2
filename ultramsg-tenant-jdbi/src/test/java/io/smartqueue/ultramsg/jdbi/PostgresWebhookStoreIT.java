package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.WebhookStoreContract;
import io.smartqueue.ultramsg.webhook.WebhookStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.util.UUID;

@ExtendWith(PostgresExtension.class)
class PostgresWebhookStoreIT extends WebhookStoreContract {
    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase database, SharedStore shared) throws SQLException {
        this.database = database;
        database.execute("DELETE FROM ultramsg_webhook_events");
        this.store = shared.at(clock());
    }

    @Override
    protected WebhookStore store() {
        return store.webhooks();
    }

    @Override
    protected OrganizationId newOrganization() {
        try {
            return OrganizationId.of(database.organization(""));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected OrganizationId missingOrganization() {
        return OrganizationId.of(UUID.randomUUID());
    }
}
