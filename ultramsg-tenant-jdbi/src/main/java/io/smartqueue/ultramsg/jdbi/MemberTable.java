package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Who is what in which organization, as the SQL function {@code ultramsg_member_role} says: it alone knows where members are. Thread-safe.
 */
final class MemberTable implements Memberships {
    private final TenantScope scope;
    private final TableLayout layout;
    private final Problems problems;
    private final TenantStatement role;
    private volatile boolean viewersAreApart;

    /** Finds what keeps members who may only see from seeing that, or from seeing no more; empty if nothing does. */
    @FunctionalInterface
    interface Problems {
        List<String> find() throws SQLException;
    }

    MemberTable(TenantScope scope, TableLayout layout, Problems problems) {
        this.scope = scope;
        this.layout = layout;
        this.problems = problems;
        this.role = TenantScope.statement(
                "select " + layout.function("ultramsg_member_role") + "(" + layout.keyParameter() + ", ?)");
    }

    @Override
    public Optional<MemberRole> roleOf(OrganizationId organization, MemberId member) {
        return layout.key(organization)
                .flatMap(key -> scope.findOne(
                        role,
                        key,
                        row -> Optional.ofNullable(row.getString(1)).flatMap(MemberRole::find),
                        key.text(),
                        MemberKey.of(member).text()))
                .flatMap(found -> found);
    }

    /**
     * Refuses to act for members who may only see unless the database lets them see that and no more. Not when the store is opened,
     * because nobody else needs it: a service whose administrator has not granted the role yet goes on sending.
     */
    void requireViewersApart() {
        if (viewersAreApart) {
            return;
        }
        try {
            List<String> found = problems.find();
            if (!found.isEmpty()) {
                throw StorageException.misconfigured(
                        "the database is not set up to act for members:\n- " + String.join("\n- ", found), null);
            }
            viewersAreApart = true;
        } catch (SQLException e) {
            throw StorageFailures.describe("cannot find out whether the database is set up to act for members", e);
        }
    }
}
