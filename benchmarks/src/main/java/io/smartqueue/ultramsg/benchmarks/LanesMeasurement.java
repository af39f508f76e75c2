package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Pace;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many organizations one node serves at a message a second each, one or several a turn: step by step, until it falls behind. */
final class LanesMeasurement {
    private static final Duration RAMP = Duration.ofSeconds(8);
    private static final int SPARE_MESSAGES = 4;
    /** Lanes are looked for ten times a second, so that a slot is some hundredths late on a machine that has time. */
    private static final double KEPT_UP = 0.8;

    private static final double BUSY = 0.85;

    /** What a step that could not be served shows, the next one confirms. */
    private static final int MOST_BEHIND = 2;

    private final Servers servers;
    private final int seconds;
    private final int messagesATurn;
    private final Table table;

    private LanesMeasurement(Servers servers, int seconds, int messagesATurn) {
        this.servers = servers;
        this.seconds = seconds;
        this.messagesATurn = messagesATurn;
        this.table = Table.of(
                "Lanes of one node, each at "
                        + (messagesATurn == 1 ? "a message a second" : messagesATurn + " messages in as many seconds"),
                "lanes",
                "messages/s",
                "from slot to slot, p50 ms",
                "p99 ms",
                "longest ms",
                "cores busy: node",
                "PostgreSQL",
                "stub",
                "CPU µs/message: node",
                "PostgreSQL CPU µs/message");
    }

    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        return run(plan, servers, 1);
    }

    static List<Table> runInFives(SystemPlan plan, Servers servers) throws Exception {
        return run(plan, servers, 5);
    }

    private static List<Table> run(SystemPlan plan, Servers servers, int messagesATurn) throws Exception {
        TenantDatabase database = servers.database();
        database.addOrganizations(
                plan.lanes().stream().mapToInt(Integer::intValue).max().orElseThrow());
        database.sendTo(servers.stub().address());
        LanesMeasurement measurement = new LanesMeasurement(servers, plan.seconds(), messagesATurn);
        int fellBehind = 0;
        for (int lanes : plan.lanes()) {
            fellBehind += measurement.step(lanes) ? 0 : 1;
            if (fellBehind == MOST_BEHIND) {
                break;
            }
        }
        return List.of(measurement.table);
    }

    /** Returns whether all were served. */
    private boolean step(int lanes) throws Exception {
        TenantDatabase database = servers.database();
        OutboxSettings settings = OutboxSettings.builder()
                .pace(new Pace(messagesATurn, Duration.ofSeconds(messagesATurn)))
                .build();
        try (Node node = Node.open(database, settings)) {
            node.enqueueBatches(lanes, (int) RAMP.toSeconds() + seconds + SPARE_MESSAGES);
            database.execute("vacuum analyze ultramsg_messages");
            node.outbox().start();
            boolean keptUp = watch(lanes);
            node.outbox().stop();
            return keptUp;
        } finally {
            database.emptyOutbox();
            servers.stub().journal().take();
        }
    }

    private boolean watch(int lanes) throws Exception {
        StubJournal journal = servers.stub().journal();
        Thread.sleep(RAMP.toMillis());
        journal.take();
        Cpu before = Cpu.now(servers.database(), servers.stub());
        long start = System.nanoTime();
        Thread.sleep(Duration.ofSeconds(seconds).toMillis());
        List<Arrival> arrivals = journal.take();
        double watched = (System.nanoTime() - start) / 1e9;
        Cpu used = Cpu.now(servers.database(), servers.stub()).since(before);

        long[] gaps = gapsNanos(arrivals, messagesATurn);
        Latency gap = Latency.of(gaps);
        Cpu busy = used.over(watched);
        double perSecond = arrivals.size() / watched;
        table.row(
                lanes,
                perSecond,
                gap.medianNanos() / 1e6,
                gap.p99Nanos() / 1e6,
                Latency.longest(gaps) / 1e6,
                busy.client(),
                busy.database(),
                busy.stub(),
                used.per(arrivals.size()).client(),
                used.per(arrivals.size()).database());
        boolean keptUp = perSecond >= KEPT_UP * lanes;
        if (!keptUp) {
            remarkWhatBounds(lanes, busy);
        }
        return keptUp;
    }

    private void remarkWhatBounds(int lanes, Cpu busy) {
        int cores = Runtime.getRuntime().availableProcessors();
        table.remark(String.format(
                "With %,d lanes it falls behind: node, PostgreSQL and stub keep %.2f of %d cores busy, so it is bound by %s.",
                lanes,
                busy.sum(),
                cores,
                busy.sum() >= BUSY * cores ? "the machine's CPU" : "waiting: for commits, connections or others' CPU"));
    }

    /** Between two turns of the same organization: from a message to the one that has its place in the next turn. */
    static long[] gapsNanos(List<Arrival> arrivals, int messagesATurn) {
        Map<Integer, Deque<Long>> turns = new HashMap<>();
        List<Long> gaps = new ArrayList<>();
        for (Arrival arrival : arrivals) {
            Deque<Long> turn = turns.computeIfAbsent(arrival.instance(), instance -> new ArrayDeque<>());
            turn.addLast(arrival.micros());
            if (turn.size() > messagesATurn) {
                gaps.add((arrival.micros() - turn.removeFirst()) * 1_000);
            }
        }
        return gaps.stream().mapToLong(Long::longValue).toArray();
    }
}
