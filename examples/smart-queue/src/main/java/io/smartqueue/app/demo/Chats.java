package io.smartqueue.app.demo;

import io.smartqueue.app.demo.Instances.Instance;
import io.smartqueue.ultramsg.testkit.InboundMessage;
import io.smartqueue.ultramsg.testkit.ReceivedMessage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What customers of the demonstration wrote and read. Thread-safe. */
final class Chats {
    /** @param mine whether the phone's owner wrote it */
    record Line(boolean mine, String text, Instant at) {}

    private record Chat(String instance, String customer) {}

    private record Message(String instance, long id) {}

    private final ConcurrentMap<Chat, List<Line>> written = new ConcurrentHashMap<>();
    private final Set<Message> read = ConcurrentHashMap.newKeySet();

    /** Lets a customer write. */
    void write(Instance instance, String customer, String text) {
        written.computeIfAbsent(new Chat(instance.id(), customer), unused -> new CopyOnWriteArrayList<>())
                .add(new Line(true, text, Instant.now()));
        instance.stub().receives(InboundMessage.from("+" + customer).text(text));
    }

    /** What a customer sees; UltraMsg hears that he has read it. */
    List<Line> open(Instance instance, String customer) {
        List<Line> lines = new ArrayList<>(written.getOrDefault(new Chat(instance.id(), customer), List.of()));
        instance.stub().receivedMessages().stream()
                .filter(message -> Instances.digits(message.to()).equals(customer))
                .filter(message -> isRead(instance, message))
                .map(message -> new Line(false, message.body(), message.at()))
                .forEach(lines::add);
        lines.sort(Comparator.comparing(Line::at));
        return lines;
    }

    private boolean isRead(Instance instance, ReceivedMessage message) {
        Message key = new Message(instance.id(), message.id());
        if (!read.contains(key)) {
            try {
                instance.stub().messageIsRead(message.id());
                read.add(key);
            } catch (IllegalStateException stillQueued) {
                return false;
            }
        }
        return true;
    }
}
