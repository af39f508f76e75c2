package io.smartqueue.ultramsg.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Chats and groups; docs/ultramsg-api.md, sections 2.4, 2.6 and 3.10. */
final class ChatCalls {

    private static final Parameter CHAT = Parameter.required("chatId");

    private final InstanceData data;

    private ChatCalls(InstanceData data) {
        this.data = data;
    }

    static Map<String, Call> of(InstanceData data) {
        ChatCalls chats = new ChatCalls(data);
        Map<String, Call> calls = new HashMap<>();
        calls.put("GET chats", Call.of(chats::list));
        calls.put("GET chats/ids", Call.of(request -> Ids.of(data.chats.ids(), request)));
        calls.put(
                "GET chats/messages",
                Call.of(chats::messages, CHAT, Parameter.optional("limit").count()));
        calls.put("POST chats/archive", chats.command((all, chatId) -> all.archive(chatId, true)));
        calls.put("POST chats/unarchive", chats.command((all, chatId) -> all.archive(chatId, false)));
        calls.put("POST chats/clearMessages", chats.command(Chats::clear));
        calls.put("POST chats/delete", chats.command(Chats::delete));
        calls.put("POST chats/read", chats.command(Chats::read));
        calls.put("GET groups", Call.of(chats::groups));
        calls.put("GET groups/ids", Call.of(request -> Ids.of(data.groups.ids(), request)));
        calls.put(
                "GET groups/group",
                Call.of(
                        chats::group,
                        Parameter.required("groupId"),
                        Parameter.optional("priority").integer()));
        return calls;
    }

    private Call command(BiConsumer<Chats, String> change) {
        return Call.of(
                request -> {
                    String chatId = ChatId.of(request.required("chatId"));
                    if (!data.chats.knows(chatId)) {
                        return InventedReplies.notFound("chat");
                    }
                    change.accept(data.chats, chatId);
                    return DocumentedReplies.done();
                },
                CHAT);
    }

    private StubReply list(StubRequest request) {
        List<Map<String, Object>> all = data.chats.ids().stream()
                .map(chatId -> data.chats.listed(chatId, data.nameOf(chatId)))
                .toList();
        return StubReply.json(data.behaviour.shapes.list("chats", all));
    }

    private StubReply messages(StubRequest request) {
        int limit = Math.max(1, Math.min(1000, request.number("limit", 50)));
        List<Map<String, Object>> latest = data.chats.messages(ChatId.of(request.required("chatId")), limit).stream()
                .map(message -> message.listed(data.ackOf(message), data.behaviour.shapes))
                .toList();
        return StubReply.json(data.behaviour.shapes.list("data", latest));
    }

    private StubReply groups(StubRequest request) {
        List<Map<String, Object>> all =
                data.groups.ids().stream().map(data.groups::listed).toList();
        return StubReply.json(data.behaviour.shapes.list("groups", all));
    }

    private StubReply group(StubRequest request) {
        String id = ChatId.of(request.required("groupId"));
        return data.groups.knows(id) ? StubReply.json(data.groups.listed(id)) : InventedReplies.notFound("group");
    }
}
