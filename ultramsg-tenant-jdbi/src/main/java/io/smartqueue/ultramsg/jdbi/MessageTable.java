package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.message.KeyClaim;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of messages: the library's own table {@code ultramsg_messages}. Whoever inserts a key's row sends; all others
 * read it, in the same statement. Thread-safe.
 */
final class MessageTable implements MessageLog {
    /** An answer can be out of date when it comes; after so many of them, somebody works against us. */
    private static final int MOST_QUESTIONS = 10;

    /** A subquery, so that it is evaluated once, also in a condition that an index serves. */
    private static final String NOW = "(select coalesce(cast(? as timestamptz), clock_timestamp()) as now)";

    /**
     * Always one row. Without a state in it there is no entry: because there is no organization, or because somebody has
     * made or deleted one since the statement began.
     *
     * <p>A first claim locks the organization's row before it inserts, in the order of a host that deletes it with all its
     * entries. Later ones write nothing and wait for nobody.
     */
    static final String CLAIM = """
            with given as materialized {now},
            known as materialized (
                select true as has_key, content_hash = ? as has_content, state, reference, instance_id, queue_id, cause,
                    lease_until
                from {messages} where organization_id = {key} and idempotency_key = ?
                union all
                select false, false, state, reference, instance_id, queue_id, cause, lease_until
                from {messages} where organization_id = {key} and reference = ? and idempotency_key <> ?),
            made as (
                insert into {messages} (organization_id, idempotency_key, content_hash, recipient, reference, instance_id,
                    state, created_at, lease_until, next_look_at)
                select o.{key_column}, ?, ?, ?, ?, ?, 'running', given.now, given.now + cast(? as interval),
                    given.now + cast(? as interval)
                from {organizations} as o cross join given
                where o.{key_column} = {key} and not exists (select from known)
                on conflict do nothing
                returning reference)
            select exists (select from {organizations} where {key_column} = {key}) as has_organization, a.state,
                a.has_content, a.lease_until <= given.now as lease_is_over, a.reference, a.instance_id, a.queue_id, a.cause
            from given left join (
                select true as has_key, true as has_content, 'made' as state, reference, null as instance_id,
                    null as queue_id, null as cause, cast(null as timestamptz) as lease_until
                from made
                union all
                select has_key, has_content, state, reference, instance_id, queue_id, cause, lease_until
                from known) as a on true
            order by a.has_key desc limit 1""";

    private static final String TAKE_OVER = """
            update {messages} as m
            set lease_until = given.now + cast(? as interval),
                next_look_at = greatest(m.next_look_at, given.now + cast(? as interval))
            from {now} as given
            where m.organization_id = {key} and m.reference = ? and m.idempotency_key = ? and m.content_hash = ?
                and m.state = 'running' and m.lease_until <= given.now
            returning m.reference, m.instance_id""";

    private static final String ACCEPT = """
            update {messages} as m
            set state = 'accepted', queue_id = ?, instance_id = ?, cause = null, next_look_at = null,
                settled_at = given.now
            from {now} as given
            where m.organization_id = {key} and m.reference = ? and m.state <> 'accepted'""";

    /** Somebody who has taken the message to find out keeps his pause. */
    private static final String DOUBT = """
            update {messages} as m
            set state = 'unknown', cause = ?, instance_id = ?, settled_at = given.now,
                next_look_at = case when m.state = 'running' and m.next_look_at = m.lease_until then given.now
                    else m.next_look_at end
            from {now} as given
            where m.organization_id = {key} and m.reference = ? and m.state <> 'accepted'""";

    private static final String FREE =
            "delete from {messages} where organization_id = {key} and reference = ? and state <> 'accepted'";

    private static final String FIND = """
            select state, reference, instance_id, queue_id, cause
            from {messages} where organization_id = {key} and reference = ?
                and exists (select from {organizations} where {key_column} = {key})""";

    private static final String FORGET =
            "update {messages} set recipient = null where organization_id = {key} and recipient = ?";

    /**
     * A row that is not a day old has been due for less than a day: so the first condition keeps the search from rows that
     * nobody looks after any more, however many there are.
     */
    static final String TAKE_UNSETTLED = """
            with given as materialized {now},
            due as materialized (
                select organization_id, reference, next_look_at
                from {messages}
                where next_look_at >= (select now - interval '1 day' from given)
                    and next_look_at <= (select now from given)
                    and created_at >= (select now - interval '1 day' from given)
                order by next_look_at
                limit cast(? as integer)
                for no key update skip locked),
            taken as (
                update {messages} as m set next_look_at = given.now + cast(? as interval)
                from due cross join given
                where m.organization_id = due.organization_id and m.reference = due.reference
                returning m.organization_id, m.reference, m.instance_id, due.next_look_at as was_due_at)
            select cast(organization_id as text) as organization_id, reference, instance_id
            from taken order by was_due_at""";

    /** Waits for nobody: a row that somebody has locked is left to the next purge. */
    static final String PURGE = """
            with old as materialized (
                select organization_id, reference
                from {messages}
                where created_at <= (select given.now - cast(? as interval) from {now} as given)
                for update skip locked)
            delete from {messages} as m using old
            where m.organization_id = old.organization_id and m.reference = old.reference""";

    private final TenantScope scope;
    private final TableLayout layout;
    private final @Nullable Clock clock;
    private final TenantStatement claim;
    private final TenantStatement takeOver;
    private final TenantStatement accept;
    private final TenantStatement doubt;
    private final TenantStatement free;
    private final TenantStatement find;
    private final TenantStatement forget;
    private final String takeUnsettled;
    private final String purge;

    /** Without a clock, time is the database's, which all nodes share. */
    MessageTable(TenantScope scope, TableLayout layout, @Nullable Clock clock) {
        this.scope = scope;
        this.layout = layout;
        this.clock = clock;
        this.claim = TenantScope.statement(sql(CLAIM, layout));
        this.takeOver = TenantScope.statement(sql(TAKE_OVER, layout));
        this.accept = TenantScope.statement(sql(ACCEPT, layout));
        this.doubt = TenantScope.statement(sql(DOUBT, layout));
        this.free = TenantScope.statement(sql(FREE, layout));
        this.find = TenantScope.statement(sql(FIND, layout));
        this.forget = TenantScope.statement(sql(FORGET, layout));
        this.takeUnsettled = sql(TAKE_UNSETTLED, layout);
        this.purge = sql(PURGE, layout);
    }

    /** Names come last, and in one go, because they may hold anything, braces too. */
    static String sql(String template, TableLayout layout) {
        StringBuilder sql = new StringBuilder();
        int end = 0;
        for (int brace = template.indexOf('{'); brace >= 0; brace = template.indexOf('{', end)) {
            sql.append(template, end, brace);
            end = template.indexOf('}', brace) + 1;
            sql.append(
                    switch (template.substring(brace, end)) {
                        case "{messages}" -> layout.messages();
                        case "{organizations}" -> layout.organizations();
                        case "{key_column}" -> layout.keyColumn();
                        case "{key}" -> layout.keyParameter();
                        case "{now}" -> NOW;
                        default -> throw new IllegalArgumentException(template);
                    });
        }
        return sql.append(template, end, template.length()).toString();
    }

    @Override
    public KeyClaim claim(OrganizationId organization, KeyedMessage message, Duration lease) {
        requirePositive("lease", lease);
        return layout.key(organization)
                .map(key -> claim(key, message, lease.toString()))
                .orElseGet(KeyClaim.NoOrganization::new);
    }

    private KeyClaim claim(TenantKey organization, KeyedMessage message, String lease) {
        for (int question = 0; question < MOST_QUESTIONS; question++) {
            Answer answer = ask(organization, message, lease);
            Optional<KeyClaim> claim = answer.lapsed() == null
                    ? Optional.ofNullable(answer.claim())
                    : takeOver(organization, message, answer.lapsed(), lease);
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
     * @param lapsed otherwise, under which reference a claim is there whose lease is over; if there is none, what the statement
     *     saw is out of date
     */
    private record Answer(
            @Nullable KeyClaim claim, @Nullable Reference lapsed) {}

    private Answer ask(TenantKey organization, KeyedMessage message, String lease) {
        String key = message.key().value();
        String reference = message.reference().value();
        String content = message.content().value();
        return scope.findOne(
                        claim,
                        organization,
                        MessageTable::answer,
                        now(),
                        content,
                        organization.text(),
                        key,
                        organization.text(),
                        reference,
                        key,
                        key,
                        content,
                        message.recipient().chatId(),
                        reference,
                        message.instance().value(),
                        lease,
                        lease,
                        organization.text(),
                        organization.text())
                .orElseThrow();
    }

    private static Answer answer(ResultSet row) throws SQLException {
        if (!row.getBoolean("has_organization")) {
            return new Answer(new KeyClaim.NoOrganization(), null);
        }
        String state = row.getString("state");
        if (state == null) {
            return new Answer(null, null);
        }
        Reference reference = Reference.of(row.getString("reference"));
        if (state.equals("made")) {
            return new Answer(new KeyClaim.First(reference), null);
        }
        if (!row.getBoolean("has_content")) {
            return new Answer(new KeyClaim.Conflict(reference), null);
        }
        if (!state.equals("running")) {
            return new Answer(new KeyClaim.Settled(result(row)), null);
        }
        return row.getBoolean("lease_is_over")
                ? new Answer(null, reference)
                : new Answer(new KeyClaim.Running(reference), null);
    }

    /** Empty if somebody else was quicker. */
    private Optional<KeyClaim> takeOver(
            TenantKey organization, KeyedMessage message, Reference reference, String lease) {
        return scope.findOne(
                takeOver,
                organization,
                row -> new KeyClaim.TakenOver(reference, InstanceId.parse(row.getString("instance_id"))),
                lease,
                lease,
                now(),
                organization.text(),
                reference.value(),
                message.key().value(),
                message.content().value());
    }

    @Override
    public void settle(OrganizationId organization, SendResult result) {
        layout.key(organization).ifPresent(key -> settle(key, result));
    }

    private void settle(TenantKey organization, SendResult result) {
        String reference = result.reference().value();
        if (result instanceof Accepted accepted) {
            scope.update(
                    accept,
                    organization,
                    storable(accepted.queueId().value()),
                    accepted.instance().value(),
                    now(),
                    organization.text(),
                    reference);
        } else if (result instanceof Unknown unknown) {
            scope.update(
                    doubt,
                    organization,
                    storable(unknown.cause()),
                    unknown.instance().value(),
                    now(),
                    organization.text(),
                    reference);
        } else {
            scope.update(free, organization, organization.text(), reference);
        }
    }

    /** What somebody else wrote must not keep the outcome from being stored: no text in PostgreSQL holds this one. */
    private static String storable(String text) {
        return text.replace("\0", "");
    }

    @Override
    public Optional<SendResult> find(OrganizationId organization, Reference reference) {
        return layout.key(organization)
                .flatMap(key ->
                        scope.findOne(find, key, MessageTable::result, key.text(), reference.value(), key.text()));
    }

    private static SendResult result(ResultSet row) throws SQLException {
        Reference reference = Reference.of(row.getString("reference"));
        InstanceId instance = InstanceId.parse(row.getString("instance_id"));
        return switch (row.getString("state")) {
            case "accepted" -> new Accepted(reference, new QueueId(row.getString("queue_id")), instance, null);
            case "unknown" -> new Unknown(reference, instance, row.getString("cause"));
            default -> new Unknown(reference, instance, "it is being sent, or was when its sender was lost");
        };
    }

    @Override
    public List<UnsettledMessage> takeUnsettled(int most, Duration pause) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", it must be 1 or more");
        }
        requirePositive("pause", pause);
        return scope.queryAcross(
                takeUnsettled, MessageTable::unsettled, now(), Integer.toString(most), pause.toString());
    }

    private static UnsettledMessage unsettled(ResultSet row) throws SQLException {
        return new UnsettledMessage(
                OrganizationId.of(row.getString("organization_id")),
                Reference.of(row.getString("reference")),
                InstanceId.parse(row.getString("instance_id")));
    }

    @Override
    public int forget(OrganizationId organization, Recipient recipient) {
        return layout.key(organization)
                .map(key -> scope.update(forget, key, key.text(), recipient.chatId()))
                .orElse(0);
    }

    @Override
    public int purge(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("olderThan is " + olderThan + ", it must be zero or more");
        }
        return scope.updateAcross(purge, olderThan.toString(), now());
    }

    private @Nullable String now() {
        return clock == null ? null : clock.instant().toString();
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is " + duration + ", it must be more than zero");
        }
    }
}
