package io.smartqueue.ultramsg.benchmarks;

import java.sql.SQLException;
import java.time.Duration;

/** Which statements come from a process with the library while none of its tenants sends. On a server that counts them. */
final class IdleTenants {
    /** What the process does on its own account has come around to the same point after so long, however long it has been there. */
    private static final long ROUND_NANOS = Duration.ofSeconds(30).toNanos();

    /** After the first of them, in which it also looks for what is to be deleted, as it does once an hour. */
    private static final long FIRST_ROUND_NANOS = Duration.ofSeconds(18).toNanos();

    /** In less than that not each of its rounds comes by, and what is counted is not worth waiting for. */
    private static final int SHORTEST_SECONDS = 15;

    private static final Duration UNTIL_WRITTEN = Duration.ofMinutes(5);

    private final TenantDatabase database;
    private final int seconds;
    private final Table table;

    IdleTenants(TenantDatabase database, SystemPlan plan) {
        this.database = database;
        this.seconds = plan.seconds();
        this.table = Table.of(
                "Statements of a process whose tenants are idle, within " + seconds + " s",
                "tenants",
                "state",
                "statements",
                "of these in a tenant's name");
    }

    /** How many statements a tenant's data was reached by so far: they are those of the role that sees nobody else's. */
    static long asTenants(TenantDatabase database) throws SQLException {
        return calls(database, "userid = 'ultramsg_tenant'::regrole");
    }

    private static long calls(TenantDatabase database, String whose) throws SQLException {
        return database.number("select coalesce(sum(calls), 0) from pg_stat_statements where toplevel and " + whose);
    }

    private static long ofProcess(TenantDatabase database) throws SQLException {
        return calls(database, "userid <> current_user::regrole");
    }

    /** Watches a process that has sent so many messages, once they are all written down as usage, which is a cost of theirs. */
    void watchAfter(long messages, int tenants, String state, TenantsProcess process)
            throws SQLException, InterruptedException {
        if (seconds >= SHORTEST_SECONDS) {
            database.awaitNone(
                    "select " + messages + " - coalesce(sum(attempted), 0)::bigint from ultramsg_usage", UNTIL_WRITTEN);
        }
        watch(tenants, state, process);
    }

    /** Watches a process from the same point of its rounds on. */
    void watch(int tenants, String state, TenantsProcess process) throws SQLException, InterruptedException {
        if (seconds >= SHORTEST_SECONDS) {
            Thread.sleep(untilRoundsBegin(process).toMillis());
        }
        long before = ofProcess(database);
        long asTenantsBefore = asTenants(database);
        Thread.sleep(Duration.ofSeconds(seconds).toMillis());
        table.row(tenants, state, ofProcess(database) - before, asTenants(database) - asTenantsBefore);
    }

    private static Duration untilRoundsBegin(TenantsProcess process) {
        long since = System.nanoTime() - process.opened() - FIRST_ROUND_NANOS;
        return Duration.ofNanos(since < 0 ? -since : Math.floorMod(-since, ROUND_NANOS));
    }

    Table table() {
        return table.remark(
                "The process looks after itself: whether its connection for notices is alive, and whether a message's outcome is"
                        + " unknown. Instances are not asked how they are, which is off here: in production it is a request and some"
                        + " statements for each instance every five minutes.");
    }
}
