package io.smartqueue.ultramsg.benchmarks;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A task of db-scheduler's for each message, which posts it. */
final class TaskContender implements Contender {
    /** What db-scheduler takes by default. */
    private static final Duration RETRY_AFTER = Duration.ofMinutes(5);

    private static final String TABLE = "bare.scheduled_tasks";

    /** As db-scheduler's own for PostgreSQL. */
    private static final List<String> CREATE = List.of(
            """
            create table if not exists %s (
                task_name text not null,
                task_instance text not null,
                task_data bytea,
                execution_time timestamptz not null,
                picked boolean not null,
                picked_by text,
                last_success timestamptz,
                last_failure timestamptz,
                consecutive_failures int,
                last_heartbeat timestamptz,
                version bigint not null,
                priority smallint,
                primary key (task_name, task_instance))""".formatted(TABLE),
            "create index if not exists execution_time_idx on " + TABLE + " (execution_time)",
            "create index if not exists last_heartbeat_idx on " + TABLE + " (last_heartbeat)");

    private final Opened opened = new Opened();
    private final HikariDataSource pool;
    private final int threads;
    private final Posting posting;
    private final OneTimeTask<String> task;
    private @Nullable Scheduler scheduler;

    TaskContender(TenantDatabase database, URI stub, int threads) throws SQLException {
        this(database, new Posting(stub), threads, RETRY_AFTER);
    }

    /** One whose tasks are run again after a pause when they have failed, as often as it takes. */
    TaskContender(TenantDatabase database, Posting posting, int threads, Duration retryAfter) throws SQLException {
        this.pool = opened.add(database.barePool());
        this.threads = threads;
        this.posting = opened.add(posting);
        this.task = Tasks.oneTime("send", String.class)
                .onFailure(new FailureHandler.OnFailureRetryLater<>(retryAfter))
                .execute((instance, context) -> {
                    String[] organizationAndText = instance.getData().split(":", 2);
                    posting.postOrFail(Integer.parseInt(organizationAndText[0]), organizationAndText[1]);
                });
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : CREATE) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public String name() {
        return "db-scheduler, a task for each message";
    }

    @Override
    public void enqueue(int organizations, int ofEach) {
        SchedulerClient client =
                SchedulerClient.Builder.create(pool, task).tableName(TABLE).build();
        Instant now = Instant.now();
        for (int organization = 1; organization <= organizations; organization++) {
            List<TaskInstance<?>> tasks = new ArrayList<>();
            int first = (organization - 1) * ofEach;
            for (int number = first; number < first + ofEach; number++) {
                tasks.add(task.instance(Integer.toString(number), organization + ":" + Texts.numbered(number)));
            }
            client.scheduleBatch(tasks, now);
        }
    }

    /** The limits are those that db-scheduler's manual advises to keep threads busy. */
    @Override
    public void start() {
        Scheduler starting = Scheduler.create(pool, task)
                .tableName(TABLE)
                .threads(threads)
                .pollingInterval(Duration.ofMillis(100))
                .pollUsingLockAndFetch(1.0, 4.0)
                .failureLogging(LogLevel.WARN, false)
                .build();
        scheduler = starting;
        starting.start();
    }

    @Override
    public String unfinished() {
        return "select count(*) from " + TABLE;
    }

    @Override
    public void stop() {
        if (scheduler != null) {
            scheduler.stop();
            scheduler = null;
        }
    }

    @Override
    public long takeLostReplies() {
        return posting.takeLost();
    }

    @Override
    public void close() throws IOException {
        stop();
        opened.close();
    }
}
