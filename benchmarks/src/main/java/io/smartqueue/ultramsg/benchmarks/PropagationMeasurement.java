package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.OutboxSettings;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How long it takes from the moment at which whoever gave an organization another instance knows that it is committed until the first
 * request through that instance is complete at the stub, by the clock on the wall that all processes share. One node changes, another
 * one sends for the organization, one message after the other; each has a pool, a store and a manager of its own.
 */
final class PropagationMeasurement {
    private static final int ORGANIZATION = 1;
    private static final String ITS_INSTANCE =
            "update organizations set ultramsg_instance_id = 'instance%1$d' where id = %1$d".formatted(ORGANIZATION);

    /** Which no other organization has. A new one each time: a message through it can only be of the new configuration. */
    private static final int FIRST_INSTANCE = 100_000_000;

    private static final int LEAST_GAP_MILLIS = 50;

    /** Of so many changes that are counted there is one before that is not. */
    private static final int COUNTED_FOR_A_WARM_UP = 4;

    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final StubJournal journal;
    private final Random random;
    private int next = FIRST_INSTANCE;

    private PropagationMeasurement(StubJournal journal, long seed) {
        this.journal = journal;
        this.random = new Random(seed);
    }

    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        TenantDatabase database = servers.database();
        database.sendTo(servers.stub().address());
        StubJournal journal = servers.stub().journal();
        try (Opened opened = new Opened()) {
            opened.add(() -> database.execute(ITS_INSTANCE));
            opened.add(journal::take); // what others find is theirs
            Node changing = opened.add(Node.open(database, OutboxSettings.defaults()));
            Node sending = opened.add(Node.open(database, OutboxSettings.defaults()));
            BareTable table = new BareTable(opened.add(database.barePool()));
            return List.of(new PropagationMeasurement(journal, plan.seed()).measure(changing, table, sending, plan));
        }
    }

    private Table measure(Node changing, BareTable table, Node sending, SystemPlan plan) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> sends = thread.submit(() -> sendUntil(over, sending));
            Samples ours = new Samples(plan.samples());
            Samples byHand = new Samples(plan.samples());
            long start = System.nanoTime();
            for (int i = -Math.max(1, plan.samples() / COUNTED_FOR_A_WARM_UP); i < plan.samples(); i++) {
                sample(i, ours, instance -> update(changing, instance), sends);
                sample(i, byHand, instance -> table.writeInstance(ORGANIZATION, instance), sends);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            over.set(true);
            return table(ours, byHand, sends.get() / seconds);
        } finally {
            over.set(true);
            thread.shutdown();
        }
    }

    /** Returns how many were sent. */
    private static int sendUntil(AtomicBoolean over, Node node) {
        int sent = 0;
        while (!over.get()) {
            node.send(ORGANIZATION, sent++);
        }
        return sent;
    }

    private static void update(Node node, String instance) {
        ConfigUpdate update = node.administration(Actor.member(TenantDatabase.ADMIN))
                .update(
                        OrganizationId.of(ORGANIZATION),
                        ConfigDraft.builder().instanceId(instance).build(),
                        Verification.SAVE_UNTESTED);
        if (!update.isSaved()) {
            throw new IllegalStateException("not saved");
        }
    }

    /** Those with a number below 0 warm up and are not kept. */
    private void sample(int number, Samples samples, Change change, Future<?> sends) throws Exception {
        Thread.sleep(LEAST_GAP_MILLIS
                + random.nextInt(LEAST_GAP_MILLIS)); // so that the sends' rhythm and this one do not meet
        int instance = next++;
        long start = System.nanoTime();
        change.to("instance" + instance);
        long changeNanos = System.nanoTime() - start;
        long committedMicros = Journal.micros(Instant.now());
        long arrivedMicros = firstThrough(instance, sends).micros();
        if (number >= 0) {
            samples.nanos()[number] = (arrivedMicros - committedMicros) * 1_000;
            samples.changeNanos()[number] = changeNanos;
        }
    }

    private Arrival firstThrough(int instance, Future<?> sends) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            for (Arrival arrival : journal.take()) {
                if (arrival.instance() == instance) {
                    return arrival;
                }
            }
            if (sends.isDone()) {
                sends.get(); // fails with what ended them
            }
            Thread.sleep(PAUSE.toMillis());
        }
        throw new IllegalStateException("no message came in through the new instance within " + PATIENCE);
    }

    private static Table table(Samples ours, Samples byHand, double sendsPerSecond) {
        Table table = Table.of(
                "Change of configuration, from commit to the first send with it on another node",
                "changed by",
                "changes",
                "p50 ms",
                "p99 ms",
                "longest ms",
                "the change alone, p50 ms");
        row(table, "Administration, an admin member", ours);
        row(table, "UPDATE by hand", byHand);
        return table.remark(String.format(
                        "The other node sent %,.0f messages a second, one after the other: a message that is under way when the change"
                                + " arrives ends first.",
                        sendsPerSecond))
                .remark(
                        "Administration reads the configuration again after the commit and before it returns. Less than 0 is a send"
                                + " that was quicker than that.");
    }

    private static void row(Table table, String name, Samples samples) {
        Latency latency = Latency.of(samples.nanos());
        table.row(
                name,
                samples.nanos().length,
                latency.medianNanos() / 1e6,
                latency.p99Nanos() / 1e6,
                Latency.longest(samples.nanos()) / 1e6,
                Latency.of(samples.changeNanos()).medianNanos() / 1e6);
    }

    /** Gives the organization another instance. */
    @FunctionalInterface
    private interface Change {
        void to(String instance) throws Exception;
    }

    private record Samples(long[] nanos, long[] changeNanos) {
        Samples(int count) {
            this(new long[count], new long[count]);
        }
    }
}
