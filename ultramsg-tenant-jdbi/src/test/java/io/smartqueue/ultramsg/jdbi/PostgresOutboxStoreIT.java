package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.testkit.OutboxStoreContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.util.UUID;

@ExtendWith(PostgresExtension.class)
class PostgresOutboxStoreIT extends OutboxStoreContract {
    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase database, SharedStore shared) throws SQLException {
        this.database = database;
        this.store = shared.at(clock());
    }

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
        try {
            return OrganizationId.of(database.organization("daily_message_limit = " + dailyLimit));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected void remove(OrganizationId organization) {
        try {
            database.execute("DELETE FROM organizations WHERE id = '" + organization + "'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected OrganizationId missingOrganization() {
        return OrganizationId.of(UUID.randomUUID());
    }
}
