package io.smartqueue.ultramsg.jdbi;

import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.Execution;

import java.time.Instant;
import java.util.List;

/**
 * Picks lanes whose turn it is, those first that have waited longest. db-scheduler's own statement picks more than it is to where
 * PostgreSQL finds it cheap, as on a table that was empty a moment ago, to run the search anew for each row: rows that it has just
 * picked are passed over then, and others come in their place. Here the search is done once. Rows of tasks that only another version of this
 * library knows are left alone.
 */
final class LanePicking extends PostgreSqlJdbcCustomization {
    private final String sql;

    LanePicking(TableLayout layout) {
        super(false, false);
        this.sql = """
                with due as materialized (
                    select task_name, task_instance
                    from %1$s
                    where task_name = '%2$s' and not picked and execution_time <= ?
                    order by execution_time
                    limit ?
                    for update skip locked),
                picked as (
                    update %1$s as l
                    set picked = true, picked_by = ?, last_heartbeat = ?, version = l.version + 1
                    from due
                    where l.task_name = due.task_name and l.task_instance = due.task_instance
                    returning l.*)
                select * from picked order by execution_time""".formatted(layout.lanes(), LaneTable.TASK);
    }

    @Override
    public List<Execution> lockAndFetchSingleStatement(
            JdbcTaskRepositoryContext context, Instant now, int limit, boolean orderByPriority) {
        return context.jdbcRunner.query(
                sql,
                statement -> {
                    setInstant(statement, 1, now);
                    statement.setInt(2, limit);
                    statement.setString(3, context.schedulerName.getName());
                    setInstant(statement, 4, now);
                },
                context.resultSetMapper.get());
    }
}
