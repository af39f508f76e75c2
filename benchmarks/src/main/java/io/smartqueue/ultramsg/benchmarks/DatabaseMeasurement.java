package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.OutboxSettings;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a message costs PostgreSQL, put in and sent at a message a second; and what organizations cost that have nothing to send, or nothing
 * before tomorrow, while a node is there to send it.
 */
final class DatabaseMeasurement {
    /** With full pace; few enough that the machine has time to spare. */
    private static final int PACED = 100;

    private static final int ENQUEUERS = 4;
    private static final int STATEMENTS = 8;
    private static final double MEBI = 1 << 20;
    private static final double MICROS = 1e6;
    /** A connection that is busy tells every second what it has done, and one that is not any more after ten. */
    private static final Duration UNTIL_TOLD = Duration.ofSeconds(11);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** What else keeps a node's statements from being still: calls that were not answered yet, and lanes about to find their work. */
    private static final String RESTLESS = """
            select (select count(*) from ultramsg_wakes)
                + (select count(*) from ultramsg_lanes where picked or execution_time < now() + interval '1 hour')""";

    private final TenantDatabase database;
    private final StubProcess stub;
    private final SystemPlan plan;
    private final Table messages = Table.of(
            "What a message costs PostgreSQL",
            "by",
            "statements",
            "transactions",
            "rows inserted",
            "updated",
            "of these in place",
            "deleted",
            "pages looked at",
            "WAL bytes",
            "CPU µs");
    private final Table statements = Table.of(
            "Statements that send a message, by the time that they take in PostgreSQL",
            "statement",
            "calls/message",
            "µs/message",
            "µs/call");
    private final Table idle = Table.of(
            "What organizations cost that send nothing, while a node is started",
            "organizations",
            "statements/s",
            "transactions/s",
            "rows changed/s",
            "pages/s",
            "WAL bytes/s",
            "PostgreSQL, cores busy",
            "node, cores busy",
            "node's heap after a collection, MiB");

    private DatabaseMeasurement(TenantDatabase database, StubProcess stub, SystemPlan plan) {
        this.database = database;
        this.stub = stub;
        this.plan = plan;
    }

    /** On a server of its own, which counts statements. */
    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        try (TenantDatabase database = TenantDatabase.startCounting()) {
            database.addOrganizations(Math.max(plan.idle(), plan.parked()));
            database.sendTo(servers.stub().address());
            database.execute("vacuum analyze organizations");
            DatabaseMeasurement measurement = new DatabaseMeasurement(database, servers.stub(), plan);
            measurement.messages();
            measurement.idle();
            return List.of(measurement.messages, measurement.statements, measurement.idle);
        }
    }

    private void messages() throws Exception {
        int ofEach = plan.seconds();
        int count = PACED * ofEach;
        try (Node node = Node.open(database, OutboxSettings.defaults())) {
            DatabaseWork before = settled();
            for (int number = 0; number < count; number++) {
                node.enqueue(1 + number % PACED, number, EnqueueOptions.defaults());
            }
            DatabaseWork enqueued = settled();
            row("enqueue, one at a time", enqueued.since(before).per(count));

            database.execute("select pg_stat_statements_reset()");
            enqueued = settled();
            node.outbox().start();
            stub.journal().await(count, Duration.ofSeconds(2L * ofEach + 60));
            database.awaitNone(Node.UNFINISHED, PATIENCE);
            stub.journal().takeEachOnce(count);
            row(
                    "sent at a message a second by " + PACED + " lanes",
                    settled().since(enqueued).per(count));
            statements(count);
            node.outbox().stop();

            DatabaseWork empty = settled();
            node.enqueueBatch(1, count, BareQueue.CHUNK);
            row("enqueue, a batch of 1,000", settled().since(empty).per(BareQueue.CHUNK));
        }
        database.emptyOutbox();
        messages.remark(
                "Statements are those of clients, settings and transaction control included. What a started node does without"
                        + " any work is in what is sent; the other table has it alone.");
    }

    private void statements(int count) throws Exception {
        for (DatabaseWork.Statement statement : DatabaseWork.slowest(database, STATEMENTS)) {
            statements.row(
                    statement.text(),
                    statement.calls() / count,
                    statement.micros() / count,
                    statement.micros() / statement.calls());
        }
    }

    private void row(String name, DatabaseWork work) {
        messages.row(
                name,
                work.statements(),
                work.transactions(),
                work.inserted(),
                work.updated(),
                work.updatedInPlace(),
                work.deleted(),
                work.pages(),
                work.walBytes(),
                work.cpuSeconds() * MICROS);
    }

    private DatabaseWork settled() throws Exception {
        Thread.sleep(Math.min(
                UNTIL_TOLD.toMillis(), Duration.ofSeconds(plan.seconds()).toMillis()));
        return DatabaseWork.of(database);
    }

    private void idle() throws Exception {
        try (Node node = Node.open(database, OutboxSettings.defaults())) {
            node.outbox().start();
            watch(String.format("%,d, without work", database.number("select count(*) from organizations")));
            park(node);
            watch(String.format("the same, %,d of them with work for tomorrow", plan.parked()));
            node.outbox().stop();
        }
        database.emptyOutbox();
        database.execute("delete from organizations", "vacuum analyze organizations");
        try (Node node = Node.open(database, OutboxSettings.defaults())) {
            node.outbox().start();
            watch("none at all");
            node.outbox().stop();
        }
        idle.remark("Each watched for " + plan.seconds()
                + " s. What asks PostgreSQL for these numbers is in them: a dozen statements.");
    }

    /** Gives organizations a message each that waits for tomorrow, and their lanes time to find that out. */
    private void park(Node node) throws Exception {
        EnqueueOptions tomorrow = EnqueueOptions.builder()
                .notBefore(Instant.now().plus(Duration.ofDays(1)))
                .build();
        ExecutorService threads = Executors.newFixedThreadPool(ENQUEUERS);
        try {
            List<Future<?>> enqueued = new ArrayList<>();
            for (int organization = 1; organization <= plan.parked(); organization++) {
                int each = organization;
                enqueued.add(threads.submit(() -> node.enqueue(each, each, tomorrow)));
            }
            for (Future<?> future : enqueued) {
                future.get();
            }
        } finally {
            threads.shutdown();
        }
        database.awaitNone(RESTLESS, PATIENCE);
        database.execute(
                "vacuum analyze ultramsg_lanes", "vacuum analyze ultramsg_messages", "vacuum analyze ultramsg_wakes");
    }

    private void watch(String organizations) throws Exception {
        double heap = HeapWatch.afterCollection() / MEBI;
        DatabaseWork before = settled();
        Cpu cpuBefore = Cpu.now(database, stub);
        long start = System.nanoTime();
        Thread.sleep(Duration.ofSeconds(plan.seconds()).toMillis());
        DatabaseWork work = DatabaseWork.of(database).since(before);
        double seconds = (System.nanoTime() - start) / 1e9;
        Cpu busy = Cpu.now(database, stub).since(cpuBefore).over(seconds);
        DatabaseWork perSecond = work.per(seconds);
        idle.row(
                organizations,
                perSecond.statements(),
                perSecond.transactions(),
                perSecond.inserted() + perSecond.updated() + perSecond.deleted(),
                perSecond.pages(),
                perSecond.walBytes(),
                busy.database(),
                busy.client(),
                heap);
    }
}
