package io.smartqueue.ultramsg.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which of two reported shapes a reply takes; docs/ultramsg-api.md, sections 3 and 6. */
enum Shapes {
    USUAL,
    /** What single sources report. */
    RARE;

    Object emptyObject() {
        return this == USUAL ? Map.of() : List.of();
    }

    Object accepted(long id) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("sent", this == USUAL ? "true" : Boolean.TRUE);
        body.put("message", "ok");
        body.put("id", this == USUAL ? (Object) id : Long.toString(id));
        return body;
    }

    Object list(String name, List<?> items) {
        return this == USUAL ? items : Map.of(name, items);
    }

    Object statistics(Map<String, Integer> counts) {
        return this == USUAL ? Map.of("messages_statistics", counts) : counts;
    }

    Object qrCode(String text) {
        return Map.of(this == USUAL ? "qrCode" : "qrcode", text);
    }
}
