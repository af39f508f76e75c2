package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.error.NoReplyException.Effect;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.InstanceId;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Turns what came back after one send, or did not, into its result. */
final class SendReply {
    private final Reference reference;
    private final InstanceId instance;
    private final ReplyReader reader;

    SendReply(Reference reference, InstanceId instance, ReplyReader reader) {
        this.reference = reference;
        this.instance = instance;
        this.reader = reader;
    }

    SendResult read(HttpReply reply) {
        return PlainAcceptance.queueId(reply).map(this::accepted).orElseGet(() -> readThoroughly(reply));
    }

    /** Whatever shape it has. */
    SendResult readThoroughly(HttpReply reply) {
        JsonNode json = reader.json(reply);
        Optional<ProviderError> error = reader.error(reply, json);
        String sent = json.path("sent").asText("");
        boolean saysTaken = "true".equalsIgnoreCase(sent);
        boolean saysRefused = "false".equalsIgnoreCase(sent);
        if (error.isPresent() && saysTaken) {
            return unknown("the reply says that the message was taken, and that it was not");
        }
        if (saysRefused && error.map(ProviderError::text).orElse("").isEmpty()) {
            return refused(reader.refusal(reply, json.path("message").asText("")));
        }
        if (error.isPresent()) {
            return refused(error.get());
        }
        if (saysTaken) {
            return accepted(queueId(json.path("id")));
        }
        return unknown("the reply does not say whether the message was taken");
    }

    SendResult lost(NoReplyException failure) {
        return failure.effect() == Effect.NONE
                ? rejected(RejectionReason.UNREACHABLE, failure.getMessage())
                : unknown(failure.getMessage());
    }

    private SendResult refused(ProviderError error) {
        boolean mayHaveBeenTaken = error.kind() == ProviderErrorKind.SERVER
                || error.kind() == ProviderErrorKind.PROTOCOL
                || (error.kind() == ProviderErrorKind.OTHER && error.httpStatus() >= 500);
        if (mayHaveBeenTaken) {
            return unknown("UltraMsg answered with HTTP " + error.httpStatus()
                    + (error.text().isEmpty() ? "" : ": " + error.text()));
        }
        return new SendResult.Rejected(reference, reason(error), detail(error), error.retryAfter());
    }

    private static RejectionReason reason(ProviderError error) {
        return switch (error.kind()) {
            case AUTHENTICATION -> RejectionReason.BAD_TOKEN;
            case INSTANCE_NOT_FOUND -> RejectionReason.INSTANCE_NOT_FOUND;
            case INSTANCE_STOPPED -> RejectionReason.INSTANCE_STOPPED;
            case INSTANCE_NOT_READY -> RejectionReason.NOT_AUTHENTICATED;
            case LIMIT -> RejectionReason.PROVIDER_LIMIT;
            case RATE_LIMIT -> RejectionReason.RATE_LIMITED;
            case TOO_LARGE -> RejectionReason.INVALID_CONTENT;
            case VALIDATION -> byField(error);
            case UNKNOWN_ENDPOINT, SERVER, PROTOCOL, OTHER -> RejectionReason.REFUSED_BY_PROVIDER;
        };
    }

    private static RejectionReason byField(ProviderError error) {
        if (error.fields().contains("token")) {
            return RejectionReason.BAD_TOKEN;
        }
        if (error.fields().contains("to")) {
            return RejectionReason.INVALID_RECIPIENT;
        }
        return error.fields().stream().anyMatch(MessageForm::isContent)
                ? RejectionReason.INVALID_CONTENT
                : RejectionReason.REFUSED_BY_PROVIDER;
    }

    private static String detail(ProviderError error) {
        return error.text().isEmpty()
                ? "UltraMsg refused with HTTP " + error.httpStatus()
                : "UltraMsg says: " + error.text();
    }

    /** A list of ids, as a send to several recipients may bring, is kept as it is. */
    private static QueueId queueId(JsonNode id) {
        return new QueueId(
                id.isArray()
                        ? StreamSupport.stream(id.spliterator(), false)
                                .map(each -> each.asText(""))
                                .collect(Collectors.joining(","))
                        : id.asText("")); // without the default, null reads "null"
    }

    private SendResult accepted(QueueId queueId) {
        return new SendResult.Accepted(reference, queueId, instance, null, null);
    }

    private SendResult rejected(RejectionReason reason, String detail) {
        return new SendResult.Rejected(reference, reason, detail, null);
    }

    private SendResult unknown(String cause) {
        return new SendResult.Unknown(reference, instance, cause);
    }
}
