package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.EnqueueResult.Queued;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.OutboxChanges;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.outbox.WorkOutcome;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** What stays true of the outbox while many use it at once, and how it finds its rows among many. */
@ExtendWith(PostgresExtension.class)
class OutboxConcurrencyIT {
    private static final List<BatchId> BATCHES = List.of(BatchId.of("a"), BatchId.of("b"), BatchId.of("c"));

    private final ExecutorService others = Executors.newCachedThreadPool();
    private TestDatabase database;
    private PostgresTenantStore store;
    private OutboxStore outbox;
    private OrganizationId organization;

    @BeforeEach
    void open(TestDatabase shared) throws SQLException {
        database = shared;
        store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build();
        outbox = store.outbox();
        organization = OrganizationId.of(database.organization("daily_message_limit = 100000"));
    }

    @AfterEach
    void close() {
        store.close();
        others.shutdownNow();
    }

    /** Runs them at the same moment, and throws what one of them throws. */
    private <T> List<T> together(List<Callable<T>> callers) throws Exception {
        CyclicBarrier start = new CyclicBarrier(callers.size());
        List<Future<T>> futures = callers.stream()
                .map(caller -> others.submit(() -> {
                    start.await();
                    return caller.call();
                }))
                .toList();
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }

    @Test
    void keepsCountsAndRowsTheSameWhateverHappensAtOnce() throws Exception {
        BATCHES.forEach(batch -> outbox.open(organization, batch));
        List<Callable<Integer>> callers = IntStream.range(0, 8)
                .<Callable<Integer>>mapToObj(caller -> () -> {
                    Random random = new Random(caller);
                    for (int i = 0; i < 60; i++) {
                        doSomething(random, caller + "-" + i);
                    }
                    return caller;
                })
                .toList();

        together(callers);

        assertThatCountsAreThoseOfTheRows();
        outbox.claim(organization, Keyed.INSTANCE, 0); // which counts what was cancelled
        assertThat(database.query(
                        "SELECT FROM ultramsg_messages WHERE organization_id = CAST(? AS uuid) AND uncounted",
                        organization.value()))
                .isEmpty();
        assertThatCountsAreThoseOfTheRows();
        assertThat(store.quotas().usage(organization).orElseThrow().used()).isEqualTo(places());
        assertThat(database.query(
                        "SELECT FROM ultramsg_messages AS m JOIN ultramsg_batches AS b USING (organization_id, batch_id)"
                                + " WHERE m.organization_id = CAST(? AS uuid) AND m.state = 'queued'"
                                + " AND (b.state = 'cancelled' OR (b.state = 'paused') <> (m.due_at = 'infinity'))",
                        organization.value()))
                .isEmpty();
    }

    private void assertThatCountsAreThoseOfTheRows() throws SQLException {
        for (BatchId batch : BATCHES) {
            assertThat(outbox.find(organization, batch).orElseThrow().counts())
                    .as(batch.value())
                    .isEqualTo(counted(batch));
        }
    }

    private void doSomething(Random random, String name) {
        BatchId batch = BATCHES.get(random.nextInt(BATCHES.size()));
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> outbox.enqueue(organization, messages(random, batch, name));
            case 3, 4, 5, 6 ->
                outbox.settle(
                        organization,
                        outbox.claim(organization, Keyed.INSTANCE, 1 + random.nextInt(5)).work().stream()
                                .map(work -> outcome(random, work))
                                .toList());
            case 7 -> cancel(random, batch);
            case 8 -> outbox.retryRejected(organization, batch);
            default ->
                outbox.decide(
                        organization,
                        batch,
                        random.nextInt(20) == 0
                                ? BatchState.CANCELLED
                                : random.nextBoolean() ? BatchState.PAUSED : BatchState.OPEN);
        }
    }

    /** Mostly within a transaction of the host's, which may be rolled back. */
    private void cancel(Random random, BatchId batch) {
        try (Connection host = database.as(database.servingLogin())) {
            host.setAutoCommit(false);
            OutboxChanges changes = random.nextInt(3) == 0 ? outbox : store.enlist(host);
            outbox.items(organization, batch, 0, 50).forEach(item -> changes.cancel(organization, item.reference()));
            if (random.nextBoolean()) {
                host.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<NewWork> messages(Random random, BatchId batch, String name) {
        return IntStream.range(0, 20)
                .mapToObj(i -> Enqueued.message(
                        name + "-" + i,
                        batch,
                        random.nextInt(5) == 0
                                ? EnqueueOptions.builder().expiresAt(Instant.now())
                                : EnqueueOptions.builder()))
                .toList();
    }

    private static WorkOutcome outcome(Random random, Work work) {
        return switch (random.nextInt(5)) {
            case 0 -> Enqueued.accepted(work);
            case 1 -> Enqueued.rejected(work);
            case 2 -> Enqueued.inDoubt(work, Duration.ofMillis(5));
            case 3 -> Enqueued.lost(work);
            default -> new WorkOutcome.Returned(work, 1);
        };
    }

    private BatchCounts counted(BatchId batch) throws SQLException {
        List<Long> counts = database
                .query(
                        "SELECT count(*) FILTER (WHERE state IN ('queued', 'running') OR due_at IS NOT NULL),"
                                + " count(*) FILTER (WHERE state = 'accepted'),"
                                + " count(*) FILTER (WHERE reason NOT IN ('EXPIRED', 'CANCELLED')),"
                                + " count(*) FILTER (WHERE state = 'unknown' AND due_at IS NULL),"
                                + " count(*) FILTER (WHERE reason = 'EXPIRED'),"
                                + " count(*) FILTER (WHERE reason = 'CANCELLED')"
                                + " FROM ultramsg_messages WHERE organization_id = CAST(? AS uuid) AND batch_id = ?",
                        organization.value(),
                        batch.value())
                .get(0)
                .stream()
                .map(Long::valueOf)
                .toList();
        return new BatchCounts(
                counts.get(0), counts.get(1), counts.get(2), counts.get(3), counts.get(4), counts.get(5));
    }

    private int places() throws SQLException {
        return database.query(
                        "SELECT FROM ultramsg_messages WHERE organization_id = CAST(? AS uuid)"
                                + " AND state NOT IN ('queued', 'rejected') AND quota_day IS NOT NULL",
                        organization.value())
                .size();
    }

    @Test
    void takesTheSameKeysInOppositeOrderWithoutADeadlock() throws Exception {
        for (int round = 0; round < 20; round++) {
            String prefix = "round-" + round;
            List<String> keys =
                    IntStream.range(0, 50).mapToObj(i -> prefix + "-key-" + i).toList();
            List<String> reversed = new ArrayList<>(keys);
            Collections.reverse(reversed);

            List<List<EnqueueResult>> results = together(List.of(
                    () -> outbox.enqueue(organization, keyed(keys, "ours")),
                    () -> outbox.enqueue(organization, keyed(reversed, "theirs"))));

            assertThat(results.stream().flatMap(List::stream).filter(Queued.class::isInstance))
                    .as(prefix)
                    .hasSize(50);
        }
    }

    private static List<NewWork> keyed(List<String> keys, String suffix) {
        return keys.stream().map(key -> Enqueued.keyed(key, key + "-" + suffix)).toList();
    }

    @Test
    void neverGivesAMessageToTwoClaims() throws Exception {
        outbox.enqueue(organization, Enqueued.messages("m", null, 400));

        List<List<Reference>> claimed = together(Collections.nCopies(4, () -> {
            List<Reference> mine = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                List<Work> work = outbox.claim(organization, Keyed.INSTANCE, 5).work().stream()
                        .filter(one -> one.claim() == 1)
                        .toList();
                outbox.settle(
                        organization, work.stream().map(Enqueued::accepted).toList());
                work.forEach(one -> mine.add(one.reference()));
            }
            return mine;
        }));

        assertThat(claimed.stream().flatMap(List::stream)).doesNotHaveDuplicates();
    }

    @Test
    void reservesNoMorePlacesThanTheDayHasBesideDirectSends() throws Exception {
        OrganizationId small = OrganizationId.of(database.organization("daily_message_limit = 100"));
        outbox.enqueue(small, Enqueued.messages("m", null, 200));
        AtomicInteger direct = new AtomicInteger();
        AtomicInteger queued = new AtomicInteger();

        together(IntStream.range(0, 4)
                .<Callable<Integer>>mapToObj(caller -> () -> {
                    for (int i = 0; i < 40; i++) {
                        if (caller % 2 == 0) {
                            direct.addAndGet(store.quotas().reserve(small) instanceof Reserved ? 1 : 0);
                        } else {
                            List<Work> work = outbox.claim(small, Keyed.INSTANCE, 3).work().stream()
                                    .filter(one -> one.claim() == 1)
                                    .toList();
                            queued.addAndGet(work.size());
                            outbox.settle(
                                    small, work.stream().map(Enqueued::accepted).toList());
                        }
                    }
                    return caller;
                })
                .toList());

        assertThat(direct.get() + queued.get()).isEqualTo(100);
        assertThat(queued.get()).isPositive();
        assertThat(store.quotas().usage(small).orElseThrow().used()).isEqualTo(100);
    }

    @Test
    void decidesAlsoAboutWhatIsBeingEnqueued() throws Exception {
        for (BatchState state : List.of(BatchState.PAUSED, BatchState.CANCELLED)) {
            BatchId batch = BatchId.of("decided-" + state);
            outbox.open(organization, batch);
            try (Connection host = database.as(database.servingLogin())) {
                host.setAutoCommit(false);
                store.enlist(host).enqueue(organization, Enqueued.messages("early-" + state, batch, 3));
                Future<Boolean> decided = others.submit(() -> outbox.decide(organization, batch, state));
                awaitWaiting(1);
                Future<List<EnqueueResult>> late =
                        others.submit(() -> outbox.enqueue(organization, Enqueued.messages("late-" + state, batch, 3)));
                awaitWaiting(2);

                host.commit();

                assertThat(decided.get()).isTrue();
                assertThat(late.get()).hasSize(3);
            }
            assertThat(outbox.find(organization, batch).orElseThrow().counts())
                    .isEqualTo(
                            state == BatchState.PAUSED
                                    ? new BatchCounts(6, 0, 0, 0, 0, 0)
                                    : new BatchCounts(0, 0, 0, 0, 0, 6));
            assertThat(outbox.claim(organization, Keyed.INSTANCE, 5).work()).isEmpty();
        }
    }

    private void awaitWaiting(int count) {
        Await.until(() -> database.query(
                                "SELECT FROM pg_stat_activity WHERE datname = ? AND wait_event_type = 'Lock'",
                                database.name())
                        .size()
                == count);
    }

    @Test
    void findsItsRowsByIndexHoweverManyThereAre(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        UUID any = own.organization("daily_message_limit = 1000000");
        List<String> inserts = new ArrayList<>();
        inserts.add(rows(any, "ready", 1, "NULL", 30_000));
        inserts.add(rows(any, "scheduled", null, "now() + interval '1 hour'", 3_000));
        for (int i = 0; i < 10; i++) {
            inserts.add(rows(own.organization(""), "ready", 1, "NULL", 3_000));
            inserts.add(rows(UUID.randomUUID(), "scheduled", null, "now() + interval '1 hour'", 300));
        }
        inserts.add(sent(any, 15_000));
        inserts.add("VACUUM ANALYZE ultramsg_messages");
        own.execute(inserts.toArray(String[]::new));
        own.execute(
                "LOAD 'auto_explain'",
                "ALTER DATABASE " + own.name() + " SET session_preload_libraries = 'auto_explain'",
                "ALTER DATABASE " + own.name() + " SET auto_explain.log_min_duration = 0",
                "ALTER DATABASE " + own.name() + " SET auto_explain.log_nested_statements = on",
                "ALTER DATABASE " + own.name() + " SET auto_explain.log_analyze = on",
                "ALTER DATABASE " + own.name() + " SET auto_explain.log_timing = off",
                "ALTER DATABASE " + own.name() + " SET auto_explain.log_level = 'notice'");
        try (Connection connection = own.superuser()) {
            Sql.beginAsTenant(connection, any);
            String plans = plans(
                    connection, "SELECT * FROM ultramsg_claim_queued('" + any + "', 'instance1150', 10, '1 min')");

            assertThat(plans)
                    .contains("ultramsg_messages_ready", "ultramsg_messages_waiting", "ultramsg_messages_order")
                    .doesNotContain("Seq Scan on ultramsg_messages");
            assertThat(largest(plans)).isLessThan(20);
            for (String sql : List.of(
                    "SELECT ultramsg_enqueue_messages('%s', NULL, ARRAY['ready-1', 'new'], ARRAY['a', 'b'],"
                            + " ARRAY[repeat('0a', 32), repeat('0a', 32)], ARRAY['x', 'x'], ARRAY['x', 'x'], ARRAY['x', 'x'],"
                            + " ARRAY[1, 1]::smallint[], ARRAY[NULL, NULL], ARRAY[NULL, NULL]::timestamptz[],"
                            + " ARRAY[NULL, NULL]::timestamptz[])",
                    "SELECT ultramsg_settle_queued('%s', ARRAY['ready-1', 'ready-2'], ARRAY[1, 1],"
                            + " ARRAY['accepted', 'returned'], ARRAY[1, 1], ARRAY['1', NULL], ARRAY['instance1150', NULL],"
                            + " ARRAY[NULL, NULL], ARRAY[NULL, NULL], ARRAY[NULL, NULL]::interval[])",
                    "SELECT ultramsg_report_deliveries('%s', ARRAY['sent-1', NULL, 'ready-1', 'none'],"
                            + " ARRAY[NULL, '2', '3', '4'], array_fill('instance1150'::text, ARRAY[4]),"
                            + " array_fill('read'::text, ARRAY[4]), array_fill(now(), ARRAY[4]))",
                    "SELECT ultramsg_drop_queued('%s', ARRAY['ready-50'], 'CANCELLED', now())",
                    "SELECT ultramsg_cancel_queued('%s', 'ready-60')",
                    "SELECT ultramsg_before_rest('%s', 'later')",
                    "SELECT ultramsg_retry_messages('%s', ARRAY['ready-50'])")) {
                assertThat(largest(plans(connection, sql.formatted(any))))
                        .as(sql)
                        .isLessThan(20);
            }
            Sql.end(connection);
        }
    }

    /** Whoever waits for a batch asks for its counts again and again. */
    @Test
    void countsWhatWasCancelledWithoutReadingTheBatch(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        OrganizationId any = OrganizationId.of(own.organization(""));
        try (PostgresTenantStore serving = PostgresTenantStore.builder(own.settings(own.servingLogin()))
                        .plainTextTokens()
                        .build();
                Connection connection = own.as(own.servingLogin())) {
            for (int i = 0; i < 10; i++) {
                serving.outbox().enqueue(any, Enqueued.messages("m-" + i, BATCHES.get(0), 1_000));
            }
            serving.outbox().cancel(any, Reference.of("m-0-1"));
            own.execute("VACUUM ANALYZE ultramsg_messages");
            TableLayout layout = TableLayout.find(connection, HostTable.organizations());

            Sql.beginAsTenant(connection, any);
            List<List<String>> plan = Sql.query(
                    connection,
                    "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + SqlTemplate.fill(BatchTable.FIND, layout),
                    any.value(),
                    BATCHES.get(0).value(),
                    any.value());

            assertThat(plan.toString())
                    .contains("ultramsg_messages_to_count")
                    .doesNotContain("ultramsg_messages_batch");
            Sql.end(connection);
        }
    }

    /** As when a host's first ten thousand messages come in faster than PostgreSQL counts them. */
    @Test
    void staysQuickWhilePostgresKnowsNothingOfTheTable(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        own.execute("ALTER TABLE ultramsg_messages SET (autovacuum_enabled = off)");
        OrganizationId any = OrganizationId.of(own.organization("daily_message_limit = 100000"));
        BatchId batch = BATCHES.get(0);
        try (PostgresTenantStore serving = PostgresTenantStore.builder(own.settings(own.servingLogin()))
                .plainTextTokens()
                .build()) {
            OutboxStore queue = serving.outbox();
            for (int i = 0; i < 20; i++) { // so that plans are made and kept while there is little
                queue.enqueue(any, Enqueued.messages("first-" + i, batch, 2));
                queue.settle(
                        any,
                        queue.claim(any, Keyed.INSTANCE, 1).work().stream()
                                .map(Enqueued::rejected)
                                .toList());
                queue.decide(any, batch, BatchState.PAUSED);
                queue.decide(any, batch, BatchState.OPEN);
            }
            for (int i = 0; i < 20; i++) {
                queue.enqueue(any, Enqueued.messages("many-" + i, batch, 1_000));
            }

            long begun = System.nanoTime();
            queue.decide(any, batch, BatchState.PAUSED);
            queue.decide(any, batch, BatchState.OPEN);
            queue.settle(
                    any,
                    queue.claim(any, Keyed.INSTANCE, 1_000).work().stream()
                            .map(Enqueued::rejected)
                            .toList());
            queue.retryRejected(any, batch);

            // each took a minute where every message was compared with every other
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
            assertThat(queue.find(any, batch).orElseThrow().counts()).isEqualTo(new BatchCounts(20_040, 0, 0, 0, 0, 0));
        }
    }

    private static String rows(UUID organization, String name, Integer ready, String dueAt, int count) {
        return "INSERT INTO ultramsg_messages (organization_id, reference, content_hash, recipient, state, created_at, number,"
                + " urgency, ready, due_at, ordering_key, payload) SELECT '%1$s', '%2$s-' || n, repeat('0a', 32), 'x', 'queued',"
                        .formatted(organization, name)
                + " now(), nextval('ultramsg_outbox_numbers'), 1, %1$s, %2$s, 'ticket-' || n, repeat('x', 300)"
                        .formatted(ready, dueAt)
                + " FROM generate_series(1, " + count + ") AS n";
    }

    private static String sent(UUID organization, int count) {
        return "INSERT INTO ultramsg_messages (organization_id, reference, content_hash, state, instance_id, queue_id, quota_day,"
                + " created_at, lease_until, settled_at) SELECT '" + organization
                + "', 'sent-' || n, repeat('0a', 32), 'accepted',"
                + " 'instance1150', n, now(), now(), now(), now() FROM generate_series(1, " + count + ") AS n";
    }

    private static String plans(Connection connection, String sql) throws SQLException {
        List<String> plans = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            for (SQLWarning plan = statement.getWarnings(); plan != null; plan = plan.getNextWarning()) {
                plans.add(plan.getMessage());
            }
        }
        return String.join("\n", plans);
    }

    private static int largest(String plans) {
        return Pattern.compile("actual rows=(\\d+)")
                .matcher(plans)
                .results()
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .max()
                .orElseThrow();
    }
}
