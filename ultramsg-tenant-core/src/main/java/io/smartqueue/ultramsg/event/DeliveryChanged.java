package io.smartqueue.ultramsg.event;

import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Objects;

/**
 * A message has come further since UltraMsg took it, or UltraMsg has given it up. Steps may be missing.
 *
 * @param organization on whose behalf it was sent
 * @param reference what it was sent under
 * @param before how far it was known to have come
 * @param now how far it has come
 */
public record DeliveryChanged(
        OrganizationId organization, Reference reference, DeliveryState before, DeliveryState now) {
    public DeliveryChanged {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(now, "now");
    }
}
