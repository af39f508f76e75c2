package io.smartqueue.ultramsg.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
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

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Writes a message as JSON: its kind, whom it goes to, and what its kind has. {@link PayloadReader} reads it. */
@SuppressWarnings("deprecation") // LinkMessage
final class PayloadWriter implements OutboundMessage.Kinds<PayloadWriter> {
    static final String STARTS_CONVERSATION = "starts_conversation";

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;

    private PayloadWriter(JsonGenerator json) {
        this.json = json;
    }

    static String write(OutboundMessage message) {
        return write(message, json -> {});
    }

    static String writeStartingConversation(OutboundMessage message) {
        return write(message, json -> json.writeBooleanField(STARTS_CONVERSATION, true));
    }

    private interface Beginning {
        void write(JsonGenerator json) throws IOException;
    }

    private static String write(OutboundMessage message, Beginning beginning) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            beginning.write(json);
            message.byKind(new PayloadWriter(json))
                    .add("to", message.to().address())
                    .add("reply_to", message.replyTo().map(MessageId::value));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory could not be written", e);
        }
        return text.toString();
    }

    private PayloadWriter add(String name, String value) {
        try {
            json.writeStringField(name, value);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory could not be written", e);
        }
    }

    private PayloadWriter add(String name, Optional<String> value) {
        return value.map(present -> add(name, present)).orElse(this);
    }

    private PayloadWriter add(String name, double value) {
        try {
            json.writeNumberField(name, value);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory could not be written", e);
        }
    }

    private PayloadWriter add(String name, List<Recipient> recipients) {
        if (recipients.isEmpty()) {
            return this;
        }
        try {
            json.writeArrayFieldStart(name);
            for (Recipient recipient : recipients) {
                json.writeString(recipient.address());
            }
            json.writeEndArray();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory could not be written", e);
        }
    }

    private PayloadWriter add(Media media) {
        try {
            if (media.url().isPresent()) {
                json.writeStringField("url", media.url().get());
            }
            if (media.isFetchedAgain()) {
                json.writeBooleanField("fetched_again", true);
            }
            if (media.bytes().isPresent()) {
                ByteBuffer view = media.bytes().get();
                byte[] bytes = new byte[view.remaining()];
                view.get(bytes);
                json.writeBinaryField("bytes", bytes);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory could not be written", e);
        }
    }

    private PayloadWriter kind(String kind) {
        return add("kind", kind);
    }

    @Override
    public PayloadWriter text(TextMessage message) {
        return kind("text").add("body", message.body()).add("mentions", message.mentions());
    }

    @Override
    public PayloadWriter image(ImageMessage message) {
        return kind("image")
                .add(message.media())
                .add("caption", message.caption())
                .add("mentions", message.mentions());
    }

    @Override
    public PayloadWriter sticker(StickerMessage message) {
        return kind("sticker").add(message.media());
    }

    @Override
    public PayloadWriter document(DocumentMessage message) {
        return kind("document")
                .add(message.media())
                .add("filename", message.filename())
                .add("caption", message.caption())
                .add("mentions", message.mentions());
    }

    @Override
    public PayloadWriter audio(AudioMessage message) {
        return kind("audio").add(message.media());
    }

    @Override
    public PayloadWriter voice(VoiceMessage message) {
        return kind("voice").add(message.media());
    }

    @Override
    public PayloadWriter video(VideoMessage message) {
        return kind("video")
                .add(message.media())
                .add("caption", message.caption())
                .add("mentions", message.mentions());
    }

    @Override
    public PayloadWriter contact(ContactMessage message) {
        return kind("contact").add("contacts", message.contacts());
    }

    @Override
    public PayloadWriter location(LocationMessage message) {
        return kind("location")
                .add("latitude", message.latitude())
                .add("longitude", message.longitude())
                .add("address", message.address());
    }

    @Override
    public PayloadWriter vcard(VcardMessage message) {
        return kind("vcard").add("vcard", message.vcard());
    }

    @Override
    public PayloadWriter link(LinkMessage message) {
        return kind("link").add("link", message.link());
    }
}
