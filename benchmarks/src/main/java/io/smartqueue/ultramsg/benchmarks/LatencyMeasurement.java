package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Urgency;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/**
 * How long it takes from the call that enqueues something urgent until the request is complete at the stub, by the clock on the wall that
 * all processes share. One node sends, at a message a second for each organization; another one enqueues only.
 */
final class LatencyMeasurement {
    /** Whose campaign is under way. */
    private static final int CAMPAIGNER = Organizations.COUNT;

    private static final int FIRST_URGENT = 100_000_000;
    private static final int LEAST_GAP_MILLIS = 50;

    /** So that one urgent message of an organization does not wait for the one before. */
    private static final int LEAST_OWN_GAP_MILLIS = 1_100;

    private static final int OWN_SAMPLES_OF_EACH = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final EnqueueOptions URGENT =
            EnqueueOptions.builder().urgency(Urgency.URGENT).build();

    private final StubJournal journal;
    private final Random random;
    private final Table table = Table.of(
            "Latency of something urgent, from enqueue to POST",
            "situation",
            "enqueued on",
            "samples",
            "p50 ms",
            "p99 ms",
            "longest ms",
            "enqueue alone, p50 ms");
    private int next = FIRST_URGENT;

    private LatencyMeasurement(StubJournal journal, long seed) {
        this.journal = journal;
        this.random = new Random(seed);
    }

    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        try (Opened opened = new Opened()) {
            opened.add(servers.database()::emptyOutbox);
            servers.database().sendTo(servers.stub().address());
            Node sending = opened.add(Node.open(servers.database(), OutboxSettings.defaults()));
            Node other = opened.add(Node.open(servers.database(), OutboxSettings.defaults()));
            sending.outbox().start();
            LatencyMeasurement latency = new LatencyMeasurement(servers.stub().journal(), plan.seed());
            latency.measure(sending, other, plan);
            return List.of(latency.table);
        }
    }

    private void measure(Node sending, Node other, SystemPlan plan) throws Exception {
        int samples = plan.samples();
        int own = Math.max(2, samples / OWN_SAMPLES_OF_EACH);
        // each in its turn, so that none waits for its own pace
        IntUnaryOperator anyOther = number -> 1 + number % (CAMPAIGNER - 1);
        Situation warmUp = new Situation("not counted", anyOther, LEAST_GAP_MILLIS, own);
        sample(warmUp, sending);
        sample(warmUp, other);
        measure(new Situation("idle", anyOther, LEAST_GAP_MILLIS, samples), sending, other);
        sending.enqueueBatch(CAMPAIGNER, 0, plan.campaign());
        String campaign = String.format("campaign of %,d", plan.campaign());
        measure(
                new Situation("beside another organization's " + campaign, anyOther, LEAST_GAP_MILLIS, samples),
                sending,
                other);
        measure(
                new Situation("behind its own " + campaign, number -> CAMPAIGNER, LEAST_OWN_GAP_MILLIS, own),
                sending,
                other);
        table.remark(
                "At random moments. Behind its own campaign a message takes the next slot of its instance, of which there is one a"
                        + " second: half a second is what one has to expect, and a second at most.");
    }

    private void measure(Situation situation, Node sending, Node other) throws Exception {
        row(situation, "the node that sends", sample(situation, sending));
        row(situation, "another node", sample(situation, other));
    }

    private void row(Situation situation, String node, Samples samples) {
        Latency latency = Latency.of(samples.nanos());
        table.row(
                situation.name(),
                node,
                samples.nanos().length,
                latency.medianNanos() / 1e6,
                latency.p99Nanos() / 1e6,
                Latency.longest(samples.nanos()) / 1e6,
                Latency.of(samples.enqueueNanos()).medianNanos() / 1e6);
    }

    private Samples sample(Situation situation, Node node) throws Exception {
        Map<Integer, Long> startMicros = new HashMap<>();
        long[] enqueueNanos = new long[situation.samples()];
        for (int i = 0; i < enqueueNanos.length; i++) {
            Thread.sleep(gapMillis(situation.leastGapMillis()));
            int number = next++;
            startMicros.put(number, Journal.micros(Instant.now()));
            long start = System.nanoTime();
            node.enqueue(situation.organization().applyAsInt(number), number, URGENT);
            enqueueNanos[i] = System.nanoTime() - start;
        }
        return new Samples(latencies(startMicros), enqueueNanos);
    }

    /** Up to twice the least, so that the callers' rhythm and the lanes' do not meet. */
    private int gapMillis(int least) {
        return least + random.nextInt(least);
    }

    private long[] latencies(Map<Integer, Long> startMicros) throws Exception {
        long[] nanos = new long[startMicros.size()];
        long end = System.nanoTime() + PATIENCE.toNanos();
        int found = 0;
        while (found < nanos.length && System.nanoTime() < end) {
            for (Arrival arrival : journal.take()) {
                Long start = startMicros.get(arrival.number());
                if (start != null) {
                    nanos[found++] = (arrival.micros() - start) * 1_000;
                }
            }
            Thread.sleep(50);
        }
        if (found < nanos.length) {
            throw new IllegalStateException(found + " of " + nanos.length + " urgent messages came in");
        }
        return nanos;
    }

    /** Who enqueues what how often. */
    private record Situation(String name, IntUnaryOperator organization, int leastGapMillis, int samples) {}

    private record Samples(long[] nanos, long[] enqueueNanos) {}
}
