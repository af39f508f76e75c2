package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A chat of the account. Immutable and thread-safe; prints neither number nor name.
 *
 * <p>Source: docs/ultramsg-api.md, section 3.10. Id and name are sure there; the rest is in {@link
 * #members()}.
 */
public final class Chat {
    private final ChatId id;
    private final transient String name;
    private final Members members;

    private Chat(ChatId id, String name, Members members) {
        this.id = id;
        this.name = name;
        this.members = members;
    }

    static Chat read(JsonNode json) {
        return new Chat(Entries.id(json), LenientJson.text(json, "name"), new Members(json));
    }

    /**
     * Returns the chat id.
     *
     * @return the id
     */
    public ChatId id() {
        return id;
    }

    /**
     * Returns the name. Never log the result.
     *
     * @return the name, empty if the reply has none
     */
    public String name() {
        return name;
    }

    /**
     * Returns everything the reply says.
     *
     * @return all members, such as {@code unread}, {@code archived} or {@code isGroup} if there are such
     */
    public Members members() {
        return members;
    }

    @Override
    public String toString() {
        return "Chat[" + id + "]";
    }
}
