package io.smartqueue.app.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/** JSON in and out. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(20).build());
    }

    private Json() {}

    /**
     * Reads a request's body.
     *
     * @throws ProblemException if it is no JSON object
     */
    public static JsonFields read(Context request) {
        @Nullable String type = request.header("Content-Type");
        if (type == null || !type.toLowerCase(java.util.Locale.ROOT).startsWith("application/json")) {
            throw new ProblemException(
                    Problem.of(415, "not_json", "Not JSON", "send Content-Type: application/json and a JSON object"));
        }
        try {
            @Nullable Map<String, @Nullable Object> object = MAPPER.readValue(request.bodyAsBytes(), OBJECT);
            if (object != null) {
                return new JsonFields(object);
            }
        } catch (java.io.IOException e) {
            // what is wrong with it, Jackson says with parts of it
        }
        throw new ProblemException(Problem.of(400, "not_json", "Not JSON", "the body is no JSON object"));
    }

    public static void write(Context request, int status, Object value) {
        write(request, status, "application/json", value);
    }

    static void writeProblem(Context request, Problem problem) {
        @Nullable Object seconds = problem.more().get("retryAfterSeconds");
        if (seconds != null) {
            request.header("Retry-After", seconds.toString());
        }
        write(request, problem.status(), "application/problem+json", problem.members());
    }

    private static void write(Context request, int status, String type, Object value) {
        try {
            request.status(status).contentType(type).result(MAPPER.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer of ours is no JSON", e);
        }
    }
}
