package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;

/** Entries of lists of chats, contacts and groups, each of which has a chat id, and requests that name one. */
final class Entries {
    private Entries() {}

    static Form chat(ChatId chat) {
        return new Form().addSecret("chatId", chat.value());
    }

    /** The id of an entry, which may be nothing but the id. */
    static ChatId id(JsonNode entry) {
        String id = entry.isObject() ? LenientJson.text(entry, "id") : LenientJson.text(entry);
        return ChatId.find(id.strip()).orElseThrow(() -> Calls.unexpected("an entry of the reply has no chat id"));
    }
}
