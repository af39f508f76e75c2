package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/**
 * What PostgreSQL has done by some moment, as it tells itself; it tells of what it does within about a second.
 *
 * @param statements that came from clients, those of functions not counted; begin, commit and settings included
 * @param transactions that were committed
 * @param inserted rows
 * @param updated rows
 * @param updatedInPlace of these, without a new entry in any index
 * @param deleted rows
 * @param pages looked at, in the buffers or on disk
 * @param walBytes written ahead
 * @param cpuSeconds of all of its processes
 */
record DatabaseWork(
        double statements,
        double transactions,
        double inserted,
        double updated,
        double updatedInPlace,
        double deleted,
        double pages,
        double walBytes,
        double cpuSeconds) {

    static DatabaseWork of(TenantDatabase database) throws SQLException, IOException {
        return new DatabaseWork(
                database.number("select coalesce(sum(calls), 0) from pg_stat_statements where toplevel"),
                database.number("select sum(xact_commit) from pg_stat_database"),
                database.number("select sum(n_tup_ins) from pg_stat_user_tables"),
                database.number("select sum(n_tup_upd) from pg_stat_user_tables"),
                database.number("select sum(n_tup_hot_upd) from pg_stat_user_tables"),
                database.number("select sum(n_tup_del) from pg_stat_user_tables"),
                database.number("select sum(blks_hit + blks_read) from pg_stat_database"),
                database.number("select wal_bytes from pg_stat_wal"),
                ProcessCpu.seconds(database.pid()));
    }

    /**
     * A statement, however often it was run.
     *
     * @param text its beginning
     * @param calls how often
     * @param micros how long PostgreSQL took for all of them
     */
    record Statement(String text, double calls, double micros) {}

    /** Returns those that took longest together. */
    static List<Statement> slowest(TenantDatabase database, int most) throws SQLException {
        return database.rows(
                """
                select left(regexp_replace(replace(query, '|', '/'), '[[:space:]]+', ' ', 'g'), 90), calls, total_exec_time * 1000
                from pg_stat_statements where toplevel order by total_exec_time desc limit %d""".formatted(most), row -> new Statement(row.getString(1), row.getDouble(2), row.getDouble(3)));
    }

    DatabaseWork since(DatabaseWork before) {
        return new DatabaseWork(
                statements - before.statements,
                transactions - before.transactions,
                inserted - before.inserted,
                updated - before.updated,
                updatedInPlace - before.updatedInPlace,
                deleted - before.deleted,
                pages - before.pages,
                walBytes - before.walBytes,
                cpuSeconds - before.cpuSeconds);
    }

    DatabaseWork per(double count) {
        return new DatabaseWork(
                statements / count,
                transactions / count,
                inserted / count,
                updated / count,
                updatedInPlace / count,
                deleted / count,
                pages / count,
                walBytes / count,
                cpuSeconds / count);
    }
}
