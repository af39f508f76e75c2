package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.TenantStore;
import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.MembershipsContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

@ExtendWith(PostgresExtension.class)
class PostgresMembershipsIT extends MembershipsContract {
    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase database, SharedStore shared) throws SQLException {
        this.database = database;
        this.store = shared.get();
    }

    @Override
    protected TenantStore store() {
        return store;
    }

    @Override
    protected OrganizationId newOrganization() {
        UUID id = UUID.randomUUID();
        update("INSERT INTO organizations (id) VALUES (?)", id);
        return OrganizationId.of(id);
    }

    @Override
    protected OrganizationId missingOrganization() {
        return OrganizationId.of(UUID.randomUUID());
    }

    @Override
    protected void addMember(OrganizationId organization, MemberId member, MemberRole role) {
        update(
                "INSERT INTO organization_members (organization_id, member_id, role) VALUES (?::uuid, ?, ?)"
                        + " ON CONFLICT (organization_id, member_id) DO UPDATE SET role = excluded.role, active = true",
                organization.value(),
                member.value(),
                role.storedName());
    }

    /** Members who left stay in the table. */
    @Override
    protected void removeMember(OrganizationId organization, MemberId member) {
        update(
                "UPDATE organization_members SET active = false WHERE organization_id = ?::uuid AND member_id = ?",
                organization.value(),
                member.value());
    }

    private void update(String sql, Object... values) {
        try (Connection host = database.superuser()) {
            Sql.update(host, sql, values);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
