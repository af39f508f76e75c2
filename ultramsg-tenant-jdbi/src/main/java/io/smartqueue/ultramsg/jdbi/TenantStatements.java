package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.TenantScope.RowReader;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** Runs statements for organizations: each in a transaction of its own, as a {@link TenantScope} does, or in one of the host's. */
interface TenantStatements {
    <R> List<R> findAll(
            TenantStatement statement, TenantKey organization, RowReader<R> read, @Nullable String... values);
}
