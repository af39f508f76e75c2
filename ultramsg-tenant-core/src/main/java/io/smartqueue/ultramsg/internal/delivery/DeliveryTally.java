package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.message.DeliveryChange;
import io.smartqueue.ultramsg.organization.OrganizationId;

/** Counts how far messages come. Told of each change once, on whatever node it was written; quick, and throws nothing. Thread-safe. */
@FunctionalInterface
public interface DeliveryTally {
    void count(OrganizationId organization, DeliveryChange change);
}
