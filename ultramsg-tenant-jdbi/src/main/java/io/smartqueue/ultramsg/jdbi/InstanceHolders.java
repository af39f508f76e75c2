package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Finds whether anybody has an instance, as its own or as a standby, and who has none. What {@link #isInUse} answers holds until the transaction ends, because the
 * instance is locked for as long; whoever asks for several asks in the order of their ids, and has locked the organization's row
 * before, so nobody waits in a circle. Thread-safe.
 */
final class InstanceHolders {
    private final String isHeld;
    private final String holders;
    private final String withoutInstance;

    InstanceHolders(TableLayout layout) {
        this.isHeld = isHeld(layout);
        this.holders = """
                select cast(%3$s as text) collate "C" as id from %1$s where %2$s
                union
                select cast(o.%3$s as text) collate "C" from %4$s as s join %1$s as o on o.%3$s = s.organization_id
                where s.instance_id = ?
                order by id""".formatted(
                        layout.organizations(), OrganizationTable.HAS_INSTANCE, layout.keyColumn(), layout.standbys());
        this.withoutInstance = """
                select cast(%2$s as text) collate "C" as id from %1$s
                where coalesce(btrim(ultramsg_instance_id, E' \\t\\r\\n'), '') = ''
                order by id""".formatted(layout.organizations(), layout.keyColumn());
    }

    /** The parameters are the instance's digits, twice, the instance, and whose standbys do not count, or null. */
    static String isHeld(TableLayout layout) {
        return """
                select exists (select from %1$s where %2$s)
                    or exists (
                        select from %3$s as s join %1$s as o on o.%4$s = s.organization_id
                        where s.instance_id = ? and s.organization_id is distinct from %5$s)""".formatted(
                        layout.organizations(),
                        OrganizationTable.HAS_INSTANCE,
                        layout.standbys(),
                        layout.keyColumn(),
                        layout.keyParameter());
    }

    boolean isInUse(TenantScope transaction, InstanceId instance) {
        return isHeld(transaction, instance, null);
    }

    /** Whether it is in use by anything but the organization's standbys, which are about to be replaced. */
    boolean isInUseBesideStandbysOf(TenantKey organization, TenantScope transaction, InstanceId instance) {
        return isHeld(transaction, instance, organization.text());
    }

    /** Two statements: what a rival commits while the first waits for it is seen by the second only. */
    private boolean isHeld(TenantScope transaction, InstanceId instance, @Nullable String standbysThatDoNotCount) {
        transaction.queryAcross(
                "select pg_advisory_xact_lock(hashtextextended(?, 0))",
                row -> row.getString(1),
                "ultramsg " + instance.value());
        return transaction
                .queryAcross(
                        isHeld,
                        row -> row.getBoolean(1),
                        instance.digits(),
                        instance.digits(),
                        instance.value(),
                        standbysThatDoNotCount)
                .contains(true);
    }

    /** All who have an instance; nothing is locked. */
    List<OrganizationId> of(TenantScope scope, InstanceId instance) {
        return scope.queryAcross(
                holders, InstanceHolders::organization, instance.digits(), instance.digits(), instance.value());
    }

    /** All who have none, in a walk over the whole table. */
    List<OrganizationId> withoutInstance(TenantScope scope) {
        return scope.queryAcross(withoutInstance, InstanceHolders::organization);
    }

    private static OrganizationId organization(ResultSet row) throws SQLException {
        return OrganizationId.of(row.getString(1));
    }
}
