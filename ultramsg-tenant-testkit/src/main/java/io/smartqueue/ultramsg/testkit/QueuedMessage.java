package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message and how far it has come.
 *
 * @param sentAt when WhatsApp took it, or null while it waits
 */
record QueuedMessage(ReceivedMessage message, @Nullable Instant sentAt) {

    /** The message's entry in UltraMsg docs, GET messages; what differs while it waits is inferred. */
    Map<String, @Nullable Object> listed(Account sender) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("id", message.id());
        entry.put("referenceId", message.referenceId());
        entry.put("from", sender.chatId());
        entry.put("to", Account.chatId(message.to()));
        entry.put("body", message.body());
        entry.put("priority", message.priority());
        entry.put("status", sentAt == null ? "queue" : "sent");
        entry.put("ack", sentAt == null ? null : "pending");
        entry.put("type", "chat");
        entry.put("created_at", message.at().getEpochSecond());
        entry.put("sent_at", sentAt == null ? null : sentAt.getEpochSecond());
        entry.put("metadata", Map.of());
        return entry;
    }
}
