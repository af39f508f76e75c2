package io.smartqueue.ultramsg.api;

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

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A message in UltraMsg's words: the path of its call, its parameters, and the texts that no error may repeat.
 *
 * <p>Source: docs/ultramsg-api.md, section 2.1.
 */
final class MessageForm {
    /** Parameters that carry content, as complaints about them name them. */
    private static final Set<String> CONTENT = Set.of(
            "body",
            "image",
            "sticker",
            "document",
            "filename",
            "caption",
            "audio",
            "video",
            "contact",
            "address",
            "lat",
            "lng",
            "vcard",
            "link");

    private final Form form = new Form();
    private final String path;

    private MessageForm(OutboundMessage message, String token) {
        add("token", token);
        add("to", message.to().address());
        path = "messages/" + message.byKind(new Parameters());
        message.replyTo().map(MessageId::value).ifPresent(id -> add("msgId", id));
    }

    static MessageForm of(OutboundMessage message, String token) {
        return new MessageForm(message, token);
    }

    static boolean isContent(String parameter) {
        return CONTENT.contains(parameter);
    }

    String path() {
        return path;
    }

    /** The message's parameters, with the token; others may be added. */
    Form form() {
        return form;
    }

    private void add(String name, String value) {
        form.addSecret(name, value);
    }

    private void addMedia(String name, Media media) {
        media.url().ifPresent(url -> add(name, url));
        media.bytes().ifPresent(bytes -> form.addFile(name, bytes));
        if (media.isFetchedAgain()) {
            form.add("nocache", "true");
        }
    }

    private void addMentions(List<Recipient> mentions) {
        if (!mentions.isEmpty()) {
            addChatIds("mentions", mentions);
        }
    }

    private void addChatIds(String name, List<Recipient> persons) {
        add(name, persons.stream().map(Recipient::chatId).collect(Collectors.joining(",")));
    }

    private static String degrees(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString(); // 0.00001, not 1.0E-5
    }

    /** Adds the parameters of each kind and names its call. */
    @SuppressWarnings("deprecation") // LinkMessage
    private final class Parameters implements OutboundMessage.Kinds<String> {
        @Override
        public String text(TextMessage message) {
            add("body", message.body());
            addMentions(message.mentions());
            return "chat";
        }

        @Override
        public String image(ImageMessage message) {
            addMedia("image", message.media());
            message.caption().ifPresent(caption -> add("caption", caption));
            addMentions(message.mentions());
            return "image";
        }

        @Override
        public String sticker(StickerMessage message) {
            addMedia("sticker", message.media());
            return "sticker";
        }

        @Override
        public String document(DocumentMessage message) {
            add("filename", message.filename());
            addMedia("document", message.media());
            message.caption().ifPresent(caption -> add("caption", caption));
            addMentions(message.mentions());
            return "document";
        }

        @Override
        public String audio(AudioMessage message) {
            addMedia("audio", message.media());
            return "audio";
        }

        @Override
        public String voice(VoiceMessage message) {
            addMedia("audio", message.media()); // so it is named for both calls
            return "voice";
        }

        @Override
        public String video(VideoMessage message) {
            addMedia("video", message.media());
            message.caption().ifPresent(caption -> add("caption", caption));
            addMentions(message.mentions());
            return "video";
        }

        @Override
        public String contact(ContactMessage message) {
            addChatIds("contact", message.contacts());
            return "contact";
        }

        @Override
        public String location(LocationMessage message) {
            add("address", message.address());
            add("lat", degrees(message.latitude()));
            add("lng", degrees(message.longitude()));
            return "location";
        }

        @Override
        public String vcard(VcardMessage message) {
            add("vcard", message.vcard());
            return "vcard";
        }

        @Override
        public String link(LinkMessage message) {
            add("link", message.link());
            return "link";
        }
    }
}
