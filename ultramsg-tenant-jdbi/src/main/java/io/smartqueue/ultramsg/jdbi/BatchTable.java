package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.OutboxStore.BatchSnapshot;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Batches and how many of their messages are where: the library's own table {@code ultramsg_batches}. Counts change together with the
 * messages, in the SQL functions of the outbox, but for those that are cancelled one by one. Thread-safe.
 */
final class BatchTable {
    /** A transaction's: few enough that nobody waits for long, enough that a batch of a million takes 200. */
    private static final int CHUNK = 5_000;

    private static final String OPEN = """
            with given as (select cast(? as text) as batch_id, cast(? as timestamptz) as now),
            there as (select {key_column} as id from {organizations} where {key_column} = {key}),
            made as (
                insert into {batches} (organization_id, batch_id, created_at)
                select there.id, given.batch_id, coalesce(given.now, clock_timestamp()) from there cross join given
                on conflict do nothing)
            select from there""";

    /** What was cancelled is the lane's to count; until it does, it is counted here. */
    static final String FIND = """
            select state, queued - uncounted as queued, accepted, rejected, unknown, expired,
                cancelled + uncounted as cancelled, delivered, read, failed
            from {batches} as b
            cross join lateral (
                select count(*) as uncounted from {messages} as m
                where m.organization_id = b.organization_id and m.batch_id = b.batch_id and m.uncounted) as u
            where b.organization_id = {key} and b.batch_id = ?
                and exists (select from {organizations} where {key_column} = {key})""";

    private static final String DECIDE = """
            with decided as (select cast(? as text) as state)
            update {batches} as b
            set state = decided.state
            from decided
            where b.organization_id = {key} and b.batch_id = ? and (b.state <> 'cancelled' or decided.state = 'cancelled')
                and exists (select from {organizations} where {key_column} = {key})""";

    private static final String CARRY_OUT =
            "select {carry_out}({key}, ?, cast(? as bigint), cast(? as integer), cast(? as timestamptz))";

    private static final String RETRY = """
            select last_number, retried
            from {retry}({key}, ?, cast(? as bigint), cast(? as integer), cast(? as timestamptz))
            where exists (select from {organizations} where {key_column} = {key})""";

    /** A message goes on being its batch's until it is purged itself. */
    static final String PURGE = """
            delete from {batches} as b
            where b.created_at <= (select given.now - cast(? as interval) from {now} as given)
                and not exists (
                    select from {messages} as m where m.organization_id = b.organization_id and m.batch_id = b.batch_id)""";

    private final TenantScope scope;
    private final TableLayout layout;
    private final @Nullable Clock clock;
    private final TenantStatement open;
    private final TenantStatement find;
    private final TenantStatement decide;
    private final TenantStatement carryOut;
    private final TenantStatement retry;
    private final String purge;

    /** Without a clock, time is the database's, which all nodes share. */
    BatchTable(TenantScope scope, TableLayout layout, @Nullable Clock clock) {
        this.scope = scope;
        this.layout = layout;
        this.clock = clock;
        this.open = TenantScope.statement(SqlTemplate.fill(OPEN, layout));
        this.find = TenantScope.statement(SqlTemplate.fill(FIND, layout));
        this.decide = TenantScope.statement(SqlTemplate.fill(DECIDE, layout));
        this.carryOut = TenantScope.statement(SqlTemplate.fill(CARRY_OUT, layout));
        this.retry = TenantScope.statement(SqlTemplate.fill(RETRY, layout));
        this.purge = SqlTemplate.fill(PURGE, layout);
    }

    boolean open(OrganizationId organization, BatchId batch) {
        return layout.key(organization)
                .flatMap(
                        key -> scope.findOne(open, key, row -> true, batch.value(), StoreTime.given(clock), key.text()))
                .isPresent();
    }

    Optional<BatchSnapshot> find(OrganizationId organization, BatchId batch) {
        return layout.key(organization)
                .flatMap(key -> scope.findOne(find, key, BatchTable::snapshot, key.text(), batch.value(), key.text()));
    }

    private static BatchSnapshot snapshot(ResultSet row) throws SQLException {
        return new BatchSnapshot(
                new BatchCounts(
                        row.getLong("queued"),
                        row.getLong("accepted"),
                        row.getLong("rejected"),
                        row.getLong("unknown"),
                        row.getLong("expired"),
                        row.getLong("cancelled"),
                        row.getLong("delivered"),
                        row.getLong("read"),
                        row.getLong("failed")),
                BatchState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)));
    }

    /**
     * The decision first, for all who add to the batch, or return to it, from then on; then what is there, in transactions of a few
     * thousand. If this is lost in between, claiming goes on where it stopped, and so does deciding once more.
     */
    boolean decide(OrganizationId organization, BatchId batch, BatchState state) {
        return layout.key(organization)
                .filter(key -> note(key, batch, state))
                .map(key -> {
                    carryOut(key, batch);
                    return true;
                })
                .orElse(false);
    }

    private boolean note(TenantKey key, BatchId batch, BatchState state) {
        return scope.update(decide, key, state.name().toLowerCase(Locale.ROOT), key.text(), batch.value(), key.text())
                == 1;
    }

    private void carryOut(TenantKey key, BatchId batch) {
        Optional<Long> last = Optional.of(0L);
        while (last.isPresent()) {
            String after = last.get().toString();
            last = scope.findOne(
                            carryOut,
                            key,
                            row -> number(row),
                            key.text(),
                            batch.value(),
                            after,
                            Integer.toString(CHUNK),
                            StoreTime.given(clock))
                    .orElseThrow();
        }
    }

    /** The first column; empty where it is null. */
    private static Optional<Long> number(ResultSet row) throws SQLException {
        long number = row.getLong(1);
        return row.wasNull() ? Optional.empty() : Optional.of(number);
    }

    private record Retried(Optional<Long> last, int count) {}

    int retryRejected(OrganizationId organization, BatchId batch) {
        return layout.key(organization).map(key -> retryRejected(key, batch)).orElse(0);
    }

    private int retryRejected(TenantKey key, BatchId batch) {
        int count = 0;
        Retried chunk = new Retried(Optional.of(0L), 0);
        while (chunk.last().isPresent()) {
            String after = chunk.last().get().toString();
            chunk = scope.findOne(
                            retry,
                            key,
                            row -> new Retried(number(row), row.getInt(2)),
                            key.text(),
                            batch.value(),
                            after,
                            Integer.toString(CHUNK),
                            StoreTime.given(clock),
                            key.text())
                    .orElseGet(() -> new Retried(Optional.empty(), 0));
            count += chunk.count();
        }
        return count;
    }

    int purge(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("olderThan is " + olderThan + ", it must be zero or more");
        }
        return scope.updateAcross(purge, olderThan.toString(), StoreTime.given(clock));
    }
}
