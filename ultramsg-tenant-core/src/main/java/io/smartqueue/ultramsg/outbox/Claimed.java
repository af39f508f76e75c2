package io.smartqueue.ultramsg.outbox;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a turn of a lane has to do.
 *
 * @param work in the order in which it is to be sent; may be empty
 * @param next what there is to do after that
 */
public record Claimed(List<Work> work, Next next) {
    public Claimed {
        work = List.copyOf(work);
        Objects.requireNonNull(next, "next");
    }

    /** What a lane has to do after this turn. */
    public sealed interface Next {
        /** There is more, or may be. */
        record More() implements Next {}

        /**
         * There is nothing that may be sent now, but later.
         *
         * @param pause until the first of it may be, by the store's clock
         */
        record Later(Duration pause) implements Next {}

        /**
         * The organization's daily limit is used up.
         *
         * @param pause until its next day begins, by the store's clock
         */
        record DayIsFull(Duration pause) implements Next {}

        /** The organization is paused. */
        record Paused() implements Next {}

        /** There is nothing, or nothing but what paused batches hold; or there is no such organization. */
        record Nothing() implements Next {}
    }
}
