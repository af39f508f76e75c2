package io.smartqueue.ultramsg.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A message in a chat, as chats/messages and webhooks show it; docs/ultramsg-api.md, section 5.2.
 *
 * @param id WhatsApp's id
 * @param author who wrote it in a group, else empty
 * @param type such as {@code chat}, {@code image} or {@code ptt}
 * @param media a URL, or empty
 * @param time epoch seconds
 */
record ChatMessage(
        String id,
        String from,
        String to,
        String author,
        String pushname,
        String type,
        String body,
        String media,
        long time) {

    boolean fromMe() {
        return id.startsWith("true_");
    }

    ChatMessage withoutMedia() {
        return new ChatMessage(id, from, to, author, pushname, type, body, "", time);
    }

    Map<String, Object> listed(String ack, Shapes shapes) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", id);
        entry.put("sid", id.split("_")[2]);
        entry.put("from", from);
        entry.put("to", to);
        entry.put("author", author);
        entry.put("pushname", pushname);
        entry.put("ack", ack);
        entry.put("type", type);
        entry.put("body", body);
        entry.put("media", media);
        entry.put("fromMe", fromMe());
        entry.put("self", from.equals(to));
        entry.put("isForwarded", false);
        entry.put("isMentioned", false);
        entry.put("quotedMsg", shapes.emptyObject());
        entry.put("mentionedIds", List.of());
        entry.put("time", time);
        return entry;
    }
}
