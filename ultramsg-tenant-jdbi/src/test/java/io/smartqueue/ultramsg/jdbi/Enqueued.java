package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.Payload;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.outbox.WorkOutcome;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Messages to be enqueued that differ in what a test says only, and what may become of them. */
final class Enqueued {
    private Enqueued() {}

    static NewWork message(String reference) {
        return message(reference, null, EnqueueOptions.builder());
    }

    static NewWork keyed(String key, String reference) {
        return message(reference, null, EnqueueOptions.builder().idempotencyKey(IdempotencyKey.of(key)));
    }

    static NewWork message(String reference, @Nullable BatchId batch, EnqueueOptions.Builder options) {
        return new NewWork(
                Reference.of(reference),
                batch,
                new ContentHash("0a".repeat(32)),
                Recipient.parse("+15550001111"),
                new Payload("{}"),
                null,
                options.build());
    }

    /** As many as that, of a batch, without keys. */
    static List<NewWork> messages(String prefix, @Nullable BatchId batch, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> message(prefix + "-" + i, batch, EnqueueOptions.builder()))
                .toList();
    }

    static WorkOutcome accepted(Work work) {
        return new WorkOutcome.Settled(
                work, new Accepted(work.reference(), new QueueId("4711"), Keyed.INSTANCE, null, null), 1);
    }

    static WorkOutcome rejected(Work work) {
        return new WorkOutcome.Settled(work, Keyed.rejected(work.reference().value()), 1);
    }

    static WorkOutcome inDoubt(Work work, Duration pause) {
        return new WorkOutcome.InDoubt(work, Keyed.unknown(work.reference().value()), 1, pause);
    }

    /** One that nobody looks for any more. */
    static WorkOutcome lost(Work work) {
        return new WorkOutcome.Settled(work, Keyed.unknown(work.reference().value()), 1);
    }
}
