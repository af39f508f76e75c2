package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.health.HealthStore;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.testkit.HealthStoreContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

@ExtendWith(PostgresExtension.class)
class PostgresHealthStoreIT extends HealthStoreContract {
    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase database, SharedStore shared) throws SQLException {
        this.database = database;
        database.execute("DELETE FROM organizations");
        this.store = shared.at(clock());
    }

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
        UUID id = UUID.randomUUID();
        try (Connection host = database.superuser()) {
            Sql.update(
                    host,
                    "INSERT INTO organizations (id, ultramsg_instance_id, whatsapp_instance_status) VALUES (?, ?, ?)",
                    id,
                    config.instanceId().orElse(null),
                    config.status().orElse(null));
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
