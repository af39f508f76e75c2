package io.smartqueue.ultramsg.internal.health;

import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * What follows from one check of an instance.
 *
 * @param health what there is to write down
 * @param next how long until the next check
 * @param status active or error, where the instance is to be; null to leave it where it is
 * @param isNews whether somebody should hear of it
 */
record Verdict(
        InstanceHealth health, Duration next, @Nullable InstanceStatus status, boolean isNews) {}
