package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;

/** How statements come to be a tenant's: what a service runs at the beginning of a transaction. */
@FunctionalInterface
public interface TenantEntry {
    /**
     * Enters a tenant's scope, until the transaction ends.
     *
     * @param connection in a transaction that has just begun
     * @param organization what is given for the tenant's key, which may be no key; null to take the role and name none
     * @throws SQLException if PostgreSQL refuses it, which counts as an attack that was fended off
     */
    void enter(Connection connection, @Nullable String organization) throws SQLException;
}
