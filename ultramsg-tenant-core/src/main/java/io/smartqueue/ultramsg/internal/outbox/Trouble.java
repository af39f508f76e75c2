package io.smartqueue.ultramsg.internal.outbox;

import io.smartqueue.ultramsg.internal.time.GrowingPause;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult.Rejected;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** What a rejection says about the rest of a lane: whether the next message would fare better, and when. Thread-safe. */
final class Trouble {
    /** The message itself is refused, now and later; the others of its lane go on. */
    private static final Set<RejectionReason> OF_THE_MESSAGE = EnumSet.of(
            RejectionReason.INVALID_RECIPIENT,
            RejectionReason.INVALID_CONTENT,
            RejectionReason.CONVERSATION_CLOSED,
            RejectionReason.IDEMPOTENCY_CONFLICT,
            RejectionReason.REFUSED_BY_PROVIDER);

    private static final GrowingPause PAUSE = new GrowingPause(Duration.ofSeconds(5), Duration.ofMinutes(5));

    private final Clock clock;

    Trouble(Clock clock) {
        this.clock = clock;
    }

    static boolean isOfTheMessage(Rejected rejected) {
        return OF_THE_MESSAGE.contains(rejected.reason());
    }

    /**
     * How long a lane leaves its instance alone, the longer the more turns in a row have found it in trouble.
     *
     * @param failures how many before this one
     */
    Duration pause(Rejected rejected, int failures) {
        Duration pause = PAUSE.after(failures);
        if (rejected.retryAfter() == null) {
            return pause;
        }
        Duration asked = Duration.between(clock.instant(), rejected.retryAfter());
        return asked.compareTo(pause) > 0 ? asked : pause;
    }
}
