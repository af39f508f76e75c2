package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The chats of an instance's account, which begin with a message. Not thread-safe; {@link InstanceState} guards it. */
final class Chats {

    private final Map<String, Chat> chats = new LinkedHashMap<>();

    private static final class Chat {

        private final List<ChatMessage> messages = new ArrayList<>();
        private boolean archived;
        private int unread;
        private long lastTime;
    }

    void add(String chatId, ChatMessage message) {
        Chat chat = chats.computeIfAbsent(chatId, id -> new Chat());
        chat.messages.add(message);
        chat.lastTime = message.time();
        chat.unread = message.fromMe() ? 0 : chat.unread + 1;
    }

    boolean knows(String chatId) {
        return chats.containsKey(chatId);
    }

    List<String> ids() {
        return List.copyOf(chats.keySet());
    }

    Map<String, Object> listed(String chatId, String name) {
        Chat chat = chats.getOrDefault(chatId, new Chat());
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", chatId);
        entry.put("name", name);
        entry.put("isGroup", ChatId.isGroup(chatId));
        entry.put("isReadOnly", false);
        entry.put("archived", chat.archived);
        entry.put("unread", chat.unread);
        entry.put("last_time", chat.lastTime);
        return entry;
    }

    /** The latest messages of a chat, oldest first. */
    List<ChatMessage> messages(String chatId, int limit) {
        Chat chat = chats.get(chatId);
        if (chat == null) {
            return List.of();
        }
        int size = chat.messages.size();
        return List.copyOf(chat.messages.subList(Math.max(0, size - limit), size));
    }

    /** Finds a message by WhatsApp's id. */
    @Nullable
    ChatMessage find(String whatsAppId) {
        return chats.values().stream()
                .flatMap(chat -> chat.messages.stream())
                .filter(message -> message.id().equals(whatsAppId))
                .findFirst()
                .orElse(null);
    }

    void remove(String whatsAppId) {
        chats.values()
                .forEach(chat -> chat.messages.removeIf(message -> message.id().equals(whatsAppId)));
    }

    void archive(String chatId, boolean archived) {
        Chat chat = chats.get(chatId);
        if (chat != null) {
            chat.archived = archived;
        }
    }

    void clear(String chatId) {
        Chat chat = chats.get(chatId);
        if (chat != null) {
            chat.messages.clear();
        }
    }

    void delete(String chatId) {
        chats.remove(chatId);
    }

    void read(String chatId) {
        Chat chat = chats.get(chatId);
        if (chat != null) {
            chat.unread = 0;
        }
    }
}
