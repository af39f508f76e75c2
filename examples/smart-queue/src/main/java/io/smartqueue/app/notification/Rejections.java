package io.smartqueue.app.notification;

import io.smartqueue.app.web.Problem;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What callers are told when a message was certainly not sent. */
final class Rejections {
    static final String TITLE = "The message was not sent";

    private Rejections() {}

    /** A name that stays, for programs. */
    static String code(RejectionReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Tells whose turn it is by HTTP's means: 422 the caller's, who has to send something else; 409 the organization's, or that of
     * whatever the message does not go together with; 429 time's; 502 an admin's, since UltraMsg refuses; 503 time's or that of whoever
     * looks after the phone. All of them may be repeated: nothing was sent.
     */
    static int status(RejectionReason reason) {
        return switch (reason) {
            case INVALID_RECIPIENT, INVALID_CONTENT -> 422;
            case NOT_CONFIGURED, INACTIVE, IDEMPOTENCY_CONFLICT, CONVERSATION_CLOSED, EXPIRED, CANCELLED -> 409;
            case QUOTA_EXCEEDED, PROVIDER_LIMIT, RATE_LIMITED -> 429;
            case BAD_TOKEN, INSTANCE_NOT_FOUND, REFUSED_BY_PROVIDER -> 502;
            case INSTANCE_STOPPED, NOT_AUTHENTICATED, BULKHEAD_FULL, CIRCUIT_OPEN, UNREACHABLE -> 503;
        };
    }

    static Problem problem(SendResult.Rejected rejected, Clock clock) {
        Problem problem = problem(rejected.reason(), rejected.detail())
                .with("reference", rejected.reference().value());
        @Nullable Instant again = rejected.retryAfter();
        if (again == null) {
            return problem;
        }
        long seconds = Duration.between(clock.instant(), again).plusMillis(999).toSeconds();
        return problem.with("retryAfterSeconds", Math.max(1, seconds));
    }

    static Problem problem(RejectionReason reason, String detail) {
        return Problem.of(status(reason), code(reason), TITLE, detail)
                .with("outcome", "rejected")
                .with("reason", code(reason));
    }
}
