package io.smartqueue.ultramsg.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lets other programs turn the switches of a server that runs alone, and see what it has received. */
final class ControlApi {

    /** The first part of its paths, which no instance has. */
    static final String ROOT = "__ultramsg";

    private final UltraMsgServer server;

    ControlApi(UltraMsgServer server) {
        this.server = server;
    }

    StubReply answer(StubRequest request) {
        try {
            return reply(request, List.of(request.call().split("[ /]")));
        } catch (IllegalArgumentException | IllegalStateException e) {
            return StubReply.error(400, 400, String.valueOf(e.getMessage()));
        }
    }

    private StubReply reply(StubRequest request, List<String> call) {
        Map<String, String> given = request.parameters();
        if (call.equals(List.of("GET", "switches"))) {
            return StubReply.json(Switches.names());
        }
        if (call.equals(List.of("POST", "instances"))) {
            server.addInstance(given.getOrDefault("id", ""), given.getOrDefault("token", ""));
            return DocumentedReplies.done();
        }
        if (call.size() == 4 && call.get(1).equals("instances")) {
            StubInstance instance = server.instance(call.get(2));
            if (call.get(0).equals("POST")) {
                Switches.turn(instance, call.get(3), given);
                return DocumentedReplies.done();
            }
            if (call.get(3).equals("received")) {
                return StubReply.json(instance.receivedMessages().stream()
                        .map(ControlApi::shown)
                        .toList());
            }
        }
        return DocumentedReplies.pathNotFound();
    }

    private static Map<String, Object> shown(ReceivedMessage message) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", message.id());
        shown.put("kind", message.kind().word());
        shown.put("parameters", message.parameters());
        shown.put("at", message.at().toString());
        return shown;
    }
}
