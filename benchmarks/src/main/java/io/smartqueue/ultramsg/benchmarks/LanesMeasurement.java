package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.outbox.OutboxSettings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How many organizations one node serves at a message a second each: step by step, until it falls behind. */
final class LanesMeasurement {
    private static final Duration RAMP = Duration.ofSeconds(8);
    private static final int SPARE_MESSAGES = 4;
    private static final int ENQUEUERS = 4;
    /** Lanes are looked for ten times a second, so that a slot is some hundredths late on a machine that has time. */
    private static final double KEPT_UP = 0.8;

    private static final double BUSY = 0.85;

    /** What a step that could not be served shows, the next one confirms. */
    private static final int MOST_BEHIND = 2;

    private final Servers servers;
    private final int seconds;
    private final Table table = Table.of(
            "Lanes of one node, each at a message a second",
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

    private LanesMeasurement(Servers servers, int seconds) {
        this.servers = servers;
        this.seconds = seconds;
    }

    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        TenantDatabase database = servers.database();
        database.addOrganizations(
                plan.lanes().stream().mapToInt(Integer::intValue).max().orElseThrow());
        database.sendTo(servers.stub().address());
        LanesMeasurement measurement = new LanesMeasurement(servers, plan.seconds());
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
        try (Node node = Node.open(database, OutboxSettings.defaults())) {
            enqueue(node, lanes);
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

    private void enqueue(Node node, int lanes) throws Exception {
        int ofEach = (int) RAMP.toSeconds() + seconds + SPARE_MESSAGES;
        ExecutorService threads = Executors.newFixedThreadPool(ENQUEUERS);
        try {
            List<Future<?>> enqueued = new ArrayList<>();
            for (int organization = 1; organization <= lanes; organization++) {
                int each = organization;
                enqueued.add(threads.submit(() -> node.enqueueBatch(each, each * ofEach, ofEach)));
            }
            for (Future<?> future : enqueued) {
                future.get();
            }
        } finally {
            threads.shutdown();
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

        long[] gaps = gapsNanos(arrivals);
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

    /** Between two messages of the same organization. */
    private static long[] gapsNanos(List<Arrival> arrivals) {
        Map<Integer, Long> lastMicros = new HashMap<>();
        List<Long> gaps = new ArrayList<>();
        for (Arrival arrival : arrivals) {
            Long last = lastMicros.put(arrival.instance(), arrival.micros());
            if (last != null) {
                gaps.add((arrival.micros() - last) * 1_000);
            }
        }
        return gaps.stream().mapToLong(Long::longValue).toArray();
    }
}
