package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.internal.time.Pause;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceCredentials;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Hands one message to one instance: through its gate, again as long as it is known not to have been taken, and by reading back
 * where that is not known. All of it on the caller's thread and before the caller's deadline. Thread-safe.
 */
final class HandOver {
    static final int MOST_ATTEMPTS = 3;

    private final UltraMsgHttp http;
    private final Gates gates;
    private final ReadBack readBack;
    private final Pause pause;
    private final Clock clock;

    HandOver(UltraMsgHttp http, Gates gates, ReadBack readBack, Pause pause, Clock clock) {
        this.http = http;
        this.gates = gates;
        this.readBack = readBack;
        this.pause = pause;
        this.clock = clock;
    }

    /** Sends; the options hold the reference. */
    SendResult run(InstanceCredentials credentials, OutboundMessage message, SendOptions options, Deadline deadline) {
        UltraMsgClient client = http.client(credentials);
        Gate gate = gates.of(credentials);
        Reference reference = options.reference().orElseThrow();
        for (int attempt = 1; ; attempt++) {
            SendResult result = gate.pass(reference, deadline, () -> once(client, message, options, deadline));
            if (attempt == MOST_ATTEMPTS || !mayPass(result) || !waited(attempt, (Rejected) result, deadline)) {
                return result;
            }
        }
    }

    private SendResult once(UltraMsgClient client, OutboundMessage message, SendOptions options, Deadline deadline) {
        if (deadline.isOver()) {
            return new Rejected(
                    options.reference().orElseThrow(),
                    RejectionReason.UNREACHABLE,
                    "the time was over before the request could be sent",
                    null);
        }
        Duration time = deadline.lessBy(readBack.shareOf(deadline)).remaining();
        SendResult result = client.messages()
                .send(message, options.toBuilder().deadline(time).build());
        return result instanceof Unknown unknown ? readBack.settle(unknown, client, deadline) : result;
    }

    /** Known not to have been taken, for a reason that may be gone in a moment. */
    private static boolean mayPass(SendResult result) {
        return result instanceof Rejected rejected
                && (rejected.reason() == RejectionReason.UNREACHABLE
                        || rejected.reason() == RejectionReason.RATE_LIMITED);
    }

    private boolean waited(int attempt, Rejected rejected, Deadline deadline) {
        Duration wait = Backoff.after(attempt);
        Instant notBefore = rejected.retryAfter();
        if (notBefore != null) {
            wait = wait.plus(positive(Duration.between(clock.instant(), notBefore)));
        }
        return deadline.hasTimeFor(wait) && pause.isOverAfter(wait);
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
