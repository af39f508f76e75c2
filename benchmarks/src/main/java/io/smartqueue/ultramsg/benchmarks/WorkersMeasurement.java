package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.outbox.OutboxSettings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** The drain by some processes at once, in rounds as in {@link DrainMeasurement}. */
final class WorkersMeasurement {
    private static final List<Integer> WORKERS = List.of(1, 2, 4);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final TenantDatabase database;
    private final StubJournal journal;
    private final Node enqueuing;
    private final List<NodeProcess> nodes;
    private final int ofEach;

    private WorkersMeasurement(Servers servers, Node enqueuing, List<NodeProcess> nodes, int ofEach) throws Exception {
        this.database = servers.database();
        this.journal = servers.stub().journal();
        this.enqueuing = enqueuing;
        this.nodes = nodes;
        this.ofEach = ofEach;
    }

    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        try (Opened opened = new Opened()) {
            opened.add(servers.database()::emptyOutbox);
            TenantDatabase database = servers.database();
            database.sendTo(servers.stub().address());
            Node enqueuing = opened.add(Node.open(database, OutboxSettings.defaults()));
            List<NodeProcess> nodes = new ArrayList<>();
            for (int i = 0; i < Collections.max(WORKERS); i++) {
                nodes.add(opened.add(NodeProcess.start(database)));
            }
            WorkersMeasurement workers = new WorkersMeasurement(
                    servers, enqueuing, nodes, Math.max(1, plan.messages() / DrainMeasurement.ORGANIZATIONS));
            return List.of(workers.table(workers.rounds(plan)));
        }
    }

    private Map<Integer, List<Double>> rounds(SystemPlan plan) throws Exception {
        for (NodeProcess node : nodes) { // each one warms up by itself
            for (int round = 0; round < plan.warmUpRounds(); round++) {
                turn(List.of(node));
            }
        }
        Random random = new Random(plan.seed());
        Map<Integer, List<Double>> perSecond = new LinkedHashMap<>();
        WORKERS.forEach(workers -> perSecond.put(workers, new ArrayList<>()));
        for (int round = 0; round < plan.rounds(); round++) {
            List<Integer> order = new ArrayList<>(WORKERS);
            Collections.shuffle(order, random);
            for (int workers : order) {
                Objects.requireNonNull(perSecond.get(workers)).add(turn(nodes.subList(0, workers)));
            }
        }
        return perSecond;
    }

    private double turn(List<NodeProcess> workers) throws Exception {
        int messages = DrainMeasurement.ORGANIZATIONS * ofEach;
        for (int organization = 1; organization <= DrainMeasurement.ORGANIZATIONS; organization++) {
            enqueuing.enqueueBatch(organization, (organization - 1) * ofEach, ofEach);
        }
        long start = System.nanoTime();
        for (NodeProcess worker : workers) {
            worker.startSending();
        }
        for (NodeProcess worker : workers) {
            worker.awaitReady();
        }
        journal.await(messages, PATIENCE);
        database.awaitNone(Node.UNFINISHED, PATIENCE);
        double seconds = (System.nanoTime() - start) / 1e9;
        for (NodeProcess worker : workers) {
            worker.stopSending();
        }
        journal.takeEachOnce(messages);
        database.execute(
                "delete from ultramsg_messages where state = 'unknown'"); // lost replies, as in the other drain
        return messages / seconds;
    }

    private Table table(Map<Integer, List<Double>> perSecond) {
        Table table = Table.of(
                "Drain by several processes: " + DrainMeasurement.ORGANIZATIONS * ofEach + " messages of "
                        + DrainMeasurement.ORGANIZATIONS + " organizations",
                "processes",
                "messages/s",
                "this : one process");
        List<Double> alone = Objects.requireNonNull(perSecond.get(WORKERS.get(0)));
        perSecond.forEach((workers, rates) -> table.row(
                workers,
                DrainMeasurement.median(
                        rates.stream().mapToDouble(Double::doubleValue).toArray()),
                workers == 1 ? "" : ratios(rates, alone)));
        return table.remark("Medians of " + alone.size() + " rounds. All processes, PostgreSQL and the stub share "
                + Runtime.getRuntime().availableProcessors()
                + " cores. Each message was posted once, as the stub counts.");
    }

    private static Interval ratios(List<Double> rates, List<Double> others) {
        double[] ratios = new double[rates.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = rates.get(i) / others.get(i);
        }
        return Interval.ofMedian(ratios);
    }
}
