package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Finds the JSON in what was posted to a webhook, by anybody. What does not fit is absent; nothing here throws.
 *
 * <p>Source: docs/ultramsg-api.md, section 5.1.
 */
final class PostedBody {
    /** Four times as deep as the deepest event that is documented. */
    private static final int DEEPEST_NESTING = 20;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST_NESTING)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String FORM_FIELD = "data=";
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private PostedBody() {}

    static Optional<JsonNode> json(byte[] body) {
        return utf8(ByteBuffer.wrap(body)).map(PostedBody::trimmed).flatMap(PostedBody::json);
    }

    /** A client that says nothing else calls everything a form: what the body begins with says more than the content type. */
    private static Optional<JsonNode> json(String body) {
        boolean isJson = body.startsWith("{") || body.startsWith("\"");
        return isJson ? object(body) : formField(body).flatMap(PostedBody::object);
    }

    private static String trimmed(String body) {
        boolean isMarked = !body.isEmpty() && body.charAt(0) == BYTE_ORDER_MARK;
        return (isMarked ? body.substring(1) : body).strip();
    }

    /** An object, or a text that holds one. */
    private static Optional<JsonNode> object(String text) {
        return tree(text)
                .flatMap(json -> json.isTextual() ? tree(json.textValue()) : Optional.of(json))
                .filter(JsonNode::isObject);
    }

    private static Optional<JsonNode> tree(String text) {
        try {
            return Optional.of(JSON.readTree(text));
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    private static Optional<String> formField(String form) {
        for (String field : form.split("&")) {
            if (field.startsWith(FORM_FIELD)) {
                return percentDecoded(field.substring(FORM_FIELD.length()));
            }
        }
        return Optional.empty();
    }

    /** As {@link java.net.URLDecoder} does, but for what is wrong, which is not to be replaced by something else. */
    private static Optional<String> percentDecoded(String encoded) {
        byte[] bytes = encoded.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                decoded.write(high << 4 | low);
                i += 2;
            } else {
                decoded.write(bytes[i] == '+' ? ' ' : bytes[i]);
            }
        }
        return utf8(ByteBuffer.wrap(decoded.toByteArray()));
    }

    private static Optional<String> utf8(ByteBuffer bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }
}
