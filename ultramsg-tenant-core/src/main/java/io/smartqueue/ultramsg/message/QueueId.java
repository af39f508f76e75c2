package io.smartqueue.ultramsg.message;

import java.util.Objects;

/**
 * UltraMsg's number for a message in an instance's queue; not WhatsApp's message id.
 *
 * @param value the number as UltraMsg wrote it; empty if a reply confirmed the message without one
 */
public record QueueId(String value) {
    public QueueId {
        Objects.requireNonNull(value, "queue id");
    }

    /**
     * Tells whether UltraMsg gave a number.
     *
     * @return false if a reply confirmed the message without one
     */
    public boolean isAssigned() {
        return !value.isEmpty();
    }

    @Override
    public String toString() {
        return value;
    }
}
