package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.OutboundMessage;

import java.util.Objects;

/**
 * A message in the form in which a store keeps it until it is sent. Prints its size only.
 *
 * @param json the message as JSON, in this library's own form
 */
public record Payload(String json) {
    /** Comes first, so that a message of many megabytes need not be read for it; versions that do not know it pass it by. */
    private static final String BEGINNING = "{\"" + PayloadWriter.STARTS_CONVERSATION + "\":true,";

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
     * Puts a message into this form, with what its options say that has to be known when it is sent.
     *
     * @param message of any kind
     * @param options as it is enqueued with
     * @return the same for equal messages with the same options
     */
    public static Payload of(OutboundMessage message, EnqueueOptions options) {
        return new Payload(
                options.mayStartConversation()
                        ? PayloadWriter.writeStartingConversation(message)
                        : PayloadWriter.write(message));
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

    /**
     * Tells whether the message may go to somebody who has not written lately.
     *
     * @return what {@link EnqueueOptions#mayStartConversation} said
     */
    public boolean mayStartConversation() {
        return json.startsWith(BEGINNING);
    }

    @Override
    public String toString() {
        return "Payload[" + json.length() + " characters]";
    }
}
