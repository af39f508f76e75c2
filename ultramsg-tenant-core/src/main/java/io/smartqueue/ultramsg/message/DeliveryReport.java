package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.organization.InstanceId;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;

/**
 * What UltraMsg tells of a message that it took. It names the message by our reference, by its number in the instance's queue, or by
 * both.
 *
 * @param reference our name for the message, or null if the report does not say
 * @param queueId UltraMsg's number for it, or null if the report does not say
 * @param instance the instance that it went through
 * @param state how far it has come
 * @param at when that was, or was told
 */
public record DeliveryReport(
        @Nullable Reference reference,
        @Nullable QueueId queueId,
        InstanceId instance,
        DeliveryState state,
        Instant at) {
    /**
     * Checks the report.
     *
     * @throws IllegalArgumentException if it names no message
     */
    public DeliveryReport {
        if (reference == null && queueId == null) {
            throw new IllegalArgumentException("the report names neither a reference nor a queue id");
        }
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(at, "at");
    }
}
