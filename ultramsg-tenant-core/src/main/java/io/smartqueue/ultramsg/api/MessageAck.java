package io.smartqueue.ultramsg.api;

import java.util.Objects;

/**
 * How far WhatsApp has brought a message. The set is open: a level that is new to this library is kept as it is.
 * Source: docs/ultramsg-api.md, section 3.3.
 *
 * @param value UltraMsg's name for it
 */
public record MessageAck(String value) {
    /** Not at WhatsApp's server yet. */
    public static final MessageAck PENDING = new MessageAck("pending");
    /** At WhatsApp's server. */
    public static final MessageAck SERVER = new MessageAck("server");
    /** On the recipient's device: the best proof of delivery. */
    public static final MessageAck DEVICE = new MessageAck("device");
    /** Read. */
    public static final MessageAck READ = new MessageAck("read");
    /** A voice message or video was played. */
    public static final MessageAck PLAYED = new MessageAck("played");

    public MessageAck {
        Objects.requireNonNull(value, "message ack");
    }

    @Override
    public String toString() {
        return value;
    }
}
