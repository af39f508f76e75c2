package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An event as UltraMsg posts it to a webhook. Nothing of it is proven: whoever knows the webhook's address can post one.
 *
 * <pre>{@code
 * PostedEvent.read(body).flatMap(event -> event.message().from()).ifPresent(this::answer);
 * }</pre>
 *
 * <p>Immutable and thread-safe; prints which event it is, if it is one that is known, and nothing of what it says.
 *
 * <p>Source: docs/ultramsg-api.md, sections 5.2 and 5.3; any member but the event's name may be missing there.
 */
public final class PostedEvent {
    private static final String PREFIX = "webhook_"; // in a few sources
    private static final Pattern QUEUE_ID = Pattern.compile("[!-~]{1,64}");

    private final String name;
    private final ChatMessage message;
    private final Members members;
    private final transient JsonNode json;

    private PostedEvent(String name, JsonNode json) {
        this.name = name;
        this.message = ChatMessage.of(json.path("data"));
        this.members = new Members(json);
        this.json = json;
    }

    /**
     * Reads the body of a request: a JSON object, a JSON text that holds one, or a form whose field {@code data} does, whatever the
     * content type says. Types vary from account to account, so numbers may be texts, and an empty list stands for an empty object.
     *
     * @param body the bytes, as many as the caller is ready to have read
     * @return the event; empty if the bytes are not UTF-8, hold nothing of these, nest deeper than any event does, or name no event
     */
    public static Optional<PostedEvent> read(byte[] body) {
        return PostedBody.json(body).flatMap(PostedEvent::find);
    }

    private static Optional<PostedEvent> find(JsonNode json) {
        String said = LenientJson.text(json, "event_type").strip();
        String name = said.toLowerCase(Locale.ROOT).startsWith(PREFIX) ? said.substring(PREFIX.length()) : said;
        return name.isBlank() ? Optional.empty() : Optional.of(new PostedEvent(name, json));
    }

    /**
     * Returns what UltraMsg calls the event. The set is open.
     *
     * @return not blank, such as {@code message_ack}, without the prefix that some sources show
     */
    public String name() {
        return name;
    }

    /**
     * Returns which event it is.
     *
     * @return empty if it is none that this library knows
     */
    public Optional<WebhookEventName> kind() {
        return WebhookEventName.find(name);
    }

    /**
     * Returns the instance that the event says it is of.
     *
     * @return empty if it names none
     */
    public Optional<InstanceId> instance() {
        return InstanceId.find(LenientJson.text(json, "instanceId"));
    }

    /**
     * Returns UltraMsg's number for the message.
     *
     * @return empty for messages that were not sent through the API
     */
    public Optional<QueueId> queueId() {
        String id = LenientJson.text(json, "id").strip();
        return QUEUE_ID.matcher(id).matches() ? Optional.of(new QueueId(id)) : Optional.empty();
    }

    /**
     * Returns the sender's own name for the message.
     *
     * @return empty if it has none, or one that this library would not have given
     */
    public Optional<Reference> reference() {
        return Reference.find(LenientJson.text(json, "referenceId").strip());
    }

    /**
     * Returns the message that the event is about.
     *
     * @return what the event says about it, which may be nothing
     */
    public ChatMessage message() {
        return message;
    }

    /**
     * Returns the message that a reaction is to. No public source shows this event: both places that are probable are read.
     *
     * @return empty if the event names none
     */
    public Optional<MessageId> target() {
        @Nullable MessageId named = ChatMessage.messageId(LenientJson.text(json.path("data"), "msgId"));
        return named != null ? Optional.of(named) : message.quoted().flatMap(ChatMessage::id);
    }

    /**
     * Returns everything the event says.
     *
     * @return all members, {@code data} among them
     */
    public Members members() {
        return members;
    }

    @Override
    public String toString() {
        return "PostedEvent[" + kind().map(WebhookEventName::storedName).orElse("other") + "]";
    }
}
