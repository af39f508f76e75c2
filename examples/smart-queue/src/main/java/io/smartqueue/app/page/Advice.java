package io.smartqueue.app.page;

import io.smartqueue.ultramsg.message.RejectionReason;

/** What somebody at a counter does about a message that was not sent. */
final class Advice {
    private Advice() {}

    static String on(RejectionReason reason) {
        return switch (reason) {
            case NOT_CONFIGURED, INACTIVE, BAD_TOKEN, INSTANCE_NOT_FOUND ->
                "Have an admin correct this in Details, then retry.";
            case INSTANCE_STOPPED -> "Renew the instance at UltraMsg, then retry.";
            case NOT_AUTHENTICATED -> "Scan the code in Details with the phone, then retry.";
            case INVALID_RECIPIENT -> "Ask the customer for another number.";
            case INVALID_CONTENT, IDEMPOTENCY_CONFLICT -> "Change the text and write again.";
            case CONVERSATION_CLOSED -> "Ask the customer to write first, then retry.";
            case QUOTA_EXCEEDED -> "Wait for tomorrow, or raise the daily limit in Details.";
            case PROVIDER_LIMIT -> "Wait for tomorrow, or ask UltraMsg for a larger plan.";
            case RATE_LIMITED, BULKHEAD_FULL, CIRCUIT_OPEN, UNREACHABLE -> "Retry in a minute.";
            case REFUSED_BY_PROVIDER -> "Correct what UltraMsg says, then retry.";
            case EXPIRED -> "Tell the customer yourself.";
            case CANCELLED -> "";
        };
    }
}
