package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.ConversationStoreContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.util.UUID;

@ExtendWith(PostgresExtension.class)
class PostgresConversationStoreIT extends ConversationStoreContract {
    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase database, SharedStore shared) throws SQLException {
        this.database = database;
        database.execute("DELETE FROM ultramsg_conversations");
        this.store = shared.at(clock());
    }

    @Override
    protected ConversationStore store() {
        return store.conversations();
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
