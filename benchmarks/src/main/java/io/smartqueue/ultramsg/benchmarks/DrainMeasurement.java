package io.smartqueue.ultramsg.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Messages of some organizations, put in while nobody sends, and then sent as fast as it goes. The contenders take turns in rounds, in an
 * order that is drawn for each, so that whatever else the machine does meets all.
 */
final class DrainMeasurement {
    static final int ORGANIZATIONS = 20;

    private static final int THREADS = TenantDatabase.POOL_SIZE;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final TenantDatabase database;
    private final StubProcess stub;
    private final StubJournal journal;
    private final int ofEach;

    private DrainMeasurement(TenantDatabase database, StubProcess stub, SystemPlan plan) {
        this.database = database;
        this.stub = stub;
        this.journal = stub.journal();
        this.ofEach = Math.max(1, plan.messages() / ORGANIZATIONS);
    }

    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        try (Opened opened = new Opened()) {
            opened.add(servers.database()::emptyOutbox);
            StubProcess stub = servers.stub();
            TenantDatabase database = servers.database();
            database.sendTo(stub.address());
            List<Contender> contenders = List.of(
                    opened.add(new OutboxContender(database, THREADS)),
                    opened.add(new BareContender(database, stub.address(), THREADS)),
                    opened.add(new TaskContender(database, stub.address(), THREADS)),
                    opened.add(new TransactionOutboxContender(database, stub.address(), THREADS)));
            DrainMeasurement drain = new DrainMeasurement(database, stub, plan);
            return List.of(drain.table(contenders, drain.rounds(contenders, plan)));
        }
    }

    private Map<Contender, List<Turn>> rounds(List<Contender> contenders, SystemPlan plan) throws Exception {
        Random random = new Random(plan.seed());
        Map<Contender, List<Turn>> turns = new LinkedHashMap<>();
        contenders.forEach(contender -> turns.put(contender, new ArrayList<>()));
        for (int round = -plan.warmUpRounds(); round < plan.rounds(); round++) {
            List<Contender> order = new ArrayList<>(contenders);
            Collections.shuffle(order, random);
            for (Contender contender : order) {
                Turn turn = turn(contender);
                System.err.printf("%s: %.0f messages/s%n", contender.name(), turn.perSecond());
                if (round >= 0) {
                    Objects.requireNonNull(turns.get(contender)).add(turn);
                }
            }
        }
        return turns;
    }

    private Turn turn(Contender contender) throws Exception {
        int messages = ORGANIZATIONS * ofEach;
        contender.enqueue(ORGANIZATIONS, ofEach);
        long startMicros = Journal.micros(Instant.now());
        Cpu before = Cpu.now(database, stub);
        long start = System.nanoTime();
        contender.start();
        journal.await(messages, PATIENCE);
        database.awaitNone(contender.unfinished(), PATIENCE);
        double seconds = (System.nanoTime() - start) / 1e9;
        Cpu used = Cpu.now(database, stub).since(before);
        contender.stop();
        long first = journal.takeEachOnce(messages).stream()
                .mapToLong(Arrival::micros)
                .min()
                .orElseThrow();
        return new Turn(
                messages / seconds, (first - startMicros) / 1e3, used.per(messages), contender.takeLostReplies());
    }

    private Table table(List<Contender> contenders, Map<Contender, List<Turn>> turns) {
        Table table = Table.of(
                "Drain: " + ORGANIZATIONS * ofEach + " messages of " + ORGANIZATIONS + " organizations, " + THREADS
                        + " threads and connections",
                "contender",
                "messages/s",
                "outbox : this",
                "first POST after ms",
                "client CPU µs/message",
                "PostgreSQL CPU µs/message",
                "lost replies");
        List<Turn> ours = Objects.requireNonNull(turns.get(contenders.get(0)));
        for (Contender contender : contenders) {
            List<Turn> theirs = Objects.requireNonNull(turns.get(contender));
            table.row(
                    contender.name(),
                    median(theirs.stream().mapToDouble(Turn::perSecond).toArray()),
                    contender == contenders.get(0) ? "" : ratios(ours, theirs),
                    median(theirs.stream().mapToDouble(Turn::firstAfterMillis).toArray()),
                    median(theirs.stream()
                            .mapToDouble(turn -> turn.cpu().client())
                            .toArray()),
                    median(theirs.stream()
                            .mapToDouble(turn -> turn.cpu().database())
                            .toArray()),
                    theirs.stream().mapToLong(Turn::lostReplies).sum());
        }
        return table.remark(
                "Medians of " + ours.size() + " rounds; from the start until the last outcome is written down."
                        + " Each message was posted once, as the stub counts.");
    }

    static double median(double... values) {
        return Interval.ofMedian(values).median();
    }

    private static Interval ratios(List<Turn> ours, List<Turn> theirs) {
        double[] ratios = new double[ours.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours.get(i).perSecond() / theirs.get(i).perSecond();
        }
        return Interval.ofMedian(ratios);
    }

    /** What one contender did in one round. */
    private record Turn(double perSecond, double firstAfterMillis, Cpu cpu, long lostReplies) {}
}
