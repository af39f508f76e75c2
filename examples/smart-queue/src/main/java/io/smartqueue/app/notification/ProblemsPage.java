package io.smartqueue.app.notification;

import io.javalin.config.RoutesConfig;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import io.smartqueue.ultramsg.message.RejectionReason;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the problems mean that programs get: where the {@code type} of each leads. */
public final class ProblemsPage implements Routes {
    private static final List<Kind> KINDS = kinds();

    /** One row: a problem's name, its HTTP status, and what to do about it. */
    record Kind(String code, int status, String meaning) {}

    record View(Frame frame, List<Kind> kinds) {}

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(
                "/problems",
                request ->
                        Views.show(request, "notification/problems.jte", new View(Frame.of("Problems", null), KINDS)));
    }

    private static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>(List.of(
                new Kind("not_json", 400, "The body is no JSON object; 415 if its type says so. Send JSON."),
                new Kind("refused", 400, "The request is none that this service understands."),
                new Kind("not_signed_in", 401, "Send the session cookie, or a bearer token that holds."),
                new Kind("forged", 403, "A request with a cookie needs the session's token in X-CSRF-Token."),
                new Kind("no_access", 403, "There is no such organization, or your role in it does not allow this."),
                new Kind("not_found", 404, "There is nothing at this address."),
                new Kind("no_batch", 404, "The organization has no batch of this name."),
                new Kind("no_such_batch", 404, "The organization has no batch of this name."),
                new Kind("no_such_message", 404, "The organization has no message of this reference."),
                new Kind("wrong_method", 405, "The address knows other methods."),
                new Kind("another_customers", 409, "The ticket is another customer's: correct phone or number."),
                new Kind("batch_cancelled", 409, "Nothing can be done with the batch any more: start another one."),
                new Kind("batch_exists", 409, "The batchId belongs to a batch with another content: choose another."),
                new Kind("message_refused", 409, "The message cannot be queued: see detail."),
                new Kind("queue_full", 409, "All numbers of the department are taken: serve somebody first."),
                new Kind("ticket_done", 409, "The customer has been served or has left."),
                new Kind("not_a_form", 415, "Pages take forms in UTF-8, and no files."),
                new Kind("too_large", 413, "Send less at once: a batch has up to 10,000 recipients."),
                new Kind("invalid", 422, "Members are missing or wrong: errors names each."),
                new Kind("no_department", 422, "The organization has no department of that name."),
                new Kind("unknown_action", 422, "The form is none of this service's."),
                new Kind("too_many_tries", 429, "Try again after Retry-After."),
                new Kind("failed", 500, "Something went wrong here: tell those who run the service."),
                new Kind("unavailable", 503, "The database does not answer: try again soon.")));
        Arrays.stream(RejectionReason.values())
                .map(reason -> new Kind(Rejections.code(reason), Rejections.status(reason), meaning(reason)))
                .forEach(kinds::add);
        return List.copyOf(kinds);
    }

    private static String meaning(RejectionReason reason) {
        return "Not sent. "
                + switch (reason) {
                    case NOT_CONFIGURED -> "The organization is not set up: an admin does that in its details.";
                    case INACTIVE -> "The organization is not active: an admin tests it in its details.";
                    case INVALID_RECIPIENT -> "This is no number that can be written to.";
                    case INVALID_CONTENT -> "This is no text that can be sent.";
                    case IDEMPOTENCY_CONFLICT -> "The idempotency key belongs to another message.";
                    case CONVERSATION_CLOSED -> "The customer has not written within a day: he has to write first.";
                    case QUOTA_EXCEEDED -> "The organization's day is full: try again after Retry-After.";
                    case BAD_TOKEN -> "UltraMsg does not take the token: an admin enters it anew.";
                    case INSTANCE_NOT_FOUND -> "UltraMsg does not know the instance: an admin corrects its id.";
                    case INSTANCE_STOPPED -> "UltraMsg has stopped the instance: see to its subscription.";
                    case NOT_AUTHENTICATED -> "No phone is linked: scan the QR code in the organization's details.";
                    case PROVIDER_LIMIT -> "A limit of UltraMsg's is reached: try again later.";
                    case RATE_LIMITED -> "Too much at once for UltraMsg: try again after Retry-After.";
                    case BULKHEAD_FULL -> "Too much is under way: try again in a moment.";
                    case CIRCUIT_OPEN -> "UltraMsg did not answer of late: try again after Retry-After.";
                    case REFUSED_BY_PROVIDER -> "UltraMsg refuses: detail has its words.";
                    case UNREACHABLE -> "UltraMsg cannot be reached: try again soon.";
                    case EXPIRED -> "It waited for so long that it was of no use any more.";
                    case CANCELLED -> "It was cancelled while it waited.";
                };
    }
}
