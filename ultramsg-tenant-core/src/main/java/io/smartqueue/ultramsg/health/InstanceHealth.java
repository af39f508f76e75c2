package io.smartqueue.ultramsg.health;

import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Instant;
import java.util.Objects;

/**
 * How an organization's instance was when it was last asked.
 *
 * @param organization whose instance it is
 * @param instance which
 * @param finding what was found; its advice says what to do
 * @param since when it was first found so, without a check between that found otherwise
 * @param checkedAt when it was last found so
 * @param timesInARow how many checks found so, one after the other; 1 or more
 */
public record InstanceHealth(
        OrganizationId organization,
        InstanceId instance,
        ConnectionFinding finding,
        Instant since,
        Instant checkedAt,
        int timesInARow) {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if {@code timesInARow} is not 1 or more
     */
    public InstanceHealth {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(finding, "finding");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(checkedAt, "checkedAt");
        if (timesInARow < 1) {
            throw new IllegalArgumentException("timesInARow is " + timesInARow + ", it must be 1 or more");
        }
    }
}
