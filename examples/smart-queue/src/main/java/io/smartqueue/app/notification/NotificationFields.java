package io.smartqueue.app.notification;

import io.javalin.http.Context;
import io.smartqueue.app.ticket.MessageTexts;
import io.smartqueue.app.ticket.TicketEvent;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Json;
import io.smartqueue.app.web.JsonFields;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request to tell a customer something, under the names that its callers have always used. Members of other names are ignored, since
 * each program sends some of its own.
 *
 * @param phone whom to tell
 * @param event what has happened, or null if the caller does not say
 * @param message the caller's own text, or null
 * @param values what the caller knows of the texts' variables
 */
record NotificationFields(
        Visit visit,
        PhoneNumber phone,
        @Nullable TicketEvent event,
        @Nullable String message,
        @Nullable String ticketId,
        @Nullable String ticketNumber,
        Map<String, String> values,
        @Nullable IdempotencyKey idempotencyKey,
        boolean startsConversation,
        boolean isDryRun) {
    /** Stands for a number that cannot be read, until that is said. */
    private static final PhoneNumber NOBODY = PhoneNumber.parse("+15550000000");

    private static final int MOST_OF_A_VALUE = 200;
    private static final int MOST_OF_A_NAME = 60;
    private static final int UUID_LENGTH = 36;

    /**
     * Reads a request, if whoever asks may send for the organization.
     *
     * @throws ProblemException if he may not, or with all that is wrong with the request
     */
    static NotificationFields read(Context request, Guard guard, PhoneNumbers numbers) {
        guard.signedIn(request);
        JsonFields fields = Json.read(request);
        Visit visit = visit(request, guard, fields);
        @Nullable PhoneNumber phone = fields.as("phone", fields.text("phone", 64), numbers.of(visit.id()));
        NotificationFields read = new NotificationFields(
                visit,
                phone == null ? NOBODY : phone,
                event(fields),
                message(fields),
                fields.optionalText("ticketId", MOST_OF_A_NAME).orElse(null),
                fields.optionalText("ticketNumber", MOST_OF_A_NAME).orElse(null),
                values(fields),
                key(request, fields),
                fields.flag("bypassSessionCheck"),
                fields.flag("dryRun"));
        fields.orThrow();
        return read;
    }

    private static Visit visit(Context request, Guard guard, JsonFields fields) {
        String organization = fields.text("organizationId", UUID_LENGTH);
        fields.orThrow();
        return guard.visit(request, organization, Permission.SEND);
    }

    private static @Nullable TicketEvent event(JsonFields fields) {
        Optional<String> code = fields.optionalText("notificationType", MOST_OF_A_NAME);
        String field = code.isPresent() ? "notificationType" : "type";
        return code.or(() -> fields.optionalText("type", MOST_OF_A_NAME))
                .map(text -> fields.as(field, text, NotificationFields::event))
                .orElse(null);
    }

    private static TicketEvent event(String code) {
        return TicketEvent.find(code)
                .filter(TicketEvent::isOfPrograms)
                .orElseThrow(() -> new IllegalArgumentException(
                        "is unknown: give ticket_created, almost_your_turn, your_turn or ticket_transferred"));
    }

    private static @Nullable String message(JsonFields fields) {
        String text = fields.optionalText("message", TextMessage.MAX_LENGTH).orElse("");
        return fields.as(
                "message",
                text,
                typed -> TextMessage.of(Recipient.of(NOBODY), typed).body());
    }

    private static Map<String, String> values(JsonFields fields) {
        Map<String, String> values = new HashMap<>();
        for (String variable : MessageTexts.VARIABLES) {
            if (!variable.equals("ticketNumber")) {
                int most = variable.endsWith("DepartmentName") || variable.equals("departmentName")
                        ? MOST_OF_A_NAME
                        : MOST_OF_A_VALUE;
                fields.optionalText(variable, most).ifPresent(value -> values.put(variable, value));
            }
        }
        return values;
    }

    private static @Nullable IdempotencyKey key(Context request, JsonFields fields) {
        @Nullable String header = request.header("Idempotency-Key");
        String member = fields.optionalText("idempotencyKey", MOST_OF_A_VALUE).orElse("");
        if (header != null && !member.isEmpty() && !header.equals(member)) {
            fields.complain("idempotencyKey", "invalid", "is another one than the header's: send one of them");
        }
        return fields.as("idempotencyKey", header != null ? header : member, IdempotencyKey::of);
    }

    /** The refusal of one field that only turns out later. */
    static ProblemException invalid(String field, String code, String message) {
        return new ProblemException(Problem.invalid(List.of(new Problem.Field(field, code, message))));
    }

    @Override
    public String toString() {
        return "NotificationFields[" + visit.id() + ", " + event + "]";
    }
}
