package io.smartqueue.ultramsg.event;

import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Objects;

/**
 * The circuit of an instance has changed on this node. Each node has its own.
 *
 * @param organization whose instance it is; where several share one, the first that used it
 * @param instance which
 * @param state its state now
 */
public record CircuitChanged(OrganizationId organization, InstanceId instance, CircuitState state) {
    public CircuitChanged {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(state, "state");
    }
}
