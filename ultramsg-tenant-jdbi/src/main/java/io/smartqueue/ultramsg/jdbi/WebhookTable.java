package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.webhook.EventKey;
import io.smartqueue.ultramsg.webhook.WebhookStore;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

/**
 * Which events were handled: the library's own table {@code ultramsg_webhook_events}. Whoever adds an event's row, or takes it over,
 * handles the event. Thread-safe.
 */
final class WebhookTable implements WebhookStore {
    /**
     * Most events that come are new, or were handled: neither waits for anybody, and the latter write nothing and lock no row. Who adds a
     * row at the same moment as another finds it there once that one's statement is through; who takes one over at the same moment finds
     * it taken, because PostgreSQL asks anew of the row that it has waited for. Both learn that somebody else has it.
     */
    static final String BEGIN = """
            with given as materialized (
                select {key} as organization_id, cast(? as text) as event_key, cast(? as interval) as lease, clock.now
                from {now} as clock),
            known as materialized (
                select e.lease_until, e.done_at
                from given join {webhook_events} as e
                    on e.organization_id = given.organization_id and e.event_key = given.event_key),
            made as (
                insert into {webhook_events} as e (organization_id, event_key, claim, begun_at, lease_until)
                select given.organization_id, given.event_key, 1, given.now, given.now + given.lease
                from given join {organizations} as o on o.{key_column} = given.organization_id
                where not exists (select from known)
                on conflict (organization_id, event_key) do nothing
                returning e.claim),
            taken as (
                update {webhook_events} as e
                set claim = e.claim + 1, begun_at = given.now, lease_until = given.now + given.lease
                from given
                where (
                        select known.done_at is null and known.lease_until <= given.now
                        from known cross join given)
                    and exists (select from {organizations} as o where o.{key_column} = given.organization_id)
                    and e.organization_id = given.organization_id and e.event_key = given.event_key
                    and e.done_at is null and e.lease_until <= given.now
                returning e.claim)
            select coalesce((select claim from made), (select claim from taken)) as claim,
                exists (select from known where done_at is not null) as is_done,
                exists (
                    select from given join {organizations} as o on o.{key_column} = given.organization_id)
                    as organization_exists""";

    private static final String FINISH = """
            update {webhook_events} as e
            set done_at = given.now
            from {now} as given
            where e.organization_id = {key} and e.event_key = ? and e.done_at is null""";

    /** The row stays, so that no two claims on an event are the same. */
    private static final String RELEASE = """
            update {webhook_events} set lease_until = '-infinity'
            where organization_id = {key} and event_key = ? and claim = cast(? as bigint) and done_at is null""";

    /** One node at a time does it: two that delete the same rows in different orders would wait for each other. */
    static final String PURGE = """
            with turn as materialized (
                select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as is_ours)
            delete from {webhook_events} as e
            where e.begun_at <= (select given.now - cast(? as interval) from {now} as given)
                and (select is_ours from turn)""";

    private final TenantScope scope;
    private final TableLayout layout;
    private final @Nullable Clock clock;
    private final TenantStatement begin;
    private final TenantStatement finish;
    private final TenantStatement release;
    private final String purge;

    /** Without a clock, time is the database's, which all nodes share. */
    WebhookTable(TenantScope scope, TableLayout layout, @Nullable Clock clock) {
        this.scope = scope;
        this.layout = layout;
        this.clock = clock;
        this.begin = TenantScope.statement(SqlTemplate.fill(BEGIN, layout));
        this.finish = TenantScope.statement(SqlTemplate.fill(FINISH, layout));
        this.release = TenantScope.statement(SqlTemplate.fill(RELEASE, layout));
        this.purge = SqlTemplate.fill(PURGE, layout);
    }

    @Override
    public Intake begin(OrganizationId organization, EventKey key, Duration lease) {
        if (lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("lease is " + lease + ", it must be more than zero");
        }
        return layout.key(organization)
                .flatMap(whose -> scope.findOne(
                        begin,
                        whose,
                        WebhookTable::intake,
                        whose.text(),
                        key.value(),
                        lease.toString(),
                        StoreTime.given(clock)))
                .orElseGet(Intake.NoOrganization::new);
    }

    private static Intake intake(ResultSet row) throws SQLException {
        long claim = row.getLong("claim"); // 0 for null, which no claim is
        if (claim > 0) {
            return new Intake.First(claim);
        }
        if (!row.getBoolean("organization_exists")) {
            return new Intake.NoOrganization();
        }
        return row.getBoolean("is_done") ? new Intake.Done() : new Intake.Running();
    }

    @Override
    public void finish(OrganizationId organization, EventKey key) {
        layout.key(organization)
                .ifPresent(whose -> scope.update(finish, whose, StoreTime.given(clock), whose.text(), key.value()));
    }

    @Override
    public void release(OrganizationId organization, EventKey key, long claim) {
        layout.key(organization)
                .ifPresent(whose -> scope.update(release, whose, whose.text(), key.value(), Long.toString(claim)));
    }

    @Override
    public int purge(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("olderThan is " + olderThan + ", it must be zero or more");
        }
        return scope.updateAcross(
                purge, "ultramsg webhook events " + layout.schema(), olderThan.toString(), StoreTime.given(clock));
    }
}
