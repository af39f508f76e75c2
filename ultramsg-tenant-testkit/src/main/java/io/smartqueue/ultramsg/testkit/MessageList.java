package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Filters, order and pages of GET messages; docs/ultramsg-api.md, sections 2.2 and 3.3. */
final class MessageList {

    private static final int LONGEST_PAGE = 100;

    private MessageList() {}

    static Parameter[] parameters() {
        return new Parameter[] {
            Parameter.optional("page").count(),
            Parameter.optional("limit").count(),
            Parameter.optional("status").oneOf("all", "queue", "sent", "unsent", "invalid", "expired"),
            Parameter.optional("sort").oneOf("asc", "desc"),
            Parameter.optional("ack").oneOf("pending", "server", "device", "read", "played")
        };
    }

    static StubReply of(List<Map<String, @Nullable Object>> entries, StubRequest request) {
        List<Map<String, @Nullable Object>> matching = new ArrayList<>();
        for (Map<String, @Nullable Object> entry : entries) {
            if (matches(entry, request)) {
                matching.add(entry);
            }
        }
        if ("desc".equals(request.parameter("sort"))) {
            Collections.reverse(matching);
        }
        int total = matching.size();
        int limit = Math.max(1, Math.min(LONGEST_PAGE, request.number("limit", LONGEST_PAGE)));
        int page = Math.max(1, request.number("page", 1));
        int first = (int) Math.min(total, (page - 1L) * limit);
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("total", total);
        shape.put("pages", (total + limit - 1) / limit);
        shape.put("limit", limit);
        shape.put("page", page);
        shape.put("messages", matching.subList(first, Math.min(total, first + limit)));
        return StubReply.json(shape);
    }

    private static boolean matches(Map<String, @Nullable Object> entry, StubRequest request) {
        return matches(entry, "id", request.parameter("id"))
                && matches(entry, "referenceId", request.parameter("referenceId"))
                && matches(entry, "ack", request.parameter("ack"))
                && ("all".equals(request.parameter("status")) || matches(entry, "status", request.parameter("status")))
                && matchesChat(entry, "from", request.parameter("from"))
                && matchesChat(entry, "to", request.parameter("to"));
    }

    private static boolean matchesChat(Map<String, @Nullable Object> entry, String member, @Nullable String wanted) {
        return matches(entry, member, wanted == null ? null : ChatId.of(wanted));
    }

    private static boolean matches(Map<String, @Nullable Object> entry, String member, @Nullable String wanted) {
        Object value = entry.get(member);
        return wanted == null || (value != null && wanted.equals(value.toString()));
    }
}
