package io.smartqueue.ultramsg.testkit;

import java.time.Duration;
import java.util.Map;

/**
 * Replies that are invented: no public source shows what UltraMsg answers in these situations; docs/ultramsg-api.md,
 * section 7. A client must not depend on their wording or status, only on "there is an error" or "the status is not 2xx".
 */
final class InventedReplies {

    static final String IS_NO_INTEGER = "must be an integer";
    static final String IS_NO_NUMBER = "must be a number";
    static final String IS_NOT_ALLOWED = "value not allowed";
    static final String IS_NO_RECIPIENT = "must be a phone number or a chat id";
    static final String TOO_MANY_RECIPIENTS = "max length limit exceeded of 500";
    static final String IS_NO_MONTH = "must be a month and a year such as 1-2023";

    private InventedReplies() {}

    static StubReply dailyLimitReached(int limit) {
        return StubReply.error(200, 429, "Daily message limit reached: " + limit + " messages per day.");
    }

    static StubReply tooManyRequests(Duration retryAfter) {
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException("Expected a duration of zero or more but got " + retryAfter);
        }
        return StubReply.raw(429, "application/json", "{\"error\":\"Too many requests.\"}")
                .withHeader("Retry-After", Long.toString(retryAfter.toSeconds()));
    }

    /** That there is an error in place of the account is sourced, its text is not. */
    static StubReply notConnected(AccountState account) {
        return StubReply.error(200, 400, "instance status is " + account.status() + ", not authenticated");
    }

    /** The words "instance status" and "not equal" are sourced, the rest is not. */
    static StubReply notWaitingForScan(AccountState account) {
        return StubReply.error(200, 400, "instance status " + account.status() + " is not equal qr");
    }

    /** A queue id, chat, contact, group or file that is not there. */
    static StubReply notFound(String what) {
        return StubReply.error(200, 404, what + " not found");
    }

    /** The words are sourced, but not exactly. */
    static StubReply noPicture() {
        return StubReply.error(200, 404, "This contact don't have picture");
    }

    static StubReply sendDelayAboveMaximum() {
        return StubReply.error(200, 400, "sendDelayMax must not be less than sendDelay");
    }

    /** What an emoji or a deletion gets is unknown. */
    static StubReply taken() {
        return StubReply.json(Map.of("success", "done"));
    }

    static StubReply html(int status) {
        String page = "<!DOCTYPE html><html><head><title>" + status + "</title></head><body><h1>" + status
                + "</h1><hr>nginx</body></html>";
        return StubReply.raw(status, "text/html; charset=utf-8", page);
    }
}
