package io.smartqueue.ultramsg.message;

import java.util.Objects;

/**
 * A message has come further than it was known to be.
 *
 * @param reference our name for it
 * @param before how far it was known to have come
 * @param now how far it has come
 */
public record DeliveryChange(Reference reference, DeliveryState before, DeliveryState now) {
    public DeliveryChange {
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(now, "now");
    }
}
