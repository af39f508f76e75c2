package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.message.DeliveryChange;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.MessageClaim;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.quota.QuotaDecision;
import io.smartqueue.ultramsg.quota.Reservation;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of messages: the library's own table {@code ultramsg_messages}. Whoever inserts a key's row sends, and has
 * reserved its place in the day in the same statement; all others read it. Thread-safe.
 */
final class MessageTable implements MessageLog {
    /** A lease that is over when it is looked at can be another's when it is taken; after so many times, somebody works against us. */
    private static final int MOST_QUESTIONS = 10;

    private static final int MOST_REPORTS = 1_000;

    private static final String NOT_LISTED = "UltraMsg did not list it, so it was taken for not sent";

    /** The columns in the order in which {@link #claim} reads them. */
    static final String CLAIM = """
            select answer, known_reference, known_state, has_content, lease_is_over, known_instance, known_queue_id,
                known_cause, used, daily_limit, cast(quota_day as text), cast(extract(epoch from resets_at) as bigint)
            from {claim}({key}, ?, ?, ?, ?, ?, ?, cast(? as interval), cast(? as timestamptz))""";

    private static final String TAKE_OVER = """
            update {messages} as m
            set lease_until = given.now + cast(? as interval),
                next_look_at = greatest(m.next_look_at, given.now + cast(? as interval))
            from {now} as given
            where m.organization_id = {key} and m.reference = ? and m.idempotency_key = ? and m.content_hash = ?
                and m.state = 'running' and m.lease_until <= given.now
            returning m.reference, m.instance_id""";

    /** A message that was repeated is looked for on, in case it is there twice. */
    private static final String ACCEPT = """
            update {messages} as m
            set state = 'accepted', queue_id = ?, instance_id = ?, attempts = m.attempts + cast(? as integer), cause = null,
                next_look_at = case when m.repeated then m.next_look_at end, settled_at = given.now
            from {now} as given
            where m.organization_id = {key} and m.reference = ? and m.state in ('running', 'unknown')""";

    /** Somebody who has taken the message to find out keeps his pause. */
    private static final String DOUBT = """
            update {messages} as m
            set state = 'unknown', cause = ?, instance_id = ?, attempts = m.attempts + cast(? as integer),
                settled_at = given.now,
                next_look_at = case when m.state = 'running' and m.next_look_at = m.lease_until then given.now
                    else m.next_look_at end
            from {now} as given
            where m.organization_id = {key} and m.reference = ? and m.state in ('running', 'unknown')""";

    /** Key and place go with it, or stay. One row if it was rejected now. */
    private static final String REJECT = """
            with freed as (
                update {messages} as m
                set state = 'rejected', idempotency_key = null, reason = ?, cause = ?,
                    attempts = m.attempts + cast(? as integer), copies = cast(? as smallint),
                    next_look_at = case when cast(? as smallint) = 0 then given.now end, settled_at = given.now
                from {now} as given
                where m.organization_id = {key} and m.reference = ? and m.state in ('running', 'unknown')
                returning m.quota_day)
            select {refund}({key}, quota_day) from freed""";

    private static final String REROUTE = """
            update {messages} set instance_id = ?
            where organization_id = {key} and reference = ? and state in ('running', 'unknown')""";

    private static final String REPEAT = """
            update {messages} set repeated = true
            where organization_id = {key} and reference = ? and state in ('running', 'unknown')""";

    private static final String DUPLICATE = """
            update {messages} set copies_found = cast(? as integer), next_look_at = null
            where organization_id = {key} and reference = ?""";

    private static final String REPORT = """
            select reported_reference, came, went
            from {report}({key}, cast(? as text[]), cast(? as text[]), cast(? as text[]), cast(? as text[]),
                cast(? as timestamptz[]), cast(? as timestamptz))
            where exists (select from {organizations} where {key_column} = {key})""";

    private static final String FIND = """
            select state, reference, instance_id, queue_id, reason, cause, attempts, created_at, settled_at, delivery,
                delivered_at, read_at, copies_found, body
            from {messages} where organization_id = {key} and reference = ? and state <> 'queued'
                and exists (select from {organizations} where {key_column} = {key})""";

    private static final String FORGET = "select {forget}({key}, ?, cast(? as timestamptz))";

    /**
     * A message of the outbox, which is looked for here once it is accepted, counts its age from then: it may have waited for long. A
     * row that is not a day old has been due for less than a day: so the first condition keeps the search from rows that
     * nobody looks after any more, however many there are.
     */
    static final String TAKE_UNSETTLED = """
            with given as materialized {now},
            due as materialized (
                select organization_id, reference, next_look_at
                from {messages}
                where next_look_at >= (select now - interval '1 day' from given)
                    and next_look_at <= (select now from given)
                    and case when number is null then created_at else settled_at end
                        >= (select now - interval '1 day' from given)
                order by next_look_at
                limit cast(? as integer)
                for no key update skip locked),
            taken as (
                update {messages} as m
                set next_look_at = given.now + greatest(
                    cast(? as interval),
                    (given.now - case when m.number is null then m.created_at else m.settled_at end) / 4)
                from due cross join given
                where m.organization_id = due.organization_id and m.reference = due.reference
                returning m.organization_id, m.reference, m.instance_id, m.copies, due.next_look_at as was_due_at)
            select cast(organization_id as text) as organization_id, reference, instance_id, copies
            from taken order by was_due_at""";

    /**
     * Waits for nobody: a row that somebody has locked is left to the next purge. What waits in an outbox stays, and so does what its batch
     * has not counted yet; it is old from its outcome on, unless its organization is no more.
     */
    static final String PURGE = """
            with given as materialized (select given.now - cast(? as interval) as moment from {now} as given),
            old as materialized (
                select organization_id, reference
                from {messages} as m
                where created_at <= (select moment from given)
                    and (number is null
                        or ready is null and due_at is null and uncounted is null
                            and settled_at <= (select moment from given)
                        or not exists (select from {organizations} as o where o.{key_column} = m.organization_id))
                for update of m skip locked)
            delete from {messages} as m using old
            where m.organization_id = old.organization_id and m.reference = old.reference""";

    private final TenantScope scope;
    private final TableLayout layout;
    private final @Nullable Clock clock;
    private final TenantStatement claim;
    private final TenantStatement takeOver;
    private final TenantStatement accept;
    private final TenantStatement doubt;
    private final TenantStatement reject;
    private final TenantStatement reroute;
    private final TenantStatement repeat;
    private final TenantStatement duplicate;
    private final TenantStatement report;
    private final TenantStatement find;
    private final TenantStatement forget;
    private final String takeUnsettled;
    private final String purge;

    /** Without a clock, time is the database's, which all nodes share. */
    MessageTable(TenantScope scope, TableLayout layout, @Nullable Clock clock) {
        this.scope = scope;
        this.layout = layout;
        this.clock = clock;
        this.claim = TenantScope.statement(SqlTemplate.fill(CLAIM, layout));
        this.takeOver = TenantScope.statement(SqlTemplate.fill(TAKE_OVER, layout));
        this.accept = TenantScope.statement(SqlTemplate.fill(ACCEPT, layout));
        this.doubt = TenantScope.statement(SqlTemplate.fill(DOUBT, layout));
        this.reject = TenantScope.statement(SqlTemplate.fill(REJECT, layout));
        this.reroute = TenantScope.statement(SqlTemplate.fill(REROUTE, layout));
        this.repeat = TenantScope.statement(SqlTemplate.fill(REPEAT, layout));
        this.duplicate = TenantScope.statement(SqlTemplate.fill(DUPLICATE, layout));
        this.report = TenantScope.statement(SqlTemplate.fill(REPORT, layout));
        this.find = TenantScope.statement(SqlTemplate.fill(FIND, layout));
        this.forget = TenantScope.statement(SqlTemplate.fill(FORGET, layout));
        this.takeUnsettled = SqlTemplate.fill(TAKE_UNSETTLED, layout);
        this.purge = SqlTemplate.fill(PURGE, layout);
    }

    @Override
    public MessageClaim claim(OrganizationId organization, NewEntry entry, Duration lease) {
        requirePositive("lease", lease);
        return layout.key(organization)
                .map(key -> claim(key, organization, entry, lease.toString()))
                .orElseGet(MessageClaim.NoOrganization::new);
    }

    private MessageClaim claim(TenantKey key, OrganizationId organization, NewEntry entry, String lease) {
        for (int question = 0; question < MOST_QUESTIONS; question++) {
            Answer answer = ask(key, organization, entry, lease);
            Optional<MessageClaim> claim = answer.lapsed() == null
                    ? Optional.ofNullable(answer.claim())
                    : takeOver(key, entry, answer.lapsed(), lease);
            if (claim.isPresent()) {
                return claim.get();
            }
        }
        throw StorageException.unavailable(
                "a message's key has changed hands " + MOST_QUESTIONS + " times while it was being claimed", null);
    }

    /**
     * What one statement tells.
     *
     * @param claim the answer, if it is one
     * @param lapsed otherwise, under which reference a claim is there whose lease is over
     */
    private record Answer(
            @Nullable MessageClaim claim, @Nullable Reference lapsed) {}

    private Answer ask(TenantKey key, OrganizationId organization, NewEntry entry, String lease) {
        return scope.findOne(
                        claim,
                        key,
                        row -> answer(organization, row),
                        key.text(),
                        entry.reference().value(),
                        entry.key() == null ? null : entry.key().value(),
                        entry.content().value(),
                        entry.recipient().chatId(),
                        entry.instance().value(),
                        entry.text() == null ? null : storable(entry.text()),
                        lease,
                        StoreTime.given(clock))
                .orElseThrow();
    }

    private static Answer answer(OrganizationId organization, ResultSet row) throws SQLException {
        return switch (row.getString(1)) {
            case "made" ->
                new Answer(
                        new MessageClaim.First(
                                Reference.of(row.getString(2)),
                                new QuotaDecision.Reserved(
                                        new Reservation(organization, LocalDate.parse(row.getString(11))),
                                        Math.max(0, row.getInt(10) - row.getInt(9)),
                                        Instant.ofEpochSecond(row.getLong(12)))),
                        null);
            case "full" ->
                new Answer(
                        new MessageClaim.NoPlace(
                                new QuotaDecision.Exhausted(row.getInt(10), Instant.ofEpochSecond(row.getLong(12)))),
                        null);
            case "no organization" -> new Answer(new MessageClaim.NoOrganization(), null);
            case "conflict" -> new Answer(new MessageClaim.Conflict(Reference.of(row.getString(2))), null);
            default -> known(row);
        };
    }

    private static Answer known(ResultSet row) throws SQLException {
        Reference reference = Reference.of(row.getString(2));
        if (!row.getBoolean(4)) {
            return new Answer(new MessageClaim.Conflict(reference), null);
        }
        return switch (row.getString(3)) {
            case "accepted" ->
                new Answer(
                        new MessageClaim.Settled(new Accepted(
                                reference,
                                new QueueId(row.getString(7)),
                                InstanceId.parse(row.getString(6)),
                                null,
                                null)),
                        null);
            case "unknown" ->
                new Answer(
                        new MessageClaim.Settled(
                                new Unknown(reference, InstanceId.parse(row.getString(6)), row.getString(8))),
                        null);
            default ->
                row.getBoolean(5) ? new Answer(null, reference) : new Answer(new MessageClaim.Running(reference), null);
        };
    }

    /** Empty if somebody else was quicker. */
    private Optional<MessageClaim> takeOver(TenantKey key, NewEntry entry, Reference reference, String lease) {
        return scope.findOne(
                takeOver,
                key,
                row -> new MessageClaim.TakenOver(reference, InstanceId.parse(row.getString("instance_id"))),
                lease,
                lease,
                StoreTime.given(clock),
                key.text(),
                reference.value(),
                entry.key() == null ? null : entry.key().value(),
                entry.content().value());
    }

    @Override
    public void settle(OrganizationId organization, SendResult result, int attempts) {
        layout.key(organization).ifPresent(key -> settle(key, result, Integer.toString(attempts)));
    }

    private void settle(TenantKey key, SendResult result, String attempts) {
        String reference = result.reference().value();
        if (result instanceof Accepted accepted) {
            scope.update(
                    accept,
                    key,
                    storable(accepted.queueId().value()),
                    accepted.instance().value(),
                    attempts,
                    StoreTime.given(clock),
                    key.text(),
                    reference);
        } else if (result instanceof Unknown unknown) {
            scope.update(
                    doubt,
                    key,
                    storable(unknown.cause()),
                    unknown.instance().value(),
                    attempts,
                    StoreTime.given(clock),
                    key.text(),
                    reference);
        } else {
            Rejected rejected = (Rejected) result;
            reject(key, reference, rejected.reason(), storable(rejected.detail()), attempts, "1");
        }
    }

    @Override
    public void abandon(OrganizationId organization, Reference reference) {
        layout.key(organization)
                .ifPresent(key -> reject(key, reference.value(), RejectionReason.UNREACHABLE, NOT_LISTED, "0", "0"));
    }

    private void reject(
            TenantKey key, String reference, RejectionReason reason, String detail, String attempts, String copies) {
        scope.findOne(
                reject,
                key,
                row -> row.getBoolean(1),
                reason.name(),
                detail,
                attempts,
                copies,
                copies,
                StoreTime.given(clock),
                key.text(),
                reference,
                key.text());
    }

    @Override
    public void reroute(OrganizationId organization, Reference reference, InstanceId instance) {
        layout.key(organization)
                .ifPresent(key -> scope.update(reroute, key, instance.value(), key.text(), reference.value()));
    }

    @Override
    public void repeat(OrganizationId organization, Reference reference) {
        layout.key(organization).ifPresent(key -> scope.update(repeat, key, key.text(), reference.value()));
    }

    @Override
    public void duplicate(OrganizationId organization, Reference reference, int copies) {
        if (copies < 1) {
            throw new IllegalArgumentException("copies is " + copies + ", it must be 1 or more");
        }
        layout.key(organization)
                .ifPresent(
                        key -> scope.update(duplicate, key, Integer.toString(copies), key.text(), reference.value()));
    }

    @Override
    public List<DeliveryChange> report(OrganizationId organization, List<DeliveryReport> reports) {
        if (reports.size() > MOST_REPORTS) {
            throw new IllegalArgumentException(
                    "there are " + reports.size() + " reports, at most " + MOST_REPORTS + " can be written at once");
        }
        if (reports.isEmpty()) {
            return List.of();
        }
        return layout.key(organization)
                .map(key -> scope.findAll(
                        report,
                        key,
                        MessageTable::change,
                        key.text(),
                        TextArray.of(
                                reports,
                                each -> each.reference() == null
                                        ? null
                                        : each.reference().value()),
                        TextArray.of(
                                reports,
                                each -> each.queueId() == null
                                        ? null
                                        : storable(each.queueId().value())),
                        TextArray.of(reports, each -> each.instance().value()),
                        TextArray.of(reports, each -> each.state().name().toLowerCase(Locale.ROOT)),
                        TextArray.of(reports, each -> each.at().toString()),
                        StoreTime.given(clock),
                        key.text()))
                .orElse(List.of());
    }

    private static DeliveryChange change(ResultSet row) throws SQLException {
        return new DeliveryChange(
                Reference.of(row.getString(1)), delivery(row.getString(2)), delivery(row.getString(3)));
    }

    /** Null as long as UltraMsg has told nothing. */
    static DeliveryState delivery(@Nullable String stored) {
        return stored == null ? DeliveryState.QUEUED : DeliveryState.valueOf(stored.toUpperCase(Locale.ROOT));
    }

    /** What somebody else wrote must not keep the outcome from being stored: no text in PostgreSQL holds this one. */
    static String storable(String text) {
        return text.replace("\0", "");
    }

    @Override
    public Optional<LoggedMessage> find(OrganizationId organization, Reference reference) {
        return layout.key(organization)
                .flatMap(key ->
                        scope.findOne(find, key, MessageTable::message, key.text(), reference.value(), key.text()));
    }

    private static LoggedMessage message(ResultSet row) throws SQLException {
        return new LoggedMessage(
                outcome(row),
                row.getInt("attempts"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "settled_at"),
                delivery(row.getString("delivery")),
                instant(row, "delivered_at"),
                instant(row, "read_at"),
                row.getInt("copies_found"),
                row.getString("body"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static SendResult outcome(ResultSet row) throws SQLException {
        Reference reference = Reference.of(row.getString("reference"));
        return switch (row.getString("state")) {
            case "accepted" ->
                new Accepted(
                        reference,
                        new QueueId(row.getString("queue_id")),
                        instance(row),
                        null,
                        null,
                        delivery(row.getString("delivery")));
            case "rejected" ->
                new Rejected(reference, RejectionReason.valueOf(row.getString("reason")), row.getString("cause"), null);
            case "unknown" -> new Unknown(reference, instance(row), row.getString("cause"));
            default -> new Unknown(reference, instance(row), "it is being sent, or was when its sender was lost");
        };
    }

    /** What was rejected while it was queued has none. */
    private static InstanceId instance(ResultSet row) throws SQLException {
        return InstanceId.parse(row.getString("instance_id"));
    }

    @Override
    public List<UnsettledMessage> takeUnsettled(int most, Duration pause) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", it must be 1 or more");
        }
        requirePositive("pause", pause);
        return scope.queryAcross(
                takeUnsettled,
                MessageTable::unsettled,
                StoreTime.given(clock),
                Integer.toString(most),
                pause.toString());
    }

    private static UnsettledMessage unsettled(ResultSet row) throws SQLException {
        return new UnsettledMessage(
                OrganizationId.of(row.getString("organization_id")),
                Reference.of(row.getString("reference")),
                InstanceId.parse(row.getString("instance_id")),
                row.getInt("copies"));
    }

    @Override
    public int forget(OrganizationId organization, Recipient recipient) {
        return layout.key(organization)
                .flatMap(key -> scope.findOne(
                        forget, key, row -> row.getInt(1), key.text(), recipient.chatId(), StoreTime.given(clock)))
                .orElse(0);
    }

    @Override
    public int purge(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("olderThan is " + olderThan + ", it must be zero or more");
        }
        return scope.updateAcross(purge, olderThan.toString(), StoreTime.given(clock));
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is " + duration + ", it must be more than zero");
        }
    }
}
