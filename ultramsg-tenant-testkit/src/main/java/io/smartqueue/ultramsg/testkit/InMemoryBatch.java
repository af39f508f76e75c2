package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.OutboxItem.State;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;

/** A batch and how many of its messages are where; they stay counted when the log has forgotten them. Not thread-safe. */
final class InMemoryBatch {
    private final BatchId id;
    private final Instant openedAt;
    private final Map<State, Long> counts = new EnumMap<>(State.class);
    private final Map<DeliveryState, Long> deliveries = new EnumMap<>(DeliveryState.class);
    private BatchState state = BatchState.OPEN;

    InMemoryBatch(BatchId id, Instant openedAt) {
        this.id = id;
        this.openedAt = openedAt;
    }

    BatchId id() {
        return id;
    }

    Instant openedAt() {
        return openedAt;
    }

    BatchState state() {
        return state;
    }

    void state(BatchState state) {
        this.state = state;
    }

    /** Counts a message elsewhere, or for the first time. */
    void moved(@Nullable State from, State to) {
        if (from != null) {
            counts.merge(from, -1L, Long::sum);
        }
        counts.merge(to, 1L, Long::sum);
    }

    /** Counts how far a message has come that is accepted. */
    void got(DeliveryState from, DeliveryState to) {
        deliveries.merge(from, -1L, Long::sum);
        deliveries.merge(to, 1L, Long::sum);
    }

    BatchCounts counts() {
        return new BatchCounts(
                count(State.QUEUED) + count(State.SENDING),
                count(State.ACCEPTED),
                count(State.REJECTED),
                count(State.UNKNOWN),
                count(State.EXPIRED),
                count(State.CANCELLED),
                countDeliveries(DeliveryState::isDelivered),
                countDeliveries(DeliveryState::isRead),
                countDeliveries(DeliveryState::isFailed));
    }

    private long countDeliveries(Predicate<DeliveryState> condition) {
        return deliveries.entrySet().stream()
                .filter(each -> condition.test(each.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private long count(State state) {
        return counts.getOrDefault(state, 0L);
    }
}
