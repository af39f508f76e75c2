package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.health.HealthStore;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;

/**
 * How instances were when they were last asked: the library's own table {@code ultramsg_instance_health}. A row says that its
 * instance was to be watched when somebody last looked; whether it still is, every statement asks anew. Thread-safe.
 */
final class HealthTable implements HealthStore {
    /** Whether the instance of the health row {@code h} is to be watched, as that of organization {@code o}. */
    private static final String IS_WATCHED = """
            (lower(o.whatsapp_instance_status) in ('active', 'error') and %1$s = h.instance_id
                or exists (
                    select from %2$s as s
                    where s.organization_id = o.%3$s and s.instance_id = h.instance_id
                        and s.status in ('active', 'error')))""";

    private final TenantScope scope;
    private final TableLayout layout;
    private final @Nullable Clock clock;
    private final String enroll;
    private final String takeDue;
    private final TenantStatement record;
    private final TenantStatement find;

    /** Without a clock, time is the database's, which all nodes share. */
    HealthTable(TenantScope scope, TableLayout layout, @Nullable Clock clock) {
        this.scope = scope;
        this.layout = layout;
        this.clock = clock;
        this.enroll = enroll(layout);
        this.takeDue = takeDue(layout);
        this.record = TenantScope.statement(record(layout));
        this.find = TenantScope.statement("""
                select h.organization_id, h.instance_id, h.finding, h.since, h.checked_at, h.times_in_a_row
                from %1$s as h join %2$s as o on o.%3$s = h.organization_id
                where h.organization_id = %4$s and h.finding is not null and %5$s
                order by h.instance_id""".formatted(
                layout.health(), layout.organizations(), layout.keyColumn(), layout.keyParameter(), isWatched(layout)));
    }

    private static String isWatched(TableLayout layout) {
        return IS_WATCHED.formatted(OrganizationTable.INSTANCE_ID, layout.standbys(), layout.keyColumn());
    }

    /**
     * Reads organizations, standbys and health once each, however many there are, and compares them by one hash join: 100,000
     * organizations take half a second of one core, and nothing is written unless something has changed. One node does it at a
     * time, since two that insert the same rows in different orders would wait for each other; who comes meanwhile leaves it
     * to that one. Rows that somebody has locked end the next time.
     *
     * <p>The parameters are the name of the turn, the spread, and the time, or null.
     */
    static String enroll(TableLayout layout) {
        return """
                with turn as materialized (
                    select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as is_ours),
                watched as (
                    select o.%3$s as organization_id, %4$s as instance_id
                    from %2$s as o
                    where lower(o.whatsapp_instance_status) in ('active', 'error')
                        and %4$s ~ '^instance[0-9]{1,20}$'
                    union all
                    select s.organization_id, s.instance_id
                    from %5$s as s join %2$s as o on o.%3$s = s.organization_id
                    where s.status in ('active', 'error')),
                differing as materialized (
                    select w.organization_id as new_organization, w.instance_id as new_instance,
                        h.organization_id as old_organization, h.instance_id as old_instance
                    from watched as w
                    full join %1$s as h on h.organization_id = w.organization_id and h.instance_id = w.instance_id
                    where (w.organization_id is null or h.organization_id is null) and (select is_ours from turn)),
                old as materialized (
                    select h.organization_id, h.instance_id
                    from differing as d
                    join %1$s as h on h.organization_id = d.old_organization and h.instance_id = d.old_instance
                    for update of h skip locked),
                ended as (
                    delete from %1$s as h using old
                    where h.organization_id = old.organization_id and h.instance_id = old.instance_id),
                begun as (
                    insert into %1$s (organization_id, instance_id, next_check_at)
                    select d.new_organization, d.new_instance, given.now + random() * given.spread
                    from (
                        select cast(? as interval) as spread, coalesce(cast(? as timestamptz), clock_timestamp()) as now)
                        as given
                    cross join differing as d
                    where d.new_organization is not null
                    on conflict do nothing
                    returning 1)
                select count(*) from begun""".formatted(
                        layout.health(),
                        layout.organizations(),
                        layout.keyColumn(),
                        OrganizationTable.INSTANCE_ID,
                        layout.standbys());
    }

    /**
     * Goes along the index of what is due, and asks of each row whether its instance is still to be watched. Those that are not
     * stay where they are and cost a look each time, until {@link #enroll} ends them.
     *
     * <p>The parameters are the time, or null, how many, and the lease.
     */
    static String takeDue(TableLayout layout) {
        return """
                with given as materialized (select coalesce(cast(? as timestamptz), clock_timestamp()) as now),
                due as materialized (
                    select h.organization_id, h.instance_id, h.next_check_at
                    from %1$s as h
                    cross join lateral (select from %2$s as o where o.%3$s = h.organization_id and %4$s limit 1) as watched
                    where h.next_check_at <= (select now from given)
                    order by h.next_check_at
                    limit cast(? as integer)
                    for no key update of h skip locked),
                taken as (
                    update %1$s as h
                    set next_check_at = given.now + cast(? as interval)
                    from due cross join given
                    where h.organization_id = due.organization_id and h.instance_id = due.instance_id
                    returning h.organization_id, h.instance_id, h.finding, h.since, h.checked_at, h.times_in_a_row,
                        due.next_check_at as was_due_at)
                select organization_id, instance_id, finding, since, checked_at, times_in_a_row
                from taken order by was_due_at""".formatted(layout.health(), layout.organizations(), layout.keyColumn(), isWatched(layout));
    }

    /**
     * Writes what was found, and moves the status, the organization's or the standby's, if it is to be another. Only a move
     * takes the lock of the organization's row, after which PostgreSQL asks anew whether the status is still one that may be moved and
     * the instance still the one that was asked: what people decided meanwhile stays.
     *
     * <p>The parameters are organization, instance, status or null, time or null, finding, since, checked at, how many times,
     * and how long until the next check.
     */
    static String record(TableLayout layout) {
        return """
                with given as materialized (
                    select %4$s as organization_id, cast(? as text) as instance_id, cast(? as text) as status,
                        coalesce(cast(? as timestamptz), clock_timestamp()) as now),
                own as (
                    update %2$s as o
                    set whatsapp_instance_status = given.status
                    from given
                    where o.%3$s = given.organization_id and %5$s = given.instance_id
                        and lower(o.whatsapp_instance_status) in ('active', 'error')
                        and lower(o.whatsapp_instance_status) <> given.status
                        and exists (
                            select from %1$s as h
                            where h.organization_id = given.organization_id and h.instance_id = given.instance_id)
                    returning 1),
                standby as (
                    update %6$s as s
                    set status = given.status
                    from given
                    where s.organization_id = given.organization_id and s.instance_id = given.instance_id
                        and s.status in ('active', 'error') and s.status <> given.status
                        and exists (select from %2$s as o where o.%3$s = given.organization_id)
                        and exists (
                            select from %1$s as h
                            where h.organization_id = given.organization_id and h.instance_id = given.instance_id)
                    returning 1),
                written as (
                    update %1$s as h
                    set finding = ?, since = cast(? as timestamptz), checked_at = cast(? as timestamptz),
                        times_in_a_row = cast(? as integer), next_check_at = given.now + cast(? as interval)
                    from given
                    where h.organization_id = given.organization_id and h.instance_id = given.instance_id
                        and exists (select from %2$s as o where o.%3$s = h.organization_id and %7$s))
                select exists (select from own) or exists (select from standby)""".formatted(
                        layout.health(),
                        layout.organizations(),
                        layout.keyColumn(),
                        layout.keyParameter(),
                        OrganizationTable.INSTANCE_ID,
                        layout.standbys(),
                        isWatched(layout));
    }

    @Override
    public int enroll(Duration spread) {
        if (spread.isNegative()) {
            throw new IllegalArgumentException("spread is " + spread + ", it must be zero or more");
        }
        return scope.queryAcross(
                        enroll,
                        row -> row.getInt(1),
                        "ultramsg health " + layout.schema(),
                        spread.toString(),
                        StoreTime.given(clock))
                .get(0);
    }

    @Override
    public List<DueCheck> takeDue(int most, Duration lease) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", it must be 1 or more");
        }
        requirePositive("lease", lease);
        return scope.queryAcross(
                takeDue, HealthTable::dueCheck, StoreTime.given(clock), Integer.toString(most), lease.toString());
    }

    private static DueCheck dueCheck(ResultSet row) throws SQLException {
        return new DueCheck(
                OrganizationId.of(row.getString("organization_id")),
                InstanceId.parse(row.getString("instance_id")),
                row.getString("finding") == null ? null : health(row));
    }

    @Override
    public boolean record(InstanceHealth health, Duration next, @Nullable InstanceStatus status) {
        requirePositive("next", next);
        if (status != null && status != InstanceStatus.ACTIVE && status != InstanceStatus.ERROR) {
            throw new IllegalArgumentException("status is " + status + ", only active and error are a watch's to set");
        }
        return layout.key(health.organization())
                .flatMap(key -> scope.findOne(
                        record,
                        key,
                        row -> row.getBoolean(1),
                        key.text(),
                        health.instance().value(),
                        status == null ? null : status.storedName(),
                        StoreTime.given(clock),
                        health.finding().code(),
                        health.since().toString(),
                        health.checkedAt().toString(),
                        Integer.toString(health.timesInARow()),
                        next.toString()))
                .orElse(false);
    }

    @Override
    public List<InstanceHealth> find(OrganizationId organization) {
        return layout.key(organization)
                .map(key -> scope.findAll(find, key, HealthTable::health, key.text()))
                .orElse(List.of());
    }

    private static InstanceHealth health(ResultSet row) throws SQLException {
        return new InstanceHealth(
                OrganizationId.of(row.getString("organization_id")),
                InstanceId.parse(row.getString("instance_id")),
                finding(row.getString("finding")),
                row.getObject("since", OffsetDateTime.class).toInstant(),
                row.getObject("checked_at", OffsetDateTime.class).toInstant(),
                row.getInt("times_in_a_row"));
    }

    /** A newer version may have found what this one has no name for: that something is wrong is true in any case. */
    private static ConnectionFinding finding(String code) {
        return Arrays.stream(ConnectionFinding.values())
                .filter(finding -> finding.code().equals(code))
                .findFirst()
                .orElse(ConnectionFinding.PROVIDER_ERROR);
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is " + duration + ", it must be more than zero");
        }
    }
}
