package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.smartqueue.ultramsg.message.MessageId;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * A message of a chat as WhatsApp has it, sent or received, in a list or in a {@link PostedEvent}. Immutable and thread-safe; prints its kind only.
 *
 * <p>Source: docs/ultramsg-api.md, sections 3.10 and 5.3; any member may be missing there.
 */
public final class ChatMessage {
    private static final String OWN = "true_";

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

    /** What an event says of its message, which may be nothing. */
    static ChatMessage of(JsonNode json) {
        return new ChatMessage(json.isObject() ? json : JsonNodeFactory.instance.objectNode());
    }

    static @Nullable MessageId messageId(String text) {
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
     * Returns what the sender calls himself. Never log the result.
     *
     * @return empty if the reply does not say
     */
    public String senderName() {
        return LenientJson.text(json, "pushname");
    }

    /**
     * Tells whether the account itself sent it.
     *
     * @return true if the reply says so, or, where it does not say, the message's id does
     */
    public boolean isFromMe() {
        return LenientJson.flag(json, "fromMe").orElse(id != null && id.value().startsWith(OWN));
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
     * Returns what a person wrote: the text, or a file's caption. Never log the result.
     *
     * @return empty if there is none, as with a location, whose {@link #body} may be a picture
     */
    public String text() {
        return type.equals(MessageType.LOCATION)
                ? LenientJson.text(json, "caption")
                : LenientJson.text(json, "body", "caption");
    }

    /**
     * Returns where the file is. The address may hold a signature and end soon; who calls it should make sure that it is UltraMsg's.
     *
     * @return an http or https address; empty if there is no file, or the instance does not store what comes in
     */
    public Optional<URI> media() {
        return LenientJson.webAddress(json, "media");
    }

    /**
     * Returns what the file is called. Never log the result.
     *
     * @return empty if there is no file, or the reply does not say
     */
    public String fileName() {
        return LenientJson.text(json, "filename");
    }

    /**
     * Returns the place that was sent.
     *
     * @return empty if none was
     */
    public Optional<Location> location() {
        return Location.find(json.path("location")).or(() -> Location.find(json));
    }

    /**
     * Returns the message that this one is an answer to.
     *
     * @return what the reply says about it; empty if it is an answer to none
     */
    public Optional<ChatMessage> quoted() {
        JsonNode quoted = json.path("quotedMsg");
        return quoted.isObject() && !quoted.isEmpty() ? Optional.of(new ChatMessage(quoted)) : Optional.empty();
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
