package io.smartqueue.ultramsg.outbox;

import java.time.Duration;
import java.util.Objects;

/**
 * When a lane has its next turn.
 *
 * @param after how long from now, zero or more
 * @param reason what it waits for, and what may shorten the wait
 * @param memory what this turn leaves to the next one
 */
public record NextTurn(Duration after, Reason reason, LaneMemory memory) {
    /**
     * Takes a wait that is over for none.
     */
    public NextTurn {
        after = after.isNegative() ? Duration.ZERO : after;
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(memory, "memory");
    }

    /** What a lane waits for. */
    public enum Reason {
        /** Its pace: nothing shortens this. */
        PACE,
        /** What may not be sent yet; new work shortens this. */
        WORK,
        /** Something that a person or the passing of time changes; {@link LaneScheduler#somethingChanged} shortens this. */
        CHANGE
    }
}
