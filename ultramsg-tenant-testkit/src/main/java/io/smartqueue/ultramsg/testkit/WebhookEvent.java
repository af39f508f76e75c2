package io.smartqueue.ultramsg.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Something that UltraMsg tells; docs/ultramsg-api.md, sections 5.2 and 5.3.
 *
 * @param name such as {@code message_ack}
 * @param id the queue id, or empty
 * @param referenceId the sender's own id, or empty
 */
record WebhookEvent(String name, String id, String referenceId, Map<String, Object> data) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The event as it is posted; the hash has no public definition. */
    String payload(String instanceDigits) {
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("event_type", name);
        envelope.put("instanceId", instanceDigits);
        envelope.put("id", id);
        envelope.put("referenceId", referenceId);
        envelope.put("hash", UUID.randomUUID().toString().replace("-", ""));
        envelope.put("data", data);
        try {
            return JSON.writeValueAsString(envelope);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("No JSON: " + name, e);
        }
    }
}
