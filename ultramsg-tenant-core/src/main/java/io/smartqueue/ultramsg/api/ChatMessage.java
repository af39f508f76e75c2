package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.ultramsg.message.MessageId;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;

/**
 * A message of a chat as WhatsApp has it, sent or received. Immutable and thread-safe; prints its kind only.
 *
 * <p>Source: docs/ultramsg-api.md, sections 3.10 and 5.3; any member may be missing there.
 */
public final class ChatMessage {
    // transient, so that no JSON library prints numbers and texts by itself
    private final transient @Nullable MessageId id;
    private final MessageType type;
    private final @Nullable Instant time;
    private final Members members;
    private final transient JsonNode json;

    private ChatMessage(JsonNode json) {
        this.id = messageId(LenientJson.text(json, "id"));
        this.type = new MessageType(LenientJson.text(json, "type"));
        this.time = LenientJson.instant(json, "timestamp", "time").orElse(null);
        this.members = new Members(json);
        this.json = json;
    }

    static ChatMessage read(JsonNode json) {
        if (!json.isObject()) {
            throw Calls.unexpected("the list holds something else than messages");
        }
        return new ChatMessage(json);
    }

    private static @Nullable MessageId messageId(String text) {
        try {
            return MessageId.of(text);
        } catch (IllegalArgumentException noId) {
            return null;
        }
    }

    /**
     * Returns WhatsApp's id, for reactions and deletion.
     *
     * @return the id, or empty if the reply names none that can be read
     */
    public Optional<MessageId> id() {
        return Optional.ofNullable(id);
    }

    /**
     * Returns who sent it; in a group, the group.
     *
     * @return the chat id, or empty if the reply names none
     */
    public Optional<ChatId> from() {
        return ChatId.find(LenientJson.text(json, "from"));
    }

    /**
     * Returns who got it.
     *
     * @return the chat id, or empty if the reply names none
     */
    public Optional<ChatId> to() {
        return ChatId.find(LenientJson.text(json, "to"));
    }

    /**
     * Returns which member of a group sent it.
     *
     * @return the chat id, or empty outside groups
     */
    public Optional<ChatId> author() {
        return ChatId.find(LenientJson.text(json, "author"));
    }

    /**
     * Tells whether the account itself sent it.
     *
     * @return true if the reply says so
     */
    public boolean isFromMe() {
        return LenientJson.flag(json, "fromMe").orElse(false);
    }

    /**
     * Returns what kind the message is of.
     *
     * @return the kind, empty inside if the reply names none
     */
    public MessageType type() {
        return type;
    }

    /**
     * Returns the text, or a file's caption. Never log the result.
     *
     * @return empty if there is none
     */
    public String body() {
        return LenientJson.text(json, "body");
    }

    /**
     * Returns how far WhatsApp has brought it.
     *
     * @return empty if the reply does not say
     */
    public Optional<MessageAck> ack() {
        return members.text("ack").map(MessageAck::new);
    }

    /**
     * Returns when it was sent.
     *
     * @return to the second, or empty if the reply does not say
     */
    public Optional<Instant> time() {
        return Optional.ofNullable(time);
    }

    /**
     * Returns everything the reply says about the message.
     *
     * @return all members, such as {@code media}, {@code pushname} or {@code isForwarded} if there are such
     */
    public Members members() {
        return members;
    }

    @Override
    public String toString() {
        return "ChatMessage[" + type + "]";
    }
}
