package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells errors from answers: by the body first, by the HTTP status second, because UltraMsg reports most errors with 200.
 *
 * <p>Sources for the shapes and texts: docs/ultramsg-api.md, sections 3 and 4.
 */
final class ReplyReader {
    /** Deep enough for any reply, and shallow enough for every walk through one. */
    private static final int DEEPEST_NESTING = 200;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST_NESTING)
                    .build())
            .build());
    private static final long LONGEST_RETRY_SECONDS = 24 * 60 * 60;

    private final List<String> secrets;
    private final Clock clock;

    /** Reads replies to a request that held these secrets; none of them is repeated. */
    ReplyReader(List<String> secrets, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    /** The JSON of a reply; missing if the body is empty or no JSON. */
    JsonNode json(HttpReply reply) {
        try {
            return JSON.readTree(reply.body());
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    /** What the reply complains of, or empty if it is an answer. */
    Optional<ProviderError> error(HttpReply reply, JsonNode json) {
        Optional<ProviderError> complaint = complaint(reply, json);
        return complaint.isPresent() || json.isContainerNode()
                ? complaint
                : Optional.of(error(reply, ProviderErrorKind.PROTOCOL, List.of(), "the reply is not JSON"));
    }

    /** What a reply to a command complains of; any JSON that does not complain means that it was done. */
    Optional<ProviderError> failure(HttpReply reply, JsonNode json) {
        Optional<ProviderError> complaint = complaint(reply, json);
        if (complaint.isPresent()) {
            return complaint;
        }
        if (json.isMissingNode()) {
            return Optional.of(error(reply, ProviderErrorKind.PROTOCOL, List.of(), "the reply is not JSON"));
        }
        boolean refused = LenientJson.flag(json, "sent").equals(Optional.of(false))
                || LenientJson.flag(json, "success").equals(Optional.of(false));
        return refused ? Optional.of(refusal(reply, LenientJson.text(json, "message"))) : Optional.empty();
    }

    private Optional<ProviderError> complaint(HttpReply reply, JsonNode json) {
        JsonNode error = json.has("error") ? json.path("error") : json.path("Error");
        if (saysSomething(error)) {
            return Optional.of(fromBody(reply, error));
        }
        return reply.isSuccess()
                ? Optional.empty()
                : Optional.of(error(reply, byStatus(reply.status()), List.of(), ""));
    }

    /** A refusal that says its reason in words of no fixed place. */
    ProviderError refusal(HttpReply reply, String words) {
        return error(reply, byText(words, reply.status()), List.of(), words);
    }

    private static boolean saysSomething(JsonNode error) {
        return error.isContainerNode()
                ? !error.isEmpty()
                : !error.isMissingNode()
                        && !error.isNull()
                        && !error.asText().isBlank()
                        && !"false".equals(error.asText());
    }

    private ProviderError fromBody(HttpReply reply, JsonNode error) {
        if (!error.isContainerNode()) {
            return error(reply, byText(error.asText(), reply.status()), List.of(), error.asText());
        }
        List<String> fields = new ArrayList<>();
        List<String> complaints = new ArrayList<>();
        Iterable<JsonNode> entries = error.isArray() ? error : List.of(error);
        for (JsonNode entry : entries) {
            if (entry.isObject()) {
                entry.properties().forEach(complaint -> {
                    fields.add(complaint.getKey());
                    complaints.add(
                            complaint.getKey() + " " + complaint.getValue().asText(""));
                });
            } else {
                complaints.add(entry.asText(""));
            }
        }
        return error(reply, ProviderErrorKind.VALIDATION, fields, String.join(", ", complaints));
    }

    private ProviderError error(HttpReply reply, ProviderErrorKind kind, List<String> fields, String text) {
        return new ProviderError(
                kind, reply.status(), List.copyOf(fields), ProviderText.clean(text, secrets), retryAfter(reply));
    }

    static ProviderErrorKind byText(String text, int status) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("wrong token")) {
            return ProviderErrorKind.AUTHENTICATION;
        }
        if (lower.contains("instance not found")) {
            return ProviderErrorKind.INSTANCE_NOT_FOUND;
        }
        if (lower.contains("non-payment")
                || lower.contains("non payment")
                || lower.contains("subscription")
                || lower.contains("expired")) {
            return ProviderErrorKind.INSTANCE_STOPPED;
        }
        if (lower.contains("path not found")) {
            return ProviderErrorKind.UNKNOWN_ENDPOINT;
        }
        if (status == 429) { // before the words for limits, which a reply about the rate uses as well
            return ProviderErrorKind.RATE_LIMIT;
        }
        if (lower.contains("limit") && (lower.contains("exceeded") || lower.contains("reached"))) {
            return ProviderErrorKind.LIMIT;
        }
        if (lower.contains("not connected")
                || lower.contains("not authenticated")
                || lower.contains("instance status")) {
            return ProviderErrorKind.INSTANCE_NOT_READY;
        }
        // The text is new to us: the status may still say something, but 404 is as likely about anything else.
        ProviderErrorKind byStatus = byStatus(status);
        return byStatus == ProviderErrorKind.INSTANCE_NOT_FOUND || byStatus == ProviderErrorKind.PROTOCOL
                ? ProviderErrorKind.OTHER
                : byStatus;
    }

    private static ProviderErrorKind byStatus(int status) {
        return switch (status) {
            case 401, 403 -> ProviderErrorKind.AUTHENTICATION;
            case 404 -> ProviderErrorKind.INSTANCE_NOT_FOUND;
            // A request that the server says it did not get in time may have been passed on by what stands before it.
            case 408 -> ProviderErrorKind.SERVER;
            case 413 -> ProviderErrorKind.TOO_LARGE;
            case 429 -> ProviderErrorKind.RATE_LIMIT;
            default -> {
                if (status >= 500) {
                    yield ProviderErrorKind.SERVER;
                }
                yield status >= 400 ? ProviderErrorKind.OTHER : ProviderErrorKind.PROTOCOL;
            }
        };
    }

    private @Nullable Instant retryAfter(HttpReply reply) {
        return reply.headers()
                .firstValue("Retry-After")
                .map(value -> readRetryAfter(value.strip()))
                .orElse(null);
    }

    private @Nullable Instant readRetryAfter(String value) {
        try {
            if (value.matches("[0-9]{1,9}")) {
                return clock.instant().plusSeconds(Math.min(Long.parseLong(value), LONGEST_RETRY_SECONDS));
            }
            Instant latest = clock.instant().plusSeconds(LONGEST_RETRY_SECONDS);
            Instant named = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return named.isAfter(latest) ? latest : named;
        } catch (DateTimeException unreadable) {
            return null;
        }
    }
}
