package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.BatchItem;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Payload;

import java.util.List;
import java.util.stream.IntStream;

/** A stream of very many messages, enqueued as one batch by one thread, beside the same rows inserted by hand, a thousand at a time. */
final class StreamMeasurement {
    private static final int ORGANIZATION = 1;
    private static final double MEBI = 1 << 20;
    private static final String OURS = "select count(*) from ultramsg_messages";
    private static final String OUR_BYTES = "select pg_total_relation_size('ultramsg_messages')";

    private StreamMeasurement() {}

    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        int messages = plan.stream();
        Table table = Table.of(
                String.format("Stream of %,d messages", messages),
                "by",
                "messages/s",
                "most heap in use after a collection, MiB",
                "heap before, MiB",
                "bytes/message in PostgreSQL, indexes included");
        try (Opened opened = new Opened()) {
            opened.add(servers.database()::emptyOutbox);
            TenantDatabase database = servers.database();
            Node node = opened.add(Node.open(database, OutboxSettings.defaults()));
            BareQueue queue = new BareQueue(opened.add(database.barePool()));
            enqueue(node, BareQueue.CHUNK);
            insert(queue, BareQueue.CHUNK);
            database.execute("truncate ultramsg_messages, ultramsg_batches, bare.queue", "checkpoint");

            row(table, "enqueueBatch", messages, () -> enqueue(node, messages), database, OURS, OUR_BYTES);
            database.execute("checkpoint");
            row(
                    table,
                    "multi-row INSERT by hand",
                    messages,
                    () -> insert(queue, messages),
                    database,
                    BareQueue.COUNT,
                    BareQueue.BYTES);
        }
        return List.of(table.remark(
                "One after the other, once. The heap is this process's, of which the harness has next to nothing."));
    }

    private static void row(
            Table table, String name, int messages, Work work, TenantDatabase database, String count, String bytes)
            throws Exception {
        double heapBefore = HeapWatch.afterCollection() / MEBI;
        double seconds;
        double most;
        try (HeapWatch heap = new HeapWatch()) {
            long start = System.nanoTime();
            work.run();
            seconds = (System.nanoTime() - start) / 1e9;
            most = heap.most() / MEBI;
        }
        long there = database.number(count);
        if (there != messages) {
            throw new IllegalStateException(name + " left " + there + " of " + messages);
        }
        table.row(name, messages / seconds, most, heapBefore, (double) database.number(bytes) / messages);
    }

    private static void enqueue(Node node, int messages) {
        node.outbox()
                .enqueueBatch(
                        OrganizationId.of(ORGANIZATION),
                        IntStream.range(0, messages).mapToObj(number -> BatchItem.of(Node.text(number))));
    }

    private static void insert(BareQueue queue, int messages) throws Exception {
        for (int first = 0; first < messages; first += BareQueue.CHUNK) {
            queue.insertAll(
                    ORGANIZATION,
                    IntStream.range(first, Math.min(messages, first + BareQueue.CHUNK))
                            .mapToObj(number -> Payload.of(Node.text(number)).json())
                            .toArray(String[]::new));
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }
}
