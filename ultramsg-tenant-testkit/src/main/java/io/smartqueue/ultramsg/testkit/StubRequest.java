package io.smartqueue.ultramsg.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A request as UltraMsg sees it: a call, and parameters from wherever the client put them; docs/ultramsg-api.md, sections
 * 1.3 and 1.4.
 *
 * <p>Query, form and JSON parameters are one set, the body's winning. Multipart fields are not read, but by
 * {@link #withParts}.
 *
 * @param instance the first part of the path
 * @param call the method and the rest of the path, such as {@code POST messages/chat}
 * @param file the file that came with an upload, or null
 */
record StubRequest(
        String instance,
        String call,
        Map<String, String> parameters,
        @Nullable UploadedFile file) {

    static final String UPLOAD = "POST media/upload";

    private static final ObjectMapper JSON = new ObjectMapper();

    StubRequest {
        parameters = Map.copyOf(parameters);
    }

    StubRequest(String instance, String call, Map<String, String> parameters) {
        this(instance, call, parameters, null);
    }

    static StubRequest of(String method, String url, @Nullable String contentType, String body) {
        int question = url.indexOf('?');
        String path = question < 0 ? url : url.substring(0, question);
        String[] parts = path.substring(path.startsWith("/") ? 1 : 0).split("/", 2);
        Map<String, String> parameters = new HashMap<>();
        if (question >= 0) {
            addPairs(url.substring(question + 1), parameters);
        }
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        if (type.startsWith("application/x-www-form-urlencoded")) {
            addPairs(body, parameters);
        } else if (type.startsWith("application/json")) {
            addMembers(body, parameters);
        }
        return new StubRequest(parts[0], method + " " + (parts.length < 2 ? "" : parts[1]), parameters);
    }

    /** This request with the parts of its multipart body, which only an upload reads. */
    StubRequest withParts(Map<String, String> fields, @Nullable UploadedFile part) {
        if (!call.equals(UPLOAD)) {
            return this;
        }
        Map<String, String> all = new HashMap<>(parameters);
        all.putAll(fields);
        return new StubRequest(instance, call, all, part);
    }

    /** The parameter, or null if it is absent or empty: UltraMsg's own SDKs send empty ones for "not given". */
    @Nullable
    String parameter(String name) {
        String value = parameters.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** A parameter that the call's rules have found to be there. */
    String required(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("No rule requires " + name);
        }
        return value;
    }

    /** The parameter as a number, or the other value if it is absent or no number. */
    int number(String name, int otherwise) {
        String text = parameters.get(name);
        return text != null && text.matches("-?\\d{1,9}") ? Integer.parseInt(text) : otherwise;
    }

    /** Whether the parameter says yes in one of the spellings that SDKs use. */
    boolean says(String name) {
        return Parameter.saysYes(parameters.getOrDefault(name, ""));
    }

    private static void addPairs(String encoded, Map<String, String> parameters) {
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            return text; // a stray percent sign stands for itself, as in PHP
        }
    }

    private static void addMembers(String body, Map<String, String> parameters) {
        try {
            JsonNode root = JSON.readTree(body);
            root.properties().forEach(member -> {
                if (member.getValue().isValueNode() && !member.getValue().isNull()) {
                    parameters.put(member.getKey(), member.getValue().asText());
                }
            });
        } catch (JsonProcessingException e) {
            // no parameters then: the reply will name the ones that are missing
        }
    }

    /** Shows the call only: the parameters hold the token. */
    @Override
    public String toString() {
        return "StubRequest[" + instance + ", " + call + "]";
    }
}
