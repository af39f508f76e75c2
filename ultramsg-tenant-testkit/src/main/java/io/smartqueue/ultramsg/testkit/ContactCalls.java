package io.smartqueue.ultramsg.testkit;

import java.util.List;
import java.util.Map;

/** Contacts; docs/ultramsg-api.md, sections 2.5 and 3.10 to 3.12. */
final class ContactCalls {

    private static final Parameter CHAT = Parameter.required("chatId");

    private final InstanceData data;

    private ContactCalls(InstanceData data) {
        this.data = data;
    }

    static Map<String, Call> of(InstanceData data) {
        ContactCalls contacts = new ContactCalls(data);
        Directory directory = data.directory;
        return Map.of(
                "GET contacts", Call.of(request -> contacts.list(directory.ids())),
                "GET contacts/ids", Call.of(request -> Ids.of(directory.ids(), request)),
                "GET contacts/contact", Call.of(contacts::contact, CHAT),
                "GET contacts/blocked", Call.of(request -> contacts.list(directory.blocked())),
                "GET contacts/invalid", Call.of(request -> Ids.of(directory.invalid(), request)),
                "GET contacts/check", Call.of(contacts::check, CHAT),
                "GET contacts/image", Call.of(contacts::image, CHAT),
                "POST contacts/block", Call.command(request -> directory.block(chatId(request)), CHAT),
                "POST contacts/unblock", Call.command(request -> directory.unblock(chatId(request)), CHAT));
    }

    private StubReply list(List<String> ids) {
        List<Map<String, Object>> all =
                ids.stream().map(data.directory::contact).toList();
        return StubReply.json(data.behaviour.shapes.list("contacts", all));
    }

    private StubReply contact(StubRequest request) {
        return data.directory.knows(chatId(request))
                ? StubReply.json(data.directory.contact(chatId(request)))
                : InventedReplies.notFound("user");
    }

    private StubReply check(StubRequest request) {
        String chatId = chatId(request);
        boolean valid = ChatId.isRecipient(chatId) && data.directory.check(chatId, data.now(), request.says("nocache"));
        return DocumentedReplies.check(valid ? "valid" : "invalid", chatId);
    }

    private StubReply image(StubRequest request) {
        String url = data.directory.pictureOf(chatId(request));
        return url == null ? InventedReplies.noPicture() : DocumentedReplies.file(url);
    }

    private static String chatId(StubRequest request) {
        return ChatId.of(request.required("chatId"));
    }
}
