package io.smartqueue.ultramsg.api;

import java.util.Objects;

/**
 * What became of a message in an instance's queue. The set is open: a status that is new to this library is kept as it is.
 * Source: docs/ultramsg-api.md, section 3.3.
 *
 * @param value UltraMsg's name for it; empty if a reply names none
 */
public record MessageStatus(String value) {
    /** Waiting in the queue. */
    public static final MessageStatus QUEUE = new MessageStatus("queue");
    /** Handed to WhatsApp; {@link MessageAck} tells how far it got. */
    public static final MessageStatus SENT = new MessageStatus("sent");
    /** Given up for a technical reason or for its content; can be sent again. */
    public static final MessageStatus UNSENT = new MessageStatus("unsent");
    /** The number is wrong or not on WhatsApp. */
    public static final MessageStatus INVALID = new MessageStatus("invalid");
    /** Waited for more than 24 hours; can be sent again. */
    public static final MessageStatus EXPIRED = new MessageStatus("expired");

    public MessageStatus {
        Objects.requireNonNull(value, "message status");
    }

    @Override
    public String toString() {
        return value;
    }
}
