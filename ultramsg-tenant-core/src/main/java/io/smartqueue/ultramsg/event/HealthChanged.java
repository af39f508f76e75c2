package io.smartqueue.ultramsg.event;

import io.smartqueue.ultramsg.health.InstanceHealth;
import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * An instance is found in another state than before.
 *
 * @param before what the check before found, or null if there was none
 * @param now what is found now
 */
public record HealthChanged(@Nullable InstanceHealth before, InstanceHealth now) {
    public HealthChanged {
        Objects.requireNonNull(now, "now");
    }
}
