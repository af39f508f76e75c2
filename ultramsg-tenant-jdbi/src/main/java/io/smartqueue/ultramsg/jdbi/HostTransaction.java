package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.TenantScope.RowReader;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.util.List;

/** Statements for organizations on a connection of the host's, in its transaction. As thread-safe as that connection. */
record HostTransaction(Connection theirs) implements TenantStatements {
    @Override
    public <R> List<R> findAll(
            TenantStatement statement, TenantKey organization, RowReader<R> read, @Nullable String... values) {
        return TenantScope.findAllWithin(theirs, statement, organization, read, values);
    }
}
