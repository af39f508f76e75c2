package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.Growth.Kind;
import io.smartqueue.ultramsg.outbox.OutboxSettings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What grows, and by how much, when organizations and messages are doubled four times: those with a backlog, as many that have nothing to
 * send, and what earlier steps have left of messages that were sent. One node drains it as fast as it goes.
 */
final class ScaleMeasurement {
    private static final int DOUBLINGS = 4;
    private static final int STATEMENTS = 10;
    private static final double MICROS = 1e6;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Without what the measurement itself asks, by another login. */
    private static final String OF_NODES = " from pg_stat_statements where toplevel and userid <> 'postgres'::regrole";

    private static final String BYTES = """
            select pg_total_relation_size('ultramsg_messages') + pg_total_relation_size('ultramsg_batches')
                + pg_total_relation_size('ultramsg_lanes') + pg_total_relation_size('ultramsg_wakes')""";

    /** What the server has written ahead until now; {@code pg_stat_wal} is told of it later. */
    private static final String WAL_BYTES = "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')";

    private final TenantDatabase database;
    private final StubJournal journal;
    private final Node enqueuing;
    private final NodeProcess node;
    private final int ofEach;

    private ScaleMeasurement(
            TenantDatabase database, StubJournal journal, Node enqueuing, NodeProcess node, int ofEach) {
        this.database = database;
        this.journal = journal;
        this.enqueuing = enqueuing;
        this.node = node;
        this.ofEach = ofEach;
    }

    /** On a server of its own, which counts statements. */
    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        int first = Math.max(1, Collections.max(plan.lanes()) >> DOUBLINGS);
        List<Integer> steps = IntStream.rangeClosed(0, DOUBLINGS)
                .mapToObj(doublings -> first << doublings)
                .toList();
        try (TenantDatabase database = TenantDatabase.startCounting();
                Node enqueuing = Node.open(database, OutboxSettings.defaults());
                NodeProcess node = NodeProcess.start(database)) {
            database.execute("delete from organizations where id > " + 2 * first);
            ScaleMeasurement scale = new ScaleMeasurement(
                    database, servers.stub().journal(), enqueuing, node, Math.max(1, plan.messages() / first));
            for (int round = 0; round < plan.warmUpRounds(); round++) {
                scale.step(first, servers);
            }
            List<Step> measured = new ArrayList<>();
            for (int organizations : steps) {
                measured.add(scale.step(organizations, servers));
            }
            return List.of(scale.quantities(steps, measured), statements(steps, measured));
        }
    }

    /**
     * What one step came to.
     *
     * @param enqueueSeconds until all were put in
     * @param drainSeconds until all outcomes were written down
     * @param statements of the node
     * @param pages that these looked at
     * @param walBytes of all the server while it drained
     * @param databaseCpuSeconds of PostgreSQL meanwhile
     * @param nodeCpuSeconds of the node meanwhile
     * @param heapMegabytes of the node, after a collection
     * @param threads of the node
     * @param connections of the node and of who enqueues
     * @param bytesOnDisk that the step has added to the tables that it works with
     * @param byStatement how often the node has run each, by its number, and how long PostgreSQL took
     */
    private record Step(
            int messages,
            double enqueueSeconds,
            double drainSeconds,
            double statements,
            double pages,
            double walBytes,
            double databaseCpuSeconds,
            double nodeCpuSeconds,
            double heapMegabytes,
            double threads,
            double connections,
            double bytesOnDisk,
            Map<String, DatabaseWork.Statement> byStatement) {}

    private Step step(int organizations, Servers servers) throws Exception {
        int messages = organizations * ofEach;
        database.addOrganizations(2 * organizations);
        database.sealTokens();
        database.sendTo(servers.stub().address());
        double bytes = database.number(BYTES);

        long enqueuingSince = System.nanoTime();
        enqueuing.enqueueBatches(organizations, ofEach);
        double enqueueSeconds = (System.nanoTime() - enqueuingSince) / 1e9;
        database.execute("vacuum analyze ultramsg_messages", "checkpoint", "select pg_stat_statements_reset()");

        double walBytes = database.number(WAL_BYTES);
        double databaseCpu = ProcessCpu.seconds(database.pid());
        double nodeCpu = node.cpuSeconds();
        long drainingSince = System.nanoTime();
        node.startSending();
        node.awaitReady();
        journal.await(messages, PATIENCE);
        database.awaitNone(Node.UNFINISHED, PATIENCE);
        double drainSeconds = (System.nanoTime() - drainingSince) / 1e9;
        databaseCpu = ProcessCpu.seconds(database.pid()) - databaseCpu;
        nodeCpu = node.cpuSeconds() - nodeCpu;
        walBytes = database.number(WAL_BYTES) - walBytes;
        double connections = database.number("select count(*) from pg_stat_activity where usename = 'serving'");
        double threads = node.threads();
        node.stopSending();
        journal.takeEachOnce(messages);

        Step step = new Step(
                messages,
                enqueueSeconds,
                drainSeconds,
                database.number("select sum(calls)" + OF_NODES),
                database.number("select sum(shared_blks_hit + shared_blks_read)" + OF_NODES),
                walBytes,
                databaseCpu,
                nodeCpu,
                node.heapMegabytes(),
                threads,
                connections,
                database.number(BYTES) - bytes,
                byStatement());
        database.execute("delete from ultramsg_messages where state = 'unknown'"); // lost replies, as in the drain
        System.err.printf("%d organizations: %.0f messages/s%n", organizations, messages / drainSeconds);
        return step;
    }

    /** Those that take longest first, by PostgreSQL's number of each: of what was prepared before, the text has its constants. */
    private Map<String, DatabaseWork.Statement> byStatement() throws Exception {
        Map<String, DatabaseWork.Statement> byId = new LinkedHashMap<>();
        database.rows(
                """
                select queryid, min(left(regexp_replace(replace(query, '|', '/'), '[[:space:]]+', ' ', 'g'), 90)), sum(calls),
                    sum(total_exec_time) * 1000""" + OF_NODES + " group by 1 order by 4 desc",
                row -> byId.put(
                        row.getString(1),
                        new DatabaseWork.Statement(row.getString(2), row.getDouble(3), row.getDouble(4))));
        return byId;
    }

    private Table quantities(List<Integer> steps, List<Step> measured) {
        List<Growth> growths = List.of(
                growth("messages", Kind.LINEAR, measured, Step::messages),
                growth("seconds to enqueue them", Kind.LINEAR, measured, Step::enqueueSeconds),
                growth("seconds to drain them", Kind.LINEAR, measured, Step::drainSeconds),
                growth("messages/s drained", Kind.RATE, measured, step -> step.messages() / step.drainSeconds()),
                growth("statements/message", Kind.FLAT, measured, step -> step.statements() / step.messages()),
                growth("pages looked at/message", Kind.FLAT, measured, step -> step.pages() / step.messages()),
                growth("WAL bytes/message", Kind.FLAT, measured, step -> step.walBytes() / step.messages()),
                growth(
                        "PostgreSQL CPU µs/message",
                        Kind.FLAT,
                        measured,
                        step -> step.databaseCpuSeconds() * MICROS / step.messages()),
                growth(
                        "node CPU µs/message",
                        Kind.FLAT,
                        measured,
                        step -> step.nodeCpuSeconds() * MICROS / step.messages()),
                growth("bytes on disk/message", Kind.FLAT, measured, step -> step.bytesOnDisk() / step.messages()),
                growth("node's heap after a collection, MB", Kind.LINEAR, measured, Step::heapMegabytes),
                growth("node's threads", Kind.FLAT, measured, Step::threads),
                growth("connections", Kind.FLAT, measured, Step::connections));
        Table table =
                Table.of("Everything doubled four times", columns("organizations with a backlog", steps, "may be"));
        growths.forEach(
                growth -> table.row(row(growth.name(), growth, growth.kind().title())));
        growths.stream()
                .filter(Growth::isTooMuch)
                .forEach(growth -> table.remark("More than it may: " + growth.name() + "."));
        return table.remark("One node, " + TenantDatabase.POOL_SIZE + " threads and connections, and " + ofEach
                        + " messages of each organization. As many organizations again have nothing to send, and what was sent in"
                        + " earlier steps is still there.")
                .remark("Doubled: by what each doubling multiplies it, median of " + DOUBLINGS
                        + ". May be: 2 for what belongs to all messages, 1 for what belongs to one or to a node. A checkpoint before"
                        + " each drain has pages written ahead whole when they are first touched.")
                .remark(
                        "Connections are the node's and those of the process that enqueues. All processes, PostgreSQL and the stub share "
                                + Runtime.getRuntime().availableProcessors() + " cores.");
    }

    private static Table statements(List<Integer> steps, List<Step> measured) {
        Step last = measured.get(measured.size() - 1);
        Table table = Table.of(
                "The statements that take longest, µs a call",
                columns("statement; organizations with a backlog:", steps, "calls/message"));
        last.byStatement().entrySet().stream()
                .filter(statement ->
                        measured.stream().allMatch(step -> step.byStatement().containsKey(statement.getKey())))
                .limit(STATEMENTS)
                .forEach(statement -> table.row(row(
                        statement.getValue().text(),
                        growth(statement.getKey(), Kind.FLAT, measured, step -> {
                            DatabaseWork.Statement then =
                                    Objects.requireNonNull(step.byStatement().get(statement.getKey()));
                            return then.micros() / then.calls();
                        }),
                        statement.getValue().calls() / last.messages())));
        return table.remark("By PostgreSQL's own clock, on busy cores: waiting for one of them is part of it.");
    }

    private static String[] columns(String name, List<Integer> steps, String last) {
        return Stream.of(
                        Stream.of(name),
                        steps.stream().map(step -> String.format("%,d", step)),
                        Stream.of("doubled: x", last))
                .flatMap(columns -> columns)
                .toArray(String[]::new);
    }

    private static Object[] row(String name, Growth growth, Object last) {
        return Stream.of(Stream.of(name), growth.values().stream(), Stream.of(growth.perDoubling(), last))
                .flatMap(cells -> cells)
                .toArray();
    }

    private static Growth growth(String name, Kind kind, List<Step> measured, ToDoubleFunction<Step> value) {
        return new Growth(
                name,
                kind,
                measured.stream().map(step -> value.applyAsDouble(step)).toList());
    }
}
