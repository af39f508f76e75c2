package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Instant;

/**
 * What there is to do with lanes beside their turns: the library's own tables {@code ultramsg_lanes}, which db-scheduler works on, and
 * {@code ultramsg_wakes}. Thread-safe.
 *
 * <p><b>No call is lost.</b> A call becomes visible together with what it is about, in one commit. It is taken by a statement in whose
 * snapshot it is there and its lane is not having a turn; the lane is woken in the same statement, so that either both happen or neither. Whatever
 * happens to the lane between that snapshot and the statement's own change of it begins with a turn, and that turn began after the
 * snapshot: it sees what the call is about. A lane that waits for something else than what it is called for sees it when its turn
 * comes. A lane that is having a turn keeps its calls until that is over, however it ends: it may have looked before they came.
 */
final class LaneTable {
    static final String TASK = "ultramsg-lane";

    /** So many that a crowd does not hold its rows for long. */
    static final int MOST_CALLS = 1_000;

    private final TenantScope scope;
    private final TableLayout layout;
    private final String wake;
    private final String mend;
    private final String handOver;
    private final TenantStatement callForChange;

    LaneTable(TenantScope scope, TableLayout layout) {
        this.scope = scope;
        this.layout = layout;
        this.wake = wake(layout);
        this.mend = mend(layout);
        this.handOver = handOver(layout);
        this.callForChange = TenantScope.statement("insert into %s (organization_id, for_change) values (%s, true)"
                .formatted(layout.wakes(), layout.keyParameter()));
    }

    /** As it is written in lanes: in their collation, or PostgreSQL would not know by which of two to compare. */
    private static String laneOf(String organization) {
        return "cast(" + organization + " as text) collate \"C\"";
    }

    /**
     * Takes calls and wakes their lanes. One node does at a time: two might each wait for a lane that the other one has begun.
     *
     * <p>New work makes a lane, or ends a wait for work; a change ends a wait for a change, and makes none: what has no lane has nothing
     * that waits. Lanes are changed in the order of their names, those that are there before those that are not.
     *
     * <p>The parameters are the name of the lock, the time, and how many calls.
     */
    static String wake(TableLayout layout) {
        return """
                with given as materialized (
                    select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as is_ours, cast(? as timestamptz) as now),
                answerable as materialized (
                    select w.organization_id, w.number
                    from %2$s as w
                    where (select is_ours from given)
                        and not exists (
                            select from %1$s as l
                            where l.task_name = '%3$s' and l.task_instance = %4$s and l.picked)
                    limit cast(? as integer)),
                calls as (
                    delete from %2$s as w using answerable as a
                    where w.organization_id = a.organization_id and w.number = a.number
                    returning w.organization_id, w.for_change),
                called as materialized (
                    select %5$s as lane, bool_or(not c.for_change) as for_work, bool_or(c.for_change) as for_change
                    from calls as c group by 1),
                woken as (
                    update %1$s as l
                    set execution_time = given.now, version = l.version + 1
                    from called cross join given
                    where l.task_name = '%3$s' and l.task_instance = called.lane and not l.picked
                        and l.execution_time > given.now
                        and (called.for_work and encode(l.task_data, 'escape') like 'work %%'
                            or called.for_change and encode(l.task_data, 'escape') like 'change %%')),
                begun as (
                    insert into %1$s (task_name, task_instance, task_data, execution_time, picked, version)
                    select '%3$s', called.lane, convert_to('%6$s', 'UTF8'), given.now, false, 1
                    from called cross join given
                    where called.for_work
                        and not exists (
                            select from %1$s as l where l.task_name = '%3$s' and l.task_instance = called.lane)
                    order by called.lane
                    on conflict do nothing)
                select given.is_ours, (select count(*) from calls) as calls from given""".formatted(
                        layout.lanes(),
                        layout.wakes(),
                        TASK,
                        laneOf("w.organization_id"),
                        laneOf("c.organization_id"),
                        LaneData.FIRST.text());
    }

    /**
     * Gives lanes to organizations that have messages to send and neither a lane nor a call for one: there are none, unless somebody has
     * deleted lanes or calls. What waits for an organization that is no more is left to the purge. Goes from organization to
     * organization along the indexes, past all messages but one of each; only of those without a lane it looks when the first is due,
     * which is never where a batch is paused.
     *
     * <p>The parameters are the name of the lock and the time.
     */
    static String mend(TableLayout layout) {
        return """
                with recursive given as materialized (
                    select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as is_ours, cast(? as timestamptz) as now),
                ready as (
                    (select m.organization_id from %2$s as m
                    where m.ready is not null and (select is_ours from given)
                    order by m.organization_id limit 1)
                    union all
                    select (
                        select m.organization_id from %2$s as m
                        where m.ready is not null and m.organization_id > r.organization_id
                        order by m.organization_id limit 1)
                    from ready as r where r.organization_id is not null),
                waiting as (
                    (select m.organization_id from %2$s as m
                    where m.due_at is not null and (select is_ours from given)
                    order by m.organization_id limit 1)
                    union all
                    select (
                        select m.organization_id from %2$s as m
                        where m.due_at is not null and m.organization_id > w.organization_id
                        order by m.organization_id limit 1)
                    from waiting as w where w.organization_id is not null),
                without_lane as materialized (
                    select o.organization_id, bool_or(o.is_ready) as is_ready
                    from (
                        select organization_id, true as is_ready from ready
                        union all
                        select organization_id, false from waiting) as o
                    where o.organization_id is not null
                        and not exists (
                            select from %1$s as l where l.task_name = '%4$s' and l.task_instance = %5$s)
                        and not exists (select from %3$s as w where w.organization_id = o.organization_id)
                    group by o.organization_id),
                with_work as (
                    select o.organization_id, case when o.is_ready then given.now else greatest(given.now, (
                        select min(m.due_at) from %2$s as m
                        where m.due_at is not null and m.organization_id = o.organization_id)) end as due_at
                    from without_lane as o cross join given),
                begun as (
                    insert into %1$s (task_name, task_instance, task_data, execution_time, picked, version)
                    select '%4$s', %5$s, convert_to('%6$s', 'UTF8'), o.due_at, false, 1
                    from with_work as o
                    where o.due_at < 'infinity'
                        and exists (select from %7$s as t where t.%8$s = o.organization_id)
                    order by 2
                    on conflict do nothing
                    returning 1)
                select count(*) from begun""".formatted(
                        layout.lanes(),
                        layout.messages(),
                        layout.wakes(),
                        TASK,
                        laneOf("o.organization_id"),
                        LaneData.FIRST.text(),
                        layout.organizations(),
                        layout.keyColumn());
    }

    /** The parameters are the time and the name of the node. */
    private static String handOver(TableLayout layout) {
        return """
                update %s
                set picked = false, picked_by = null, last_heartbeat = null, execution_time = cast(? as timestamptz),
                    version = version + 1
                where picked and picked_by = ?""".formatted(layout.lanes());
    }

    /**
     * What became of a look for calls.
     *
     * @param isDone false if another node was at it
     * @param calls how many were taken
     */
    record Answered(boolean isDone, int calls) {}

    Answered wake(Instant now) {
        return scope.queryAcross(
                        wake,
                        row -> new Answered(row.getBoolean("is_ours"), row.getInt("calls")),
                        "ultramsg wakes " + layout.schema(),
                        now.toString(),
                        Integer.toString(MOST_CALLS))
                .get(0);
    }

    /** Returns how many lanes were missing. */
    int mend(Instant now) {
        return scope.queryAcross(mend, row -> row.getInt(1), "ultramsg lanes " + layout.schema(), now.toString())
                .get(0);
    }

    /** Lets all nodes have at once what a node that runs no turns any more had picked; returns how many. */
    int handOver(String node, Instant now) {
        return scope.updateAcross(handOver, now.toString(), node);
    }

    /** Leaves a call; whoever answers it sees to what the lane is doing at that moment. */
    void callForChange(OrganizationId organization) {
        layout.key(organization).ifPresent(key -> scope.update(callForChange, key, key.text()));
    }
}
