package io.smartqueue.ultramsg.internal.delivery;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param deadline a whole call, unless it says otherwise
 * @param readBackWindow looking for a message whose reply was lost; zero for not at all
 */
public record DeliveryLimits(Duration deadline, Duration readBackWindow) {}
