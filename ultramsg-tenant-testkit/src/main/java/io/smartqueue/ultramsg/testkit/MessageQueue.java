package io.smartqueue.ultramsg.testkit;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The messages of one instance, in the order of acceptance. Not thread-safe; {@link InstanceState} guards it. */
final class MessageQueue {

    private final List<QueuedMessage> messages = new ArrayList<>();
    private final Map<LocalDate, Integer> acceptedByDay = new HashMap<>();

    void add(QueuedMessage queued) {
        messages.add(queued);
        acceptedByDay.merge(day(queued.message().at()), 1, Integer::sum);
    }

    /** Hands every waiting message to WhatsApp, which is what UltraMsg does once the account is connected. */
    void sendWaiting(Instant now) {
        messages.replaceAll(queued -> queued.sentAt() == null ? new QueuedMessage(queued.message(), now) : queued);
    }

    int size() {
        return messages.size();
    }

    /** Counts the messages accepted on the UTC day of an instant. */
    int acceptedOnDayOf(Instant instant) {
        return acceptedByDay.getOrDefault(day(instant), 0);
    }

    List<QueuedMessage> queued() {
        return List.copyOf(messages);
    }

    List<ReceivedMessage> received() {
        return messages.stream().map(QueuedMessage::message).toList();
    }

    private static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }
}
