package io.smartqueue.ultramsg.event;

import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Objects;

/**
 * A message goes to another of its organization's instances than it went to first, or would have gone to.
 *
 * @param organization on whose behalf it is sent
 * @param reference what it is sent under
 * @param from the instance that is known not to have taken it
 * @param to the one that is asked next
 */
public record FailedOver(OrganizationId organization, Reference reference, InstanceId from, InstanceId to) {
    public FailedOver {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
    }
}
