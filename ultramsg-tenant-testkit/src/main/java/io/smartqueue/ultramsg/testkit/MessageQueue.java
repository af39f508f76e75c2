package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The messages of one instance, which leave it at its two speeds; docs/ultramsg-api.md, sections 2.3 and 3.3. Nothing
 * happens by itself: {@link #advance} computes what has happened since the last time. Not thread-safe;
 * {@link InstanceState} guards it.
 */
final class MessageQueue {

    private static final int MANY = 10;

    private final NavigableMap<Long, QueuedMessage> messages = new TreeMap<>();
    private final NavigableSet<QueuedMessage> waiting = new TreeSet<>(Comparator.comparingInt(QueuedMessage::priority)
            .thenComparing(queued -> queued.message().id()));
    private Instant computedTo = Instant.MIN;
    private Instant lastSentAt = Instant.MIN;
    private Instant nextExpiry = Instant.MAX;

    /** How the instance sends while nothing changes. */
    interface Sending {

        boolean isConnected();

        /** The pause before the next message; shorter while few wait. */
        Duration pause(Crowd crowd);

        Predicate<String> reaches();

        /** How long recipients take to read, or null if they do not. */
        @Nullable
        Duration untilRead();
    }

    enum Crowd {
        FEW_WAIT,
        MANY_WAIT
    }

    void add(ReceivedMessage message) {
        QueuedMessage queued = new QueuedMessage(message);
        messages.put(message.id(), queued);
        await(queued);
    }

    void queueAgain(QueuedMessage message, Instant now) {
        waiting.remove(message);
        message.queueAgain(now);
        await(message);
    }

    void fail(QueuedMessage message, String reason) {
        waiting.remove(message);
        message.fail(reason);
    }

    /** Computes the queue up to an instant; a past one changes nothing. Tells each message as it is sent. */
    void advance(Instant now, Sending sending, Consumer<QueuedMessage> sent) {
        if (now.isBefore(computedTo)) {
            return;
        }
        while (sending.isConnected() && !waiting.isEmpty()) {
            Instant turn = nextTurn(sending);
            if (turn.isAfter(now)) {
                break;
            }
            // fewer wait then, and the next turn may come earlier
            if (!expire(turn)) {
                send(waiting.first(), turn, sending, sent);
            }
        }
        expire(now);
        computedTo = now;
    }

    @Nullable
    QueuedMessage find(long id) {
        return messages.get(id);
    }

    List<QueuedMessage> all() {
        return List.copyOf(messages.values());
    }

    List<QueuedMessage> in(MessageStatus status) {
        return messages.values().stream()
                .filter(message -> message.status() == status)
                .toList();
    }

    void clear(MessageStatus status) {
        messages.values().removeIf(message -> message.status() == status);
        waiting.retainAll(messages.values());
    }

    void clear() {
        messages.clear();
        waiting.clear();
    }

    Map<String, Integer> statistics() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (MessageStatus status : MessageStatus.values()) {
            counts.put(status.word(), in(status).size());
        }
        return counts;
    }

    private Instant nextTurn(Sending sending) {
        Crowd crowd = waiting.size() < MANY ? Crowd.FEW_WAIT : Crowd.MANY_WAIT;
        Instant turn = lastSentAt.plus(sending.pause(crowd));
        return turn.isBefore(computedTo) ? computedTo : turn;
    }

    private void send(QueuedMessage message, Instant turn, Sending sending, Consumer<QueuedMessage> sent) {
        waiting.remove(message);
        lastSentAt = turn;
        computedTo = turn;
        if (ChatId.each(message.message().to()).stream().anyMatch(sending.reaches())) {
            message.send(turn, sending.untilRead());
            sent.accept(message);
        } else {
            message.becomeInvalid();
        }
    }

    private boolean expire(Instant now) {
        if (nextExpiry.isAfter(now)) {
            return false;
        }
        List<QueuedMessage> expired = waiting.stream()
                .filter(message -> !message.expiresAt().isAfter(now))
                .toList();
        expired.forEach(waiting::remove);
        expired.forEach(QueuedMessage::expire);
        nextExpiry = waiting.stream()
                .map(QueuedMessage::expiresAt)
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
        return !expired.isEmpty();
    }

    private void await(QueuedMessage message) {
        waiting.add(message);
        if (message.expiresAt().isBefore(nextExpiry)) {
            nextExpiry = message.expiresAt();
        }
    }
}
