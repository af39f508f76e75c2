package io.smartqueue.ultramsg.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smartqueue.ultramsg.message.AudioMessage;
import io.smartqueue.ultramsg.message.ContactMessage;
import io.smartqueue.ultramsg.message.DocumentMessage;
import io.smartqueue.ultramsg.message.ImageMessage;
import io.smartqueue.ultramsg.message.LinkMessage;
import io.smartqueue.ultramsg.message.LocationMessage;
import io.smartqueue.ultramsg.message.Media;
import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.StickerMessage;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.message.VcardMessage;
import io.smartqueue.ultramsg.message.VideoMessage;
import io.smartqueue.ultramsg.message.VoiceMessage;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Reads what {@link PayloadWriter} has written, with the messages' own checks. */
@SuppressWarnings("deprecation") // LinkMessage
final class PayloadReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode json;

    private PayloadReader(JsonNode json) {
        this.json = json;
    }

    static OutboundMessage read(String json) {
        try {
            return new PayloadReader(JSON.readTree(json)).message();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a stored message is not JSON"); // whose own complaint would repeat it
        }
    }

    private OutboundMessage message() {
        Recipient to = Recipient.parse(text("to"));
        return switch (text("kind")) {
            case "text" ->
                with(
                        with(TextMessage.of(to, text("body")), mentions(), TextMessage::mentioning),
                        replyTo(),
                        TextMessage::inReplyTo);
            case "image" ->
                with(
                        with(
                                with(ImageMessage.of(to, media()), caption(), ImageMessage::captioned),
                                mentions(),
                                ImageMessage::mentioning),
                        replyTo(),
                        ImageMessage::inReplyTo);
            case "sticker" -> with(StickerMessage.of(to, media()), replyTo(), StickerMessage::inReplyTo);
            case "document" ->
                with(
                        with(
                                with(
                                        DocumentMessage.of(to, media(), text("filename")),
                                        caption(),
                                        DocumentMessage::captioned),
                                mentions(),
                                DocumentMessage::mentioning),
                        replyTo(),
                        DocumentMessage::inReplyTo);
            case "audio" -> with(AudioMessage.of(to, media()), replyTo(), AudioMessage::inReplyTo);
            case "voice" -> with(VoiceMessage.of(to, media()), replyTo(), VoiceMessage::inReplyTo);
            case "video" ->
                with(
                        with(
                                with(VideoMessage.of(to, media()), caption(), VideoMessage::captioned),
                                mentions(),
                                VideoMessage::mentioning),
                        replyTo(),
                        VideoMessage::inReplyTo);
            case "contact" -> with(ContactMessage.of(to, recipients("contacts")), replyTo(), ContactMessage::inReplyTo);
            case "location" ->
                with(
                        LocationMessage.of(to, number("latitude"), number("longitude"), text("address")),
                        replyTo(),
                        LocationMessage::inReplyTo);
            case "vcard" -> with(VcardMessage.of(to, text("vcard")), replyTo(), VcardMessage::inReplyTo);
            case "link" -> with(LinkMessage.of(to, text("link")), replyTo(), LinkMessage::inReplyTo);
            default ->
                throw new IllegalArgumentException("a stored message is of a kind that this version does not know");
        };
    }

    private static <M, P> M with(M message, @Nullable P part, BiFunction<M, P, M> add) {
        return part == null ? message : add.apply(message, part);
    }

    private Media media() {
        if (!json.has("url")) {
            return Media.of(bytes());
        }
        Media media = Media.ofUrl(text("url"));
        return json.has("fetched_again") ? media.fetchAgain() : media;
    }

    private byte[] bytes() {
        try {
            return required("bytes").binaryValue();
        } catch (IOException e) {
            throw new IllegalArgumentException("a stored message's bytes are not base64");
        }
    }

    private @Nullable String caption() {
        return json.has("caption") ? text("caption") : null;
    }

    private @Nullable List<Recipient> mentions() {
        return json.has("mentions") ? recipients("mentions") : null;
    }

    private @Nullable MessageId replyTo() {
        return json.has("reply_to") ? MessageId.of(text("reply_to")) : null;
    }

    private List<Recipient> recipients(String name) {
        List<Recipient> recipients = new ArrayList<>();
        required(name).forEach(address -> recipients.add(Recipient.parse(address.asText())));
        return recipients;
    }

    private double number(String name) {
        return required(name).doubleValue();
    }

    private String text(String name) {
        String text = required(name).textValue();
        if (text == null) {
            throw new IllegalArgumentException("a stored message's " + name + " is no text");
        }
        return text;
    }

    private JsonNode required(String name) {
        JsonNode value = json.get(name);
        if (value == null) {
            throw new IllegalArgumentException("a stored message has no " + name);
        }
        return value;
    }
}
