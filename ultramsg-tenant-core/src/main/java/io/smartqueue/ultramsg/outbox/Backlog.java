package io.smartqueue.ultramsg.outbox;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;

/**
 * What of an organization waits to be sent.
 *
 * @param waiting how many messages wait, those that may not be sent yet and those of paused batches included
 * @param unsettled how many are being sent, or may have been sent and are being looked for
 * @param oldestAge for how long the one has waited that was enqueued first; null if none waits
 * @param flow whether any is sent
 */
public record Backlog(
        long waiting, long unsettled, @Nullable Duration oldestAge, Flow flow) {
    public Backlog {
        Objects.requireNonNull(flow, "flow");
    }

    /** Whether an organization's messages are sent. */
    public enum Flow {
        /** As their turn comes. */
        OPEN,
        /** Not until somebody resumes it. */
        PAUSED
    }
}
