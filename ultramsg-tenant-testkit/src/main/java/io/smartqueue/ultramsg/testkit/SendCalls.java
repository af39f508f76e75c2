package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.testkit.ReceivedMessage.Kind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sending; docs/ultramsg-api.md, section 2.1. */
final class SendCalls {

    private static final Set<String> PICTURES = Set.of("jpg", "jpeg", "gif", "png", "webp", "bmp");
    private static final Parameter CAPTION = Parameter.optional("caption").atMost(1024);
    private static final Map<Kind, List<Parameter>> OWN = Map.ofEntries(
            kind(Kind.TEXT, Parameter.required("body").atMost(4096)),
            kind(Kind.IMAGE, Parameter.required("image").media(PICTURES), CAPTION),
            kind(Kind.STICKER, Parameter.required("sticker").media(PICTURES)),
            kind(
                    Kind.DOCUMENT,
                    Parameter.required("filename").atMost(255),
                    Parameter.required("document").media(Set.of()),
                    CAPTION),
            kind(Kind.AUDIO, Parameter.required("audio").media(Set.of("mp3", "aac", "ogg"))),
            kind(Kind.VOICE, Parameter.required("audio").media(Set.of("ogg"))),
            kind(Kind.VIDEO, Parameter.required("video").media(Set.of("mp4", "3gp", "mov")), CAPTION),
            kind(Kind.LINK, Parameter.required("link")),
            kind(Kind.CONTACT, Parameter.required("contact").atMost(300)),
            kind(
                    Kind.LOCATION,
                    Parameter.required("address").atMost(300),
                    Parameter.required("lat").decimal(),
                    Parameter.required("lng").decimal()),
            kind(Kind.VCARD, Parameter.required("vcard").atMost(4096)));

    private final InstanceData data;

    private SendCalls(InstanceData data) {
        this.data = data;
    }

    static Map<String, Call> of(InstanceData data) {
        SendCalls sends = new SendCalls(data);
        Map<String, Call> calls = new HashMap<>();
        OWN.forEach((kind, own) -> {
            List<Parameter> parameters = new ArrayList<>(List.of(Parameter.recipients("to")));
            parameters.addAll(own);
            parameters.add(Parameter.optional("priority").integer());
            calls.put("POST messages/" + kind.word(), new Call(parameters, request -> sends.send(kind, request)));
        });
        calls.put(
                "POST messages/reaction", Call.of(sends::react, Parameter.required("msgId"), Parameter.given("emoji")));
        calls.put("POST messages/delete", Call.of(sends::delete, Parameter.required("msgId")));
        return calls;
    }

    private static Map.Entry<Kind, List<Parameter>> kind(Kind kind, Parameter... own) {
        return Map.entry(kind, List.of(own));
    }

    private StubReply send(Kind kind, StubRequest request) {
        Behaviour behaviour = data.behaviour;
        if (data.acceptedToday() >= behaviour.dailyLimit) {
            return InventedReplies.dailyLimitReached(behaviour.dailyLimit);
        }
        Map<String, String> given = new LinkedHashMap<>(request.parameters());
        given.remove("token");
        given.values().removeIf(String::isEmpty);
        data.accept(kind, given);
        if (behaviour.repliesToLose > 0) {
            behaviour.repliesToLose--;
            return StubReply.none(StubReply.Ending.CLOSED);
        }
        return DocumentedReplies.accepted(data.lastId(), behaviour.shapes);
    }

    private StubReply react(StubRequest request) {
        String emoji = request.required("emoji");
        if (emoji.isEmpty()) {
            data.reactions.remove(request.required("msgId"));
        } else {
            data.reactions.put(request.required("msgId"), emoji);
        }
        return InventedReplies.taken();
    }

    private StubReply delete(StubRequest request) {
        data.deleted.add(request.required("msgId"));
        data.chats.remove(request.required("msgId"));
        return InventedReplies.taken();
    }
}
