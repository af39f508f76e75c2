package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.testkit.QuotaStoreContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.util.UUID;

@ExtendWith(PostgresExtension.class)
class PostgresQuotaStoreIT extends QuotaStoreContract {
    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase database, SharedStore shared) throws SQLException {
        this.database = database;
        this.store = shared.at(clock());
    }

    @Override
    protected QuotaStore store() {
        return store.quotas();
    }

    @Override
    protected OrganizationId newOrganization(ConfigDraft config) {
        try {
            OrganizationId organization = OrganizationId.of(database.organization(""));
            change(organization, config);
            return organization;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
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
