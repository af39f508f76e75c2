package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Backlog;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.Claimed;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.OutboxChanges;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.outbox.Payload;
import io.smartqueue.ultramsg.outbox.Urgency;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.outbox.WorkOutcome;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Messages that wait to be sent: rows of the library's own table {@code ultramsg_messages}, which are changed by SQL functions, each call
 * one statement and one transaction, but for what is decided about a whole batch. Thread-safe.
 */
final class OutboxTable implements OutboxStore {
    /** Longer than a turn of a lane; lanes have one turn at a time, so nobody waits for it. */
    private static final Duration LEASE = Duration.ofMinutes(1);

    private static final String IS_THERE = " exists (select from {organizations} where {key_column} = {key})";

    /** The function says the same where somebody has locked what is to be sent. */
    private static final Duration UNTIL_LOCKS_ARE_GONE = Duration.ofSeconds(1);

    /** Pauses in microseconds, which is what PostgreSQL counts in. Where nothing is claimed, there may be something to count. */
    static final String CLAIM = """
            select
                case when claimed_reference is null then {before_rest}({key}, next_step, cast(? as timestamptz)) else next_step end,
                cast(extract(epoch from pause) * 1000000 as bigint), claimed_reference, claim,
                claimed_urgency, claimed_payload, sent_through, claimed_expires_at
            from {claim_queued}({key}, ?, cast(? as integer), cast(? as interval), cast(? as timestamptz))""";

    private static final String SETTLE = """
            select {settle}({key}, cast(? as text[]), cast(? as integer[]), cast(? as text[]), cast(? as integer[]),
                cast(? as text[]), cast(? as text[]), cast(? as text[]), cast(? as text[]), cast(? as interval[]),
                cast(? as timestamptz))""";

    private static final String RETRY =
            "select {retry_messages}({key}, cast(? as text[]), cast(? as timestamptz)) where" + IS_THERE;

    private static final String REJECT_QUEUED =
            "select {reject}({key}, ?, ?, cast(? as integer), cast(? as timestamptz)) where" + IS_THERE;

    private static final int MOST_REJECTED_AT_ONCE = 1_000;
    private static final int MOST_FOUND_AT_ONCE = 1_000;

    private static final String ITEMS = """
            select number, reference, state, reason, cause, queue_id, delivery, attempts, created_at, settled_at, due_at
            from {messages}
            where organization_id = {key} and""" + IS_THERE;

    private static final String FIND = ITEMS + " and number is not null and reference = ?";

    private static final String FIND_ALL =
            ITEMS + " and number is not null and reference = any(cast(? as text[])) order by number";

    static final String OF_BATCH =
            ITEMS + " and batch_id = ? and number > cast(? as bigint) order by number limit cast(? as integer)";

    static final String REJECTED = ITEMS
            + " and state = 'rejected' and number is not null and reason not in ('EXPIRED', 'CANCELLED')"
            + " and number > cast(? as bigint) order by number limit cast(? as integer)";

    private static final String PAUSE = """
            with given as (select cast(? as boolean) as paused),
            there as (select {key_column} as id from {organizations} where {key_column} = {key}),
            decided as (
                insert into {outboxes} (organization_id, paused)
                select there.id, given.paused from there cross join given
                on conflict (organization_id) do update set paused = excluded.paused),
            woken as (
                insert into {wakes} (organization_id)
                select there.id from there cross join given where not given.paused)
            select from there""";

    static final String BACKLOG = """
            select coalesce(sum(w.waiting), 0), coalesce(sum(w.unsettled), 0),
                cast(extract(epoch from (select given.now from {now} as given) - min(w.oldest)) * 1000000 as bigint),
                exists (select from {outboxes} where organization_id = {key} and paused)
            from (
                select count(*) as waiting, 0 as unsettled, min(created_at) as oldest
                from {messages}
                where organization_id = {key} and ready is not null
                union all
                select count(*) filter (where state = 'queued'), count(*) filter (where state in ('running', 'unknown')),
                    min(created_at) filter (where state = 'queued')
                from {messages}
                where organization_id = {key} and due_at is not null) as w
            where""" + IS_THERE;

    private final TenantScope scope;
    private final TableLayout layout;
    private final @Nullable Clock clock;
    private final Runnable calling;
    private final EnqueueFunction enqueuing;
    private final CancelFunction cancelling;
    private final BatchTable batches;
    private final TenantStatement claim;
    private final TenantStatement settle;
    private final TenantStatement retry;
    private final TenantStatement rejectQueued;
    private final TenantStatement find;
    private final TenantStatement findAll;
    private final TenantStatement ofBatch;
    private final TenantStatement rejected;
    private final TenantStatement pause;
    private final TenantStatement backlog;

    /**
     * Opens the table. Without a clock, time is the database's, which all nodes share.
     *
     * @param calling told that a lane was called: this node need not wait until it looks for calls
     */
    OutboxTable(TenantScope scope, TableLayout layout, @Nullable Clock clock, Runnable calling) {
        this.calling = calling;
        this.scope = scope;
        this.layout = layout;
        this.clock = clock;
        this.enqueuing = new EnqueueFunction(layout, clock);
        this.cancelling = new CancelFunction(layout, clock);
        this.batches = new BatchTable(scope, layout, clock);
        this.claim = TenantScope.statement(SqlTemplate.fill(CLAIM, layout));
        this.settle = TenantScope.statement(SqlTemplate.fill(SETTLE, layout));
        this.retry = TenantScope.statement(SqlTemplate.fill(RETRY, layout));
        this.rejectQueued = TenantScope.statement(SqlTemplate.fill(REJECT_QUEUED, layout));
        this.find = TenantScope.statement(SqlTemplate.fill(FIND, layout));
        this.findAll = TenantScope.statement(SqlTemplate.fill(FIND_ALL, layout));
        this.ofBatch = TenantScope.statement(SqlTemplate.fill(OF_BATCH, layout));
        this.rejected = TenantScope.statement(SqlTemplate.fill(REJECTED, layout));
        this.pause = TenantScope.statement(SqlTemplate.fill(PAUSE, layout));
        this.backlog = TenantScope.statement(SqlTemplate.fill(BACKLOG, layout));
    }

    /** Changes what is part of a transaction of the host's. */
    OutboxChanges within(Connection theirs) {
        return new EnlistedOutbox(enqueuing, cancelling, new HostTransaction(theirs));
    }

    @Override
    public List<EnqueueResult> enqueue(OrganizationId organization, List<NewWork> work) {
        List<EnqueueResult> results = enqueuing.call(scope, organization, work);
        calling.run();
        return results;
    }

    @Override
    public Claimed claim(OrganizationId organization, InstanceId instance, int most) {
        if (most < 0) {
            throw new IllegalArgumentException("most is " + most + ", it must be 0 or more");
        }
        return layout.key(organization)
                .map(key -> claimed(scope.findAll(
                        claim,
                        key,
                        OutboxTable::claim,
                        key.text(),
                        StoreTime.given(clock),
                        key.text(),
                        instance.value(),
                        Integer.toString(most),
                        LEASE.toString(),
                        StoreTime.given(clock))))
                .orElseGet(() -> new Claimed(List.of(), new Claimed.Next.Nothing()));
    }

    private record ClaimRow(Claimed.Next next, @Nullable Work work) {}

    private static ClaimRow claim(ResultSet row) throws SQLException {
        Duration pause = microseconds(row.getLong(2));
        Claimed.Next next = switch (row.getString(1)) {
            case "more" -> new Claimed.Next.More();
            case "later" -> new Claimed.Next.Later(pause);
            case "full" -> new Claimed.Next.DayIsFull(pause);
            case "paused" -> new Claimed.Next.Paused();
            case "locked" -> new Claimed.Next.Later(UNTIL_LOCKS_ARE_GONE);
            default -> new Claimed.Next.Nothing();
        };
        return new ClaimRow(next, row.getString(3) == null ? null : work(row));
    }

    private static Work work(ResultSet row) throws SQLException {
        String sentThrough = row.getString(7);
        return new Work(
                Reference.of(row.getString(3)),
                row.getInt(4),
                Urgency.values()[row.getInt(5)],
                new Payload(row.getString(6)),
                sentThrough == null ? null : InstanceId.parse(sentThrough),
                instant(row.getObject(8, OffsetDateTime.class)));
    }

    private static Claimed claimed(List<ClaimRow> rows) {
        return new Claimed(
                rows.stream().flatMap(row -> Stream.ofNullable(row.work())).toList(),
                rows.get(0).next());
    }

    @Override
    public void settle(OrganizationId organization, List<WorkOutcome> outcomes) {
        if (outcomes.isEmpty()) {
            return;
        }
        layout.key(organization).ifPresent(key -> scope.findOne(settle, key, row -> true, values(key, outcomes)));
    }

    private @Nullable String[] values(TenantKey organization, List<WorkOutcome> outcomes) {
        List<Outcome> written = outcomes.stream().map(Outcome::of).toList();
        return new @Nullable String[] {
            organization.text(),
            TextArray.of(outcomes, outcome -> outcome.work().reference().value()),
            TextArray.of(outcomes, outcome -> Integer.toString(outcome.work().claim())),
            TextArray.of(written, Outcome::name),
            TextArray.of(outcomes, outcome -> Integer.toString(outcome.attempts())),
            TextArray.of(written, Outcome::queueId),
            TextArray.of(written, Outcome::instance),
            TextArray.of(written, Outcome::reason),
            TextArray.of(written, Outcome::cause),
            TextArray.of(written, Outcome::pause),
            StoreTime.given(clock)
        };
    }

    /** An outcome as the SQL function takes it. */
    private record Outcome(
            String name,
            @Nullable String queueId,
            @Nullable String instance,
            @Nullable String reason,
            @Nullable String cause,
            @Nullable String pause) {
        static Outcome of(WorkOutcome outcome) {
            if (outcome instanceof WorkOutcome.InDoubt doubt) {
                return inDoubt(doubt.result(), doubt.lookAgainAfter().toString());
            }
            if (!(outcome instanceof WorkOutcome.Settled settled)) {
                return new Outcome("returned", null, null, null, null, null);
            }
            if (settled.result() instanceof Accepted accepted) {
                return new Outcome(
                        "accepted",
                        MessageTable.storable(accepted.queueId().value()),
                        accepted.instance().value(),
                        null,
                        null,
                        null);
            }
            if (settled.result() instanceof Unknown unknown) {
                return inDoubt(unknown, null);
            }
            Rejected rejected = (Rejected) settled.result();
            return new Outcome(
                    "rejected", null, null, rejected.reason().name(), MessageTable.storable(rejected.detail()), null);
        }

        /** Without a pause it is not looked for any more. */
        private static Outcome inDoubt(Unknown why, @Nullable String pause) {
            return new Outcome(
                    "in doubt", null, why.instance().value(), null, MessageTable.storable(why.cause()), pause);
        }
    }

    @Override
    public boolean open(OrganizationId organization, BatchId batch) {
        return batches.open(organization, batch);
    }

    @Override
    public Optional<BatchSnapshot> find(OrganizationId organization, BatchId batch) {
        return batches.find(organization, batch);
    }

    @Override
    public boolean decide(OrganizationId organization, BatchId batch, BatchState state) {
        boolean decided = batches.decide(organization, batch, state);
        calling.run();
        return decided;
    }

    @Override
    public int retryRejected(OrganizationId organization, BatchId batch) {
        int retried = batches.retryRejected(organization, batch);
        calling.run();
        return retried;
    }

    @Override
    public boolean retry(OrganizationId organization, Reference reference) {
        boolean retried = layout.key(organization)
                .flatMap(key -> scope.findOne(
                        retry,
                        key,
                        row -> row.getInt(1) == 1,
                        key.text(),
                        only(reference),
                        StoreTime.given(clock),
                        key.text()))
                .orElse(false);
        calling.run();
        return retried;
    }

    @Override
    public boolean cancel(OrganizationId organization, Reference reference) {
        return cancelling.call(scope, organization, reference);
    }

    /** In transactions of a few: what is rejected is not found again. */
    @Override
    public void rejectQueued(OrganizationId organization, RejectionReason reason, String detail) {
        layout.key(organization).ifPresent(key -> {
            int found;
            do {
                found = scope.findOne(
                                rejectQueued,
                                key,
                                row -> row.getInt(1),
                                key.text(),
                                reason.name(),
                                detail,
                                Integer.toString(MOST_REJECTED_AT_ONCE),
                                StoreTime.given(clock),
                                key.text())
                        .orElse(0);
            } while (found > 0);
        });
    }

    private static String only(Reference reference) {
        return TextArray.of(List.of(reference), Reference::value);
    }

    @Override
    public Optional<OutboxItem> find(OrganizationId organization, Reference reference) {
        return layout.key(organization)
                .flatMap(key -> scope.findOne(find, key, OutboxTable::item, key.text(), key.text(), reference.value()));
    }

    @Override
    public List<OutboxItem> find(OrganizationId organization, Collection<Reference> references) {
        if (references.size() > MOST_FOUND_AT_ONCE) {
            throw new IllegalArgumentException("there are " + references.size() + " references, at most "
                    + MOST_FOUND_AT_ONCE + " can be looked for at once");
        }
        if (references.isEmpty()) {
            return List.of();
        }
        return layout.key(organization)
                .map(key -> scope.findAll(
                        findAll,
                        key,
                        OutboxTable::item,
                        key.text(),
                        key.text(),
                        TextArray.of(List.copyOf(references), Reference::value)))
                .orElse(List.of());
    }

    private static OutboxItem item(ResultSet row) throws SQLException {
        String reason = row.getString("reason");
        String queueId = row.getString("queue_id");
        OutboxItem.State state = state(row, reason);
        return new OutboxItem(
                row.getLong("number"),
                Reference.of(row.getString("reference")),
                state,
                row.getInt("attempts"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row.getObject("settled_at", OffsetDateTime.class)),
                queueId == null ? null : new QueueId(queueId),
                state == OutboxItem.State.ACCEPTED ? MessageTable.delivery(row.getString("delivery")) : null,
                reason == null ? null : RejectionReason.valueOf(reason),
                state == OutboxItem.State.EXPIRED || state == OutboxItem.State.CANCELLED
                        ? null
                        : row.getString("cause"));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static OutboxItem.State state(ResultSet row, @Nullable String reason) throws SQLException {
        return switch (row.getString("state")) {
            case "queued" -> OutboxItem.State.QUEUED;
            case "running" -> OutboxItem.State.SENDING;
            case "accepted" -> OutboxItem.State.ACCEPTED;
            case "unknown" -> row.getObject("due_at") == null ? OutboxItem.State.UNKNOWN : OutboxItem.State.SENDING;
            default ->
                switch (RejectionReason.valueOf(Objects.requireNonNull(reason))) {
                    case EXPIRED -> OutboxItem.State.EXPIRED;
                    case CANCELLED -> OutboxItem.State.CANCELLED;
                    default -> OutboxItem.State.REJECTED;
                };
        };
    }

    @Override
    public List<OutboxItem> items(OrganizationId organization, BatchId batch, long afterPosition, int most) {
        requirePositive(most);
        return layout.key(organization)
                .map(key -> scope.findAll(
                        ofBatch,
                        key,
                        OutboxTable::item,
                        key.text(),
                        key.text(),
                        batch.value(),
                        Long.toString(afterPosition),
                        Integer.toString(most)))
                .orElse(List.of());
    }

    @Override
    public List<OutboxItem> rejected(OrganizationId organization, long afterPosition, int most) {
        requirePositive(most);
        return layout.key(organization)
                .map(key -> scope.findAll(
                        rejected,
                        key,
                        OutboxTable::item,
                        key.text(),
                        key.text(),
                        Long.toString(afterPosition),
                        Integer.toString(most)))
                .orElse(List.of());
    }

    @Override
    public boolean decide(OrganizationId organization, Backlog.Flow flow) {
        return layout.key(organization)
                .flatMap(key -> scope.findOne(
                        pause, key, row -> true, Boolean.toString(flow == Backlog.Flow.PAUSED), key.text()))
                .isPresent();
    }

    @Override
    public Backlog backlog(OrganizationId organization) {
        return layout.key(organization)
                .flatMap(key -> scope.findOne(
                        backlog,
                        key,
                        OutboxTable::backlog,
                        StoreTime.given(clock),
                        key.text(),
                        key.text(),
                        key.text(),
                        key.text()))
                .orElseGet(() -> new Backlog(0, 0, null, Backlog.Flow.OPEN));
    }

    private static Backlog backlog(ResultSet row) throws SQLException {
        long age = row.getLong(3);
        Duration oldest = row.wasNull() ? null : microseconds(Math.max(0, age));
        return new Backlog(
                row.getLong(1), row.getLong(2), oldest, row.getBoolean(4) ? Backlog.Flow.PAUSED : Backlog.Flow.OPEN);
    }

    @Override
    public int purgeBatches(Duration olderThan) {
        return batches.purge(olderThan);
    }

    private static Duration microseconds(long count) {
        return Duration.of(count, ChronoUnit.MICROS);
    }

    private static void requirePositive(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", it must be 1 or more");
        }
    }
}
