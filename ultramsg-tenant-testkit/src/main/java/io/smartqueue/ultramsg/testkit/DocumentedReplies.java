package io.smartqueue.ultramsg.testkit;

import java.util.List;
import java.util.Map;

/**
 * Replies whose bodies public sources show: UltraMsg's documentation, its SDKs, or independent clients that quote them;
 * read 2026-11.
 *
 * <p>Statuses of errors are quoted less often than bodies. 404 for an unknown path and 200 for invalid parameters are
 * inferred, and so is the wording for a text that is too long, from the one for a caption. Where sources disagree, the
 * caller gives the status.
 */
final class DocumentedReplies {

    private static final String STOPPED = "Your instance has been Stopped due to non-payment. you can activate this"
            + " instance by extending your subscription. Payment information updates every 5 minutes.";

    private DocumentedReplies() {}

    /** UltraMsg docs, messages/chat: queued, not delivered. */
    static StubReply accepted(long id) {
        return StubReply.json(200, new Accepted("true", "ok", id));
    }

    static StubReply wrongToken(int status) {
        return error(status, "Wrong token. Please provide token as a GET parameter.");
    }

    static StubReply instanceNotFound() {
        return error(404, "Instance not found");
    }

    static StubReply pathNotFound() {
        return error(404, "Path not found");
    }

    static StubReply stoppedForNonPayment(int status) {
        return error(status, STOPPED);
    }

    /** All problems of one request, each a single member: parameter and reason. */
    static StubReply invalid(List<Map<String, String>> problems) {
        return StubReply.json(200, Map.of("error", problems));
    }

    /** UltraMsg docs, instance/status. */
    static StubReply status(AccountState account) {
        Status status = new Status(account.status(), account.substatus());
        return StubReply.json(200, Map.of("status", Map.of("accountStatus", status)));
    }

    /** UltraMsg docs, instance/me; the members that independent clients read. */
    static StubReply me(Account account) {
        return StubReply.json(200, new Me(account.chatId(), account.name(), true, true));
    }

    private static StubReply error(int status, String text) {
        return StubReply.json(status, Map.of("error", text));
    }

    // records, not maps, to keep the members in order

    private record Accepted(String sent, String message, long id) {}

    private record Status(String status, String substatus) {}

    private record Me(String id, String name, boolean is_md, boolean is_business) {}
}
