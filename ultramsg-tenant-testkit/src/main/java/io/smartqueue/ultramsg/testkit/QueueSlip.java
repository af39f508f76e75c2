package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.OrderingKey;
import io.smartqueue.ultramsg.outbox.Payload;
import io.smartqueue.ultramsg.outbox.Urgency;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;

/** What the outbox knows of a message beyond the log. Not thread-safe: used under the lock of {@link SharedMessages}. */
final class QueueSlip {
    private final long position;
    private final @Nullable InMemoryBatch batch;
    private final EnqueueOptions options;
    private final Instant enqueuedAt;
    private @Nullable Payload payload;
    private int claim;
    private boolean inATurn;
    private Instant lookAgainAt;

    QueueSlip(
            long position, @Nullable InMemoryBatch batch, EnqueueOptions options, Payload payload, Instant enqueuedAt) {
        this.position = position;
        this.batch = batch;
        this.options = options;
        this.payload = payload;
        this.enqueuedAt = enqueuedAt;
        this.lookAgainAt = enqueuedAt;
    }

    long position() {
        return position;
    }

    @Nullable
    InMemoryBatch batch() {
        return batch;
    }

    boolean isOfABatch(BatchState state) {
        return batch != null && batch.state() == state;
    }

    Instant enqueuedAt() {
        return enqueuedAt;
    }

    Urgency urgency() {
        return options.urgency();
    }

    @Nullable
    IdempotencyKey key() {
        return options.idempotencyKey().orElse(null);
    }

    Optional<OrderingKey> orderingKey() {
        return options.orderingKey();
    }

    /** When it may be sent; a moment of the past if it always might. */
    Instant notBefore() {
        return options.notBefore().orElse(enqueuedAt);
    }

    @Nullable
    Instant expiresAt() {
        return options.expiresAt().orElse(null);
    }

    boolean hasExpired(Instant now) {
        return options.expiresAt().filter(end -> !end.isAfter(now)).isPresent();
    }

    Optional<Payload> payload() {
        return Optional.ofNullable(payload);
    }

    void dropPayload() {
        payload = null;
    }

    int claim() {
        return claim;
    }

    void claimed() {
        claim++;
        inATurn = true;
    }

    void leftTheTurn() {
        inATurn = false;
    }

    /** Whether a turn has claimed it and has not said what became of it. */
    boolean isInATurn() {
        return inATurn;
    }

    Instant lookAgainAt() {
        return lookAgainAt;
    }

    void lookAgainAt(Instant next) {
        lookAgainAt = next;
    }
}
