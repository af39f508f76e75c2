package io.smartqueue.ultramsg.event;

import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * An instance got into trouble or out of it, or its status in our records was moved for it. That one check got no answer is no trouble;
 * two in a row are.
 *
 * @param before what the check before found, or null if there was none
 * @param now what is found now
 * @param movedTo error, if nothing is sent through the instance from now on, or active, if it is sent through again; null if its
 *     status stays as it was
 */
public record HealthChanged(
        @Nullable InstanceHealth before,
        InstanceHealth now,
        @Nullable InstanceStatus movedTo) {
    public HealthChanged {
        Objects.requireNonNull(now, "now");
    }
}
