package io.smartqueue.app.web;

import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Organizations and who belongs to them. */
public final class Organizations {
    private static final int MAX_NAME = 80;
    private static final RowMapper<Organization> ORGANIZATION = (row, context) -> new Organization(
            OrganizationId.of(row.getObject("id", UUID.class)),
            row.getString("name"),
            MemberRole.find(row.getString("role")).orElseThrow());

    private final Jdbi database;

    public Organizations(Jdbi database) {
        this.database = database;
    }

    public List<Organization> of(MemberId member) {
        return database.withHandle(handle -> handle.createQuery("SELECT o.id, o.name, m.role FROM organizations AS o"
                        + " JOIN organization_members AS m ON m.organization_id = o.id"
                        + " WHERE m.member_id = :member AND m.active ORDER BY o.name, o.id")
                .bind("member", member.value())
                .map(ORGANIZATION)
                .list());
    }

    /** The organization, for one of its members; nobody else learns whether it exists. */
    Optional<Organization> find(MemberId member, OrganizationId organization) {
        return database.withHandle(handle -> handle.createQuery("SELECT o.id, o.name, m.role FROM organizations AS o"
                        + " JOIN organization_members AS m ON m.organization_id = o.id"
                        + " WHERE o.id = :organization AND m.member_id = :member AND m.active")
                .bind("organization", UUID.fromString(organization.value()))
                .bind("member", member.value())
                .map(ORGANIZATION)
                .findOne());
    }

    /**
     * Adds an organization whose first admin is the member.
     *
     * @throws IllegalArgumentException if the name is blank or longer than 80 characters
     */
    public OrganizationId add(String name, MemberId admin) {
        if (name.isBlank() || name.strip().length() > MAX_NAME) {
            throw new IllegalArgumentException("a name has 1 to " + MAX_NAME + " characters");
        }
        return database.inTransaction(handle -> {
            UUID id = handle.createQuery(
                            "INSERT INTO organizations (id, name) VALUES (gen_random_uuid(), :name) RETURNING id")
                    .bind("name", name.strip())
                    .mapTo(UUID.class)
                    .one();
            handle.createUpdate("INSERT INTO organization_members (organization_id, member_id, role)"
                            + " VALUES (:organization, :member, 'admin')")
                    .bind("organization", id)
                    .bind("member", admin.value())
                    .execute();
            handle.createUpdate("INSERT INTO departments (organization_id, name, prefix)"
                            + " VALUES (:organization, 'Reception', 'A')")
                    .bind("organization", id)
                    .execute();
            return OrganizationId.of(id);
        });
    }
}
