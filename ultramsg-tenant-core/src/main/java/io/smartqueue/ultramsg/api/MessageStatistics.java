package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many messages of an instance are in which status. Immutable and thread-safe.
 *
 * <p>Source: docs/ultramsg-api.md, section 3.4.
 */
public final class MessageStatistics {
    private final Map<String, Long> counts;

    private MessageStatistics(Map<String, Long> counts) {
        this.counts = counts;
    }

    static MessageStatistics read(JsonNode json) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            LenientJson.number(json, member.getKey()).ifPresent(count -> counts.put(member.getKey(), count));
        }
        if (counts.isEmpty() && !json.isEmpty()) {
            throw Calls.unexpected("the reply holds no counts");
        }
        return new MessageStatistics(counts);
    }

    /**
     * Returns how many messages are in a status.
     *
     * @param status one of the known ones, or any other that UltraMsg counts
     * @return the number, 0 if UltraMsg does not name the status
     */
    public long count(MessageStatus status) {
        return counts.getOrDefault(status.value(), 0L);
    }

    @Override
    public String toString() {
        return "MessageStatistics" + counts;
    }
}
