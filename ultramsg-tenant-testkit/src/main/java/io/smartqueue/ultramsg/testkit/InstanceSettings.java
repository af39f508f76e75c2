package io.smartqueue.ultramsg.testkit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An instance's settings, of which any part can be written; docs/ultramsg-api.md, section 2.3. Not thread-safe. */
final class InstanceSettings {

    private static final String ANY_BOOLEAN = "(?i)true|false|1|0|on|off";

    private final Map<String, Object> values = new LinkedHashMap<>();

    InstanceSettings() {
        reset();
    }

    void reset() {
        values.put("sendDelay", 1);
        values.put("sendDelayMax", 15);
        values.put("webhook_url", "");
        values.put("webhook_retries", 3);
        values.put("webhook_message_received", false);
        values.put("webhook_message_create", false);
        values.put("webhook_message_ack", false);
        values.put("webhook_message_download_media", false);
        values.put("webhook_message_reaction", false);
    }

    List<Parameter> parameters() {
        return values.entrySet().stream()
                .map(setting -> {
                    Parameter parameter = Parameter.optional(setting.getKey());
                    if (setting.getValue() instanceof Integer) {
                        return parameter.count();
                    }
                    return setting.getValue() instanceof Boolean
                            ? parameter.matching(ANY_BOOLEAN, InventedReplies.IS_NOT_ALLOWED)
                            : parameter.matching("https?://.+", InventedReplies.IS_NOT_ALLOWED);
                })
                .toList();
    }

    /** Writes what the request gives; its values have passed the rules. An empty one stands for no, and for no URL. */
    StubReply write(StubRequest request) {
        if (request.number("sendDelay", number("sendDelay")) > request.number("sendDelayMax", number("sendDelayMax"))) {
            return InventedReplies.sendDelayAboveMaximum();
        }
        values.replaceAll((name, value) -> {
            String written = request.parameters().get(name);
            return written == null ? value : typedAs(value, written);
        });
        return DocumentedReplies.done();
    }

    Map<String, Object> all() {
        return new LinkedHashMap<>(values);
    }

    int number(String name) {
        return values.get(name) instanceof Integer number ? number : 0;
    }

    boolean isOn(String name) {
        return Boolean.TRUE.equals(values.get(name));
    }

    String text(String name) {
        return values.get(name) instanceof String text ? text : "";
    }

    Duration pause(MessageQueue.Crowd crowd) {
        return Duration.ofSeconds(
                switch (crowd) {
                    case FEW_WAIT -> number("sendDelay");
                    case MANY_WAIT -> number("sendDelayMax");
                });
    }

    private static Object typedAs(Object old, String written) {
        if (old instanceof Integer) {
            return written.isEmpty() ? old : (Object) Integer.valueOf(written);
        }
        return old instanceof Boolean ? (Object) Parameter.saysYes(written) : written;
    }
}
