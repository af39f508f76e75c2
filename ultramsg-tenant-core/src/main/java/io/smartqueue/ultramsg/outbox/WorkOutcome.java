package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.SendResult;

import java.time.Duration;
import java.util.Objects;

/** What a turn of a lane has to say about a message that it had claimed. */
public sealed interface WorkOutcome {
    /**
     * Returns which message and which claim.
     *
     * @return as the store gave it
     */
    Work work();

    /**
     * Returns how many requests this took.
     *
     * @return 0 or more, to be added to what is there
     */
    int attempts();

    /**
     * UltraMsg took it, or refused it for good; or it may have been sent, and nobody looks for it any more.
     *
     * @param work which
     * @param result what became of it; {@link SendResult.Unknown} keeps its place in the day
     * @param attempts how many requests this took
     */
    record Settled(Work work, SendResult result, int attempts) implements WorkOutcome {
        public Settled {
            Objects.requireNonNull(work, "work");
            Objects.requireNonNull(result, "result");
        }
    }

    /**
     * It may have been sent. It keeps its place in the day, and is given to a turn again to be looked for.
     *
     * @param work which
     * @param result why, and through which instance
     * @param attempts how many requests this took
     * @param lookAgainAfter when it is looked for next
     */
    record InDoubt(Work work, SendResult.Unknown result, int attempts, Duration lookAgainAfter) implements WorkOutcome {
        public InDoubt {
            Objects.requireNonNull(work, "work");
            Objects.requireNonNull(result, "result");
            Objects.requireNonNull(lookAgainAfter, "lookAgainAfter");
        }
    }

    /**
     * It was certainly not sent, for a reason that is not its own: it goes back to its place in the queue, and its place in the day
     * is given back.
     *
     * @param work which
     * @param attempts how many requests this took
     */
    record Returned(Work work, int attempts) implements WorkOutcome {
        public Returned {
            Objects.requireNonNull(work, "work");
        }
    }
}
