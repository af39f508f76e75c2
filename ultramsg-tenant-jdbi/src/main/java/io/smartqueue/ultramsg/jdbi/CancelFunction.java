package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.time.Clock;

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

    /** There is no answer for an organization that does not exist. */
    boolean call(TenantStatements statements, OrganizationId organization, Reference reference) {
        return layout.key(organization)
                .map(key -> statements
                        .findAll(
                                cancel,
                                key,
                                row -> row.getBoolean(1),
                                key.text(),
                                reference.value(),
                                StoreTime.given(clock),
                                key.text())
                        .contains(true))
                .orElse(false);
    }
}
