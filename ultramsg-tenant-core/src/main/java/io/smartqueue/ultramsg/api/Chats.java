package io.smartqueue.ultramsg.api;

import java.util.List;

/**
 * The account's chats. Get one from {@link UltraMsgClient#chats()}, which also says what the methods throw.
 *
 * <p>Thread-safe. Source: docs/ultramsg-api.md, section 2.4.
 */
public final class Chats {
    private static final int MOST_MESSAGES = 1_000;

    private final Calls calls;

    Chats(Calls calls) {
        this.calls = calls;
    }

    /**
     * Lists all chats.
     *
     * @return the chats
     */
    public List<Chat> list() {
        return calls.list("chats", new Form(), Chat::read, "chats", "data", "list");
    }

    /**
     * Lists the ids of all chats.
     *
     * @return the ids
     */
    public List<ChatId> ids() {
        return calls.list("chats/ids", new Form(), Entries::id, "ids", "chats", "data", "list");
    }

    /**
     * Lists the last messages of a chat.
     *
     * @param chat which chat
     * @param limit 1 to 1,000
     * @return the messages, at most so many
     * @throws IllegalArgumentException if the limit is out of range
     */
    public List<ChatMessage> messages(ChatId chat, int limit) {
        if (limit < 1 || limit > MOST_MESSAGES) {
            throw new IllegalArgumentException("limit is " + limit + ", it must be 1 to " + MOST_MESSAGES);
        }
        Form parameters = Entries.chat(chat).add("limit", Integer.toString(limit));
        return calls.list("chats/messages", parameters, ChatMessage::read, "messages", "data", "list");
    }

    /**
     * Moves a chat to the archive.
     *
     * @param chat which chat
     */
    public void archive(ChatId chat) {
        calls.command("chats/archive", Entries.chat(chat));
    }

    /**
     * Takes a chat out of the archive.
     *
     * @param chat which chat
     */
    public void unarchive(ChatId chat) {
        calls.command("chats/unarchive", Entries.chat(chat));
    }

    /**
     * Marks a chat as read.
     *
     * @param chat which chat
     */
    public void markRead(ChatId chat) {
        calls.command("chats/read", Entries.chat(chat));
    }

    /**
     * Deletes every message of a chat from the account; the chat itself stays. Cannot be undone.
     *
     * @param chat which chat
     */
    public void deleteAllMessages(ChatId chat) {
        calls.command("chats/clearMessages", Entries.chat(chat));
    }

    /**
     * Deletes a chat and its messages from the account. Cannot be undone.
     *
     * @param chat which chat
     */
    public void deleteWithAllMessages(ChatId chat) {
        calls.command("chats/delete", Entries.chat(chat));
    }
}
