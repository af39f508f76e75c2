package io.smartqueue.ultramsg.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.util.Map;

/**
 * What the stub does about a request.
 *
 * @param contentType the media type, or empty for none
 * @param ending how the connection fares; only {@link Ending#ANSWERED} carries the rest
 */
record StubReply(int status, String contentType, String body, Map<String, String> headers, Ending ending, Pace pace) {

    enum Ending {
        ANSWERED,
        /** The server closes the connection in good order, without a byte. */
        CLOSED,
        /** The server resets the connection. */
        RESET
    }

    // UltraMsg is written in PHP, which escapes everything but ASCII unless told otherwise
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    StubReply {
        headers = Map.copyOf(headers);
        if (ending == Ending.ANSWERED && (status < 200 || status > 599)) {
            throw new IllegalArgumentException("Expected an HTTP status from 200 to 599 but got " + status);
        }
    }

    static StubReply json(int status, Object body) {
        try {
            return raw(status, "application/json", JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("No JSON: " + body.getClass(), e);
        }
    }

    static StubReply raw(int status, String contentType, String body) {
        return new StubReply(status, contentType, body, Map.of(), Ending.ANSWERED, Pace.AT_ONCE);
    }

    static StubReply none(Ending ending) {
        return new StubReply(0, "", "", Map.of(), ending, Pace.AT_ONCE);
    }

    StubReply withHeader(String name, String value) {
        return new StubReply(status, contentType, body, Map.of(name, value), ending, pace);
    }

    StubReply at(Pace newPace) {
        return new StubReply(status, contentType, body, headers, ending, newPace);
    }
}
