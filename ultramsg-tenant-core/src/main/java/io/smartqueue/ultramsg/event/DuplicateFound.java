package io.smartqueue.ultramsg.event;

import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Objects;

/**
 * UltraMsg has a message more often than it should: it was repeated because UltraMsg did not list it, and shows up all the same.
 *
 * @param organization on whose behalf it was sent
 * @param reference what it was sent under
 * @param instance where it was found
 * @param copies how many of that reference are there: 2 or more, or 1 where the message was sent again under another one
 */
public record DuplicateFound(OrganizationId organization, Reference reference, InstanceId instance, int copies) {
    public DuplicateFound {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(instance, "instance");
    }
}
