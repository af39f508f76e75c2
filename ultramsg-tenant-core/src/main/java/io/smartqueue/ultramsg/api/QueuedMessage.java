package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.ultramsg.message.QueueId;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A message in UltraMsg's records, and what became of it. Immutable and thread-safe; prints id, kind and status, neither
 * numbers nor text.
 *
 * <p>Source: docs/ultramsg-api.md, section 3.3.
 */
public final class QueuedMessage {
    private final QueueId id;
    private final MessageType type;
    private final MessageStatus status;
    private final @Nullable MessageAck ack;
    private final @Nullable Instant createdAt;
    private final @Nullable Instant sentAt;
    private final Members members;
    // transient, so that no JSON library prints numbers and texts by itself
    private final transient JsonNode json;

    private QueuedMessage(JsonNode json) {
        this.id = new QueueId(LenientJson.text(json, "id"));
        this.type = new MessageType(LenientJson.text(json, "type"));
        this.status = new MessageStatus(LenientJson.text(json, "status"));
        String level = LenientJson.text(json, "ack");
        this.ack = level.isEmpty() ? null : new MessageAck(level);
        this.createdAt = LenientJson.instant(json, "created_at").orElse(null);
        this.sentAt = LenientJson.instant(json, "sent_at").orElse(null);
        this.members = new Members(json);
        this.json = json;
    }

    static QueuedMessage read(JsonNode json) {
        if (!json.isObject()) {
            throw Calls.unexpected("the list holds something else than messages");
        }
        return new QueuedMessage(json);
    }

    /**
     * Returns UltraMsg's number for the message.
     *
     * @return the number, not assigned if the reply names none
     */
    public QueueId id() {
        return id;
    }

    /**
     * Returns what the sender named the message.
     *
     * @return for messages of this library, the value of their {@link io.smartqueue.ultramsg.message.Reference}; empty if
     *     there is none
     */
    public Optional<String> referenceId() {
        return members.text("referenceId");
    }

    /**
     * Returns who sent it.
     *
     * @return the account's chat id, or empty if the reply names none that can be read
     */
    public Optional<ChatId> from() {
        return ChatId.find(LenientJson.text(json, "from"));
    }

    /**
     * Returns who gets it.
     *
     * @return a chat id, or empty if the reply names none that can be read, or a long list
     */
    public Optional<ChatId> to() {
        return ChatId.find(LenientJson.text(json, "to"));
    }

    /**
     * Returns the text, or for other kinds what UltraMsg keeps of the content, such as a file's address. Never log the result.
     *
     * @return empty if there is none
     */
    public String body() {
        return LenientJson.text(json, "body");
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
     * Returns the place in the queue.
     *
     * @return 0 (first) and up, or empty if the reply names none
     */
    public OptionalLong priority() {
        return members.number("priority");
    }

    /**
     * Returns what became of the message.
     *
     * @return the status, empty inside if the reply names none
     */
    public MessageStatus status() {
        return status;
    }

    /**
     * Returns how far WhatsApp has brought it.
     *
     * @return empty before it is sent
     */
    public Optional<MessageAck> ack() {
        return Optional.ofNullable(ack);
    }

    /**
     * Returns when it was put into the queue.
     *
     * @return to the second, or empty if the reply does not say
     */
    public Optional<Instant> createdAt() {
        return Optional.ofNullable(createdAt);
    }

    /**
     * Returns when it was handed to WhatsApp.
     *
     * @return to the second, or empty if it has not been yet
     */
    public Optional<Instant> sentAt() {
        return Optional.ofNullable(sentAt);
    }

    /**
     * Returns everything the reply says about the message.
     *
     * @return all members, {@code metadata} and {@code failed_reason} among them if there are such
     */
    public Members members() {
        return members;
    }

    @Override
    public String toString() {
        return "QueuedMessage[" + id + ", " + type + ", " + status + "]";
    }
}
