package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.InstanceId;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;

/**
 * A queued message that has been claimed by a turn of its lane, with its place in the day.
 *
 * @param reference what it is sent under
 * @param claim which claim of this message this is, counted from 1: whoever settles it says which he has
 * @param urgency how urgent it is
 * @param payload the message
 * @param sentThrough through which instance it may have been sent before; null if it certainly was not
 * @param expiresAt from when on it is of no use; null if it always is
 */
public record Work(
        Reference reference,
        int claim,
        Urgency urgency,
        Payload payload,
        @Nullable InstanceId sentThrough,
        @Nullable Instant expiresAt) {
    public Work {
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(urgency, "urgency");
        Objects.requireNonNull(payload, "payload");
    }

    @Override
    public String toString() {
        return "Work[" + reference + ", claim " + claim + "]";
    }
}
