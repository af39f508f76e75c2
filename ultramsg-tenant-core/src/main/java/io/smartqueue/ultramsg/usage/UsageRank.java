package io.smartqueue.ultramsg.usage;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Objects;

/**
 * An organization and how much of something it has.
 *
 * @param organization which, in its canonical spelling
 * @param count how much, 1 or more
 */
public record UsageRank(OrganizationId organization, long count) {
    public UsageRank {
        Objects.requireNonNull(organization, "organization");
    }
}
