package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.internal.delivery.ReadBack.Finding;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.internal.time.Pause;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Hands one message to one instance: through its gate, again as long as it is known not to have been taken, and by reading back
 * where that is not known. All of it on the caller's thread and before the caller's deadline. Thread-safe.
 */
final class HandOver {
    static final int MOST_ATTEMPTS = 3;

    /** An instance that takes longer than this part of its callers' time for several messages, and answers none meanwhile, seems silent. */
    private static final int USUAL_PART = 10;

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

    /** What to do about an instance that cannot be reached. */
    enum Patience {
        /** There is no other: it may be back in a moment. */
        TRIES_AGAIN,
        /** Another one is asked next, and needs the time that is left. */
        LEAVES_IT_TO_THE_NEXT
    }

    /**
     * Hands a message to the instance that these credentials open.
     *
     * @param mayRepeat asked before a message is sent again that may have been sent but is not listed
     */
    HandedOver run(InstanceCredentials credentials, Dispatch dispatch, BooleanSupplier mayRepeat, Patience patience) {
        Deadline deadline = dispatch.deadline();
        if (deadline.isOver()) { // by no fault of the instance
            return new HandedOver(
                    new Rejected(
                            dispatch.reference(),
                            RejectionReason.UNREACHABLE,
                            "the time was over before the request could be sent",
                            null),
                    0);
        }
        Doorway doorway = gates.of(dispatch.organization(), credentials);
        UltraMsgClient client = doorway.client();
        Unknown repeated = null;
        for (int attempt = 1; ; attempt++) {
            Tried tried = doorway.gate()
                    .pass(
                            passage(dispatch),
                            () -> request(client, dispatch),
                            result -> new Tried(result, lookedFor(result, client, deadline)));
            SendResult result = tried.result();
            boolean again = Gate.couldNotServe(result)
                    && !(patience == Patience.LEAVES_IT_TO_THE_NEXT && isUnreachable(result));
            if (result instanceof Unknown unknown) {
                if (tried.finding() instanceof Finding.Taken taken) {
                    return new HandedOver(taken.accepted(), attempt);
                }
                again = tried.finding() instanceof Finding.Absent
                        && attempt < MOST_ATTEMPTS
                        && mayRepeat.getAsBoolean();
                repeated = unknown;
            }
            if (!again || attempt == MOST_ATTEMPTS || !waited(attempt, result, deadline)) {
                return new HandedOver(orStillUnknown(result, repeated), attempt);
            }
        }
    }

    private static Gate.Passage passage(Dispatch dispatch) {
        Deadline deadline = dispatch.deadline();
        Duration left = deadline.remaining();
        Duration usual = dispatch.message().byKind(CarriesBytes.ASKED)
                ? left
                : Duration.ofNanos(left.toNanos() / USUAL_PART); // dividedBy goes by way of BigDecimal
        return new Gate.Passage(dispatch.reference(), deadline, usual);
    }

    /** The rejection of a message for which its instance has no room now, nor room to wait; empty if there is some. */
    Optional<Rejected> turnsAway(InstanceCredentials credentials, Dispatch dispatch) {
        return gates.of(dispatch.organization(), credentials).gate().turnsAway(dispatch.reference());
    }

    /** What one request came to; what looking for the message came to, if its reply was lost. */
    private record Tried(SendResult result, @Nullable Finding finding) {}

    private @Nullable Finding lookedFor(SendResult result, UltraMsgClient client, Deadline deadline) {
        return result instanceof Unknown unknown ? readBack.search(unknown, client, deadline) : null;
    }

    private static boolean isUnreachable(SendResult result) {
        return result instanceof Rejected rejected && rejected.reason() == RejectionReason.UNREACHABLE;
    }

    /** That a message was refused the second time says nothing about the first. */
    private static SendResult orStillUnknown(SendResult result, @Nullable Unknown repeated) {
        return result instanceof Rejected rejected && repeated != null
                ? new Unknown(
                        repeated.reference(),
                        repeated.instance(),
                        repeated.cause() + "; UltraMsg did not list it, and refused it the next time: "
                                + rejected.detail())
                : result;
    }

    /** Looks for a message that may have been sent before through the instance that these credentials open. */
    Finding findOut(InstanceCredentials credentials, Unknown unknown, Deadline deadline) {
        return readBack.search(unknown, http.client(credentials), deadline);
    }

    private SendResult request(UltraMsgClient client, Dispatch dispatch) {
        Deadline deadline = dispatch.deadline();
        SendOptions.Builder one = SendOptions.builder() // without the key, which has done its work
                .reference(dispatch.reference())
                .deadline(deadline.lessBy(readBack.shareOf(deadline)).remaining());
        dispatch.options().priority().ifPresent(one::priority);
        return client.messages().send(dispatch.message(), one.build());
    }

    private boolean waited(int attempt, SendResult result, Deadline deadline) {
        Duration wait = Backoff.after(attempt);
        Instant notBefore = result instanceof Rejected rejected ? rejected.retryAfter() : null;
        if (notBefore != null) {
            wait = wait.plus(positive(Duration.between(clock.instant(), notBefore)));
        }
        return deadline.hasTimeFor(wait) && pause.isOverAfter(wait);
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
