package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.testkit.StandbyStoreContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

@ExtendWith(PostgresExtension.class)
class PostgresStandbyStoreIT extends StandbyStoreContract {
    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase database, SharedStore shared) throws SQLException {
        this.database = database;
        this.store = shared.get();
    }

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
        return newOrganization(null);
    }

    @Override
    protected OrganizationId newOrganization(@Nullable String instanceId) {
        UUID id = UUID.randomUUID();
        try (Connection host = database.superuser()) {
            Sql.update(host, "INSERT INTO organizations (id, ultramsg_instance_id) VALUES (?, ?)", id, instanceId);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return OrganizationId.of(id);
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
