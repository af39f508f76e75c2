package io.smartqueue.ultramsg.testkit;

import java.util.List;
import java.util.Map;

/**
 * Replies whose bodies public sources show; docs/ultramsg-api.md, sections 3 and 4.2. What single sources show, or is
 * inferred, is marked there.
 */
final class DocumentedReplies {

    private static final String STOPPED = "Your instance has been Stopped due to non-payment. you can activate this"
            + " instance by extending your subscription. Payment information updates every 5 minutes.";

    private DocumentedReplies() {}

    /** Queued, not delivered. */
    static StubReply accepted(long id, Shapes shapes) {
        return StubReply.json(shapes.accepted(id));
    }

    /** A command succeeded; known for two calls, inferred for the others. */
    static StubReply done() {
        return StubReply.json(Map.of("success", "done"));
    }

    static StubReply wrongToken() {
        return StubReply.error(200, 401, "Wrong token. Please provide token as a GET parameter.");
    }

    static StubReply instanceNotFound() {
        return StubReply.error(404, 404, "Instance not found");
    }

    static StubReply pathNotFound() {
        return StubReply.error(404, 404, "Path not found");
    }

    static StubReply stoppedForNonPayment() {
        return StubReply.error(404, 404, STOPPED);
    }

    /** All problems of one request, each a single member: parameter and reason. */
    static StubReply invalid(List<Map<String, String>> problems) {
        return StubReply.error(200, 400, problems);
    }

    static StubReply status(AccountState account) {
        Status status = new Status(account.status(), account.substatus());
        return StubReply.json(Map.of("status", Map.of("accountStatus", status)));
    }

    /** The members that independent clients read. */
    static StubReply me(Account account) {
        return StubReply.json(new Me(account.chatId(), account.name(), true, true));
    }

    static StubReply check(String status, String chatId) {
        return StubReply.json(new Check(status, chatId));
    }

    /** A file's address; that the member has this name is sourced for contacts/image only. */
    static StubReply file(String url) {
        return StubReply.json(Map.of("success", url));
    }

    // records, not maps, to keep the members in order

    private record Status(String status, String substatus) {}

    private record Me(String id, String name, boolean is_md, boolean is_business) {}

    private record Check(String status, String chatId) {}
}
