package io.smartqueue.ultramsg.testkit;

import java.time.Duration;
import java.util.Map;

/**
 * Replies that are invented: no public source shows what UltraMsg answers in these situations. A client must not depend
 * on their wording or status, only on "there is an error" or "the status is not 2xx".
 */
final class InventedReplies {

    private InventedReplies() {}

    static StubReply dailyLimitReached(int limit) {
        return StubReply.json(200, Map.of("error", "Daily message limit reached: " + limit + " messages per day."));
    }

    static StubReply tooManyRequests(Duration retryAfter) {
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException("Expected a duration of zero or more but got " + retryAfter);
        }
        return StubReply.json(429, Map.of("error", "Too many requests."))
                .withHeader("Retry-After", Long.toString(retryAfter.toSeconds()));
    }

    /** That there is an error in place of the account is sourced, its text is not. */
    static StubReply notConnected(AccountState account) {
        return StubReply.json(200, Map.of("error", "instance status is " + account.status() + ", not authenticated"));
    }

    static Map<String, String> priorityIsNoInteger() {
        return Map.of("priority", "must be an integer");
    }

    static StubReply html(int status) {
        String page = "<!DOCTYPE html><html><head><title>" + status + "</title></head><body><h1>" + status
                + "</h1><hr>nginx</body></html>";
        return StubReply.raw(status, "text/html; charset=utf-8", page);
    }
}
