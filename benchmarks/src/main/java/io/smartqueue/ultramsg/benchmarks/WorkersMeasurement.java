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
import java.util.function.ToDoubleFunction;

/** The drain by some processes at once, in rounds as in {@link DrainMeasurement}. */
final class WorkersMeasurement {
    private static final List<Integer> WORKERS = List.of(1, 2, 4);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final TenantDatabase database;
    private final StubProcess stub;
    private final StubJournal journal;
    private final Node enqueuing;
    private final List<NodeProcess> nodes;
    private final int ofEach;

    private WorkersMeasurement(Servers servers, Node enqueuing, List<NodeProcess> nodes, int ofEach) throws Exception {
        this.database = servers.database();
        this.stub = servers.stub();
        this.journal = stub.journal();
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

    private Map<Integer, List<Turn>> rounds(SystemPlan plan) throws Exception {
        for (NodeProcess node : nodes) { // each one warms up by itself
            for (int round = 0; round < plan.warmUpRounds(); round++) {
                turn(List.of(node));
            }
        }
        Random random = new Random(plan.seed());
        Map<Integer, List<Turn>> turns = new LinkedHashMap<>();
        WORKERS.forEach(workers -> turns.put(workers, new ArrayList<>()));
        for (int round = 0; round < plan.rounds(); round++) {
            List<Integer> order = new ArrayList<>(WORKERS);
            Collections.shuffle(order, random);
            for (int workers : order) {
                Objects.requireNonNull(turns.get(workers)).add(turn(nodes.subList(0, workers)));
            }
        }
        return turns;
    }

    /**
     * What so many processes did in one round.
     *
     * @param cpu of all processes that send, as the client's, of PostgreSQL and of the stub, until the last outcome was written down
     */
    private record Turn(int messages, double seconds, Cpu cpu) {
        double perSecond() {
            return messages / seconds;
        }

        double coresBusy() {
            return cpu.over(seconds).sum();
        }
    }

    private Turn turn(List<NodeProcess> workers) throws Exception {
        int messages = DrainMeasurement.ORGANIZATIONS * ofEach;
        for (int organization = 1; organization <= DrainMeasurement.ORGANIZATIONS; organization++) {
            enqueuing.enqueueBatch(organization, (organization - 1) * ofEach, ofEach);
        }
        Cpu before = cpu(workers);
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
        Cpu used = cpu(workers).since(before);
        for (NodeProcess worker : workers) {
            worker.stopSending();
        }
        journal.takeEachOnce(messages);
        database.execute(
                "delete from ultramsg_messages where state = 'unknown'"); // lost replies, as in the other drain
        return new Turn(messages, seconds, used);
    }

    private Cpu cpu(List<NodeProcess> workers) throws Exception {
        return new Cpu(
                workers.stream().mapToDouble(NodeProcess::cpuSeconds).sum(),
                ProcessCpu.seconds(database.pid()),
                ProcessCpu.seconds(stub.pid()));
    }

    private Table table(Map<Integer, List<Turn>> turns) {
        int cores = Runtime.getRuntime().availableProcessors();
        Table table = Table.of(
                "Drain by several processes: " + DrainMeasurement.ORGANIZATIONS * ofEach + " messages of "
                        + DrainMeasurement.ORGANIZATIONS + " organizations",
                "processes",
                "messages/s",
                "this : one process",
                "CPU µs/message: nodes",
                "PostgreSQL CPU µs/message",
                "stub CPU µs/message",
                "of " + cores + " cores busy");
        List<Turn> alone = Objects.requireNonNull(turns.get(WORKERS.get(0)));
        turns.forEach((workers, together) -> table.row(
                workers,
                median(together, Turn::perSecond),
                workers == 1 ? "" : ratios(together, alone),
                median(together, turn -> turn.cpu().per(turn.messages()).client()),
                median(together, turn -> turn.cpu().per(turn.messages()).database()),
                median(together, turn -> turn.cpu().per(turn.messages()).stub()),
                median(together, Turn::coresBusy)));
        return table.remark("Medians of " + alone.size() + " rounds. All processes, PostgreSQL and the stub share "
                        + cores + " cores. Each message was posted once, as the stub counts.")
                .remark(
                        "Where these cores are busy, more processes cannot be faster. The clock for CPU ticks every 10 ms.");
    }

    private static double median(List<Turn> turns, ToDoubleFunction<Turn> value) {
        return DrainMeasurement.median(turns.stream().mapToDouble(value).toArray());
    }

    private static Interval ratios(List<Turn> turns, List<Turn> others) {
        double[] ratios = new double[turns.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = turns.get(i).perSecond() / others.get(i).perSecond();
        }
        return Interval.ofMedian(ratios);
    }
}
