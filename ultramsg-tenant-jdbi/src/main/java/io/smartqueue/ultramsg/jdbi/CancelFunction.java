package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/**
 * The SQL function {@code ultramsg_cancel_queued}, which cancels a message that waits, in a transaction of its own or in one of the
 * host's. Thread-safe.
 */
final class CancelFunction {
    private static final String CANCEL = """
            select {cancel_queued}({key}, ?, cast(? as timestamptz))
            where exists (select from {organizations} where {key_column} = {key})""";

    private final TableLayout layout;
    private final @Nullable Clock clock;
    private final TenantStatement cancel;

    CancelFunction(TableLayout layout, @Nullable Clock clock) {
        this.layout = layout;
        this.clock = clock;
        this.cancel = TenantScope.statement(SqlTemplate.fill(CANCEL, layout));
    }

    /** In a transaction of its own. */
    boolean in(TenantScope scope, OrganizationId organization, Reference reference) {
        return cancel(
                organization,
                reference,
                (key, values) -> scope.findAll(cancel, key, CancelFunction::isCancelled, values));
    }

    /** On a connection of the host's, in its transaction. */
    boolean within(Connection theirs, OrganizationId organization, Reference reference) {
        return cancel(
                organization,
                reference,
                (key, values) -> TenantScope.findAllWithin(theirs, cancel, key, CancelFunction::isCancelled, values));
    }

    private interface Call {
        List<Boolean> answers(TenantKey organization, @Nullable String... values);
    }

    private static boolean isCancelled(ResultSet row) throws SQLException {
        return row.getBoolean(1);
    }

    /** There is no answer for an organization that does not exist. */
    private boolean cancel(OrganizationId organization, Reference reference, Call call) {
        return layout.key(organization)
                .map(key -> call.answers(key, key.text(), reference.value(), StoreTime.given(clock), key.text())
                        .contains(true))
                .orElse(false);
    }
}
