package io.smartqueue.ultramsg.quota;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.LocalDate;
import java.util.Objects;

/**
 * One message's place in an organization's daily limit.
 *
 * @param organization whose limit
 * @param day the organization's day it counts against, in the organization's time zone
 */
public record Reservation(OrganizationId organization, LocalDate day) {
    public Reservation {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(day, "day");
    }
}
