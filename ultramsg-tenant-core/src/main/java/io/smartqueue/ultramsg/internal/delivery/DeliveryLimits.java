package io.smartqueue.ultramsg.internal.delivery;

import java.time.Duration;

/**
 * How long things may take, and how much of the host they may hold.
 *
 * @param deadline a whole call, unless it says otherwise
 * @param readBackWindow looking for a message whose reply was lost; zero for not at all
 * @param callersPerInstance whose calls go through one instance at a time, or wait until they may
 */
public record DeliveryLimits(Duration deadline, Duration readBackWindow, int callersPerInstance) {}
