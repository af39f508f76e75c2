package io.smartqueue.ultramsg.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.util.Map;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What the stub does about a request.
 *
 * @param strictStatus the 4xx that would be usual for this error, or 0 if this is no error of UltraMsg's
 * @param contentType the media type, or empty for none
 * @param ending how the connection fares; only {@link Ending#ANSWERED} carries the rest
 */
record StubReply(
        int status,
        int strictStatus,
        String contentType,
        Content content,
        Map<String, String> headers,
        Ending ending,
        Pace pace) {

    enum Ending {
        ANSWERED,
        /** The server closes the connection in good order, without a byte. */
        CLOSED,
        /** The server resets the connection. */
        RESET
    }

    /** The body; a type of its own because arrays make poor components. */
    static final class Content {

        private final byte[] bytes;

        private Content(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes.clone();
        }
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

    static StubReply json(Object body) {
        return raw(200, "application/json", written(body));
    }

    /** An error in JSON, with the status that sources name for it and the 4xx that would be usual. */
    static StubReply error(int status, int strictStatus, Object error) {
        byte[] body = written(Map.of("error", error)).getBytes(UTF_8);
        return new StubReply(
                status, strictStatus, "application/json", new Content(body), Map.of(), Ending.ANSWERED, Pace.AT_ONCE);
    }

    static StubReply raw(int status, String contentType, String body) {
        return raw(status, contentType, body.getBytes(UTF_8));
    }

    static StubReply raw(int status, String contentType, byte[] body) {
        return new StubReply(
                status, 0, contentType, new Content(body.clone()), Map.of(), Ending.ANSWERED, Pace.AT_ONCE);
    }

    static StubReply none(Ending ending) {
        return new StubReply(0, 0, "", new Content(new byte[0]), Map.of(), ending, Pace.AT_ONCE);
    }

    StubReply withHeader(String name, String value) {
        return new StubReply(status, strictStatus, contentType, content, Map.of(name, value), ending, pace);
    }

    StubReply at(Pace newPace) {
        return new StubReply(status, strictStatus, contentType, content, headers, ending, newPace);
    }

    /** This reply, its status switched if it is an error of UltraMsg's. */
    StubReply with(ErrorStatus errorStatus) {
        int switched = strictStatus == 0 ? status : errorStatus.of(status, strictStatus);
        return new StubReply(switched, strictStatus, contentType, content, headers, ending, pace);
    }

    private static String written(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("No JSON: " + body.getClass(), e);
        }
    }
}
