package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.outbox.BatchItem;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.Outbox;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Payload;

import java.util.Collections;
import java.util.List;

/** Messages put into the outbox, of which nobody sends any, beside an insert by hand. */
final class EnqueueComparisons {
    private static final int THREADS = 8;
    private static final String EMPTY =
            "truncate ultramsg_messages, ultramsg_batches, ultramsg_wakes, ultramsg_lanes, bare.queue";
    private static final TextMessage MESSAGE = TextMessage.of(Recipient.parse(Texts.RECIPIENT), Texts.MESSAGE);

    /** What the library keeps of it, encoded beforehand. */
    private static final String PAYLOAD = Payload.of(MESSAGE).json();

    private EnqueueComparisons() {}

    static Comparison one(Servers servers, Opened opened) throws Exception {
        BareQueue queue = queue(servers, opened);
        Outbox outbox = outbox(servers, opened);

        return Comparison.of(
                        "outbox().enqueue",
                        () -> queued(outbox.enqueue(Organizations.any(), MESSAGE)),
                        "INSERT",
                        () -> queue.insert(Organizations.anyKey(), PAYLOAD))
                .threads(THREADS);
    }

    /** An operation is a thousand messages. */
    static Comparison batch(Servers servers, Opened opened) throws Exception {
        BareQueue queue = queue(servers, opened);
        Outbox outbox = outbox(servers, opened);
        List<BatchItem> items = Collections.nCopies(BareQueue.CHUNK, BatchItem.of(MESSAGE));
        String[] payloads = Collections.nCopies(BareQueue.CHUNK, PAYLOAD).toArray(String[]::new);

        return Comparison.of(
                        "outbox().enqueueBatch of 1,000",
                        () -> outbox.enqueueBatch(Organizations.any(), items),
                        "INSERT of 1,000 rows",
                        () -> queue.insertAll(Organizations.anyKey(), payloads))
                .threads(2);
    }

    private static EnqueueResult queued(EnqueueResult result) {
        if (!(result instanceof EnqueueResult.Queued)) {
            throw new IllegalStateException("it was not queued");
        }
        return result;
    }

    private static BareQueue queue(Servers servers, Opened opened) throws Exception {
        TenantDatabase database = servers.database();
        BareQueue queue = new BareQueue(opened.add(database.barePool()));
        database.execute(EMPTY);
        opened.add(() -> database.execute(EMPTY)); // what others find is theirs
        return queue;
    }

    private static Outbox outbox(Servers servers, Opened opened) throws Exception {
        return opened.add(Node.open(servers.database(), OutboxSettings.defaults()))
                .outbox();
    }
}
