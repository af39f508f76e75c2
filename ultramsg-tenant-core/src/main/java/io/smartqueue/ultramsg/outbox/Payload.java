package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.OutboundMessage;

import java.util.Objects;

/**
 * A message in the form in which a store keeps it until it is sent. Prints its size only.
 *
 * @param json the message as JSON, in this library's own form
 */
public record Payload(String json) {
    public Payload {
        Objects.requireNonNull(json, "json");
    }

    /**
     * Puts a message into this form.
     *
     * @param message of any kind
     * @return the same for equal messages
     */
    public static Payload of(OutboundMessage message) {
        return new Payload(PayloadWriter.write(message));
    }

    /**
     * Returns the message.
     *
     * @return equal to the one that was put into this form
     * @throws IllegalArgumentException if it is not of this form, which does not repeat it
     */
    public OutboundMessage message() {
        return PayloadReader.read(json);
    }

    @Override
    public String toString() {
        return "Payload[" + json.length() + " characters]";
    }
}
