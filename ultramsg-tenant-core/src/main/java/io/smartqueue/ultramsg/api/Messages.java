package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;

import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Messages: sending them, and the queue they wait in. Get one from {@link UltraMsgClient#messages()}, which also says what
 * the methods throw.
 *
 * <p>Thread-safe. Source: docs/ultramsg-api.md, sections 2.1 and 2.2.
 */
public final class Messages {
    private final Calls calls;
    private final BiFunction<OutboundMessage, SendOptions, SendResult> sending;

    Messages(Calls calls, BiFunction<OutboundMessage, SendOptions, SendResult> sending) {
        this.calls = calls;
        this.sending = sending;
    }

    /**
     * Puts a message into the instance's queue, with one request and no more. Through a manager's client, the organization's
     * status and daily limit count as for {@code manager.send}.
     *
     * @param message the message
     * @param options reference, priority and deadline (default the client's)
     * @return {@link SendResult.Unknown} if the request left and no reply tells what became of it
     */
    public SendResult send(OutboundMessage message, SendOptions options) {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(options, "options");
        return sending.apply(message, options);
    }

    /**
     * Reacts to a message with an emoji. Counts towards no limit.
     *
     * @param message which message, sent or received
     * @param emoji one emoji; an empty text takes a reaction back, as far as UltraMsg's other parameters let one expect
     */
    public void react(MessageId message, String emoji) {
        calls.command(
                "messages/reaction",
                new Form().addSecret("msgId", message.value()).addSecret("emoji", emoji));
    }

    /**
     * Deletes a message from WhatsApp. Cannot be undone; UltraMsg does not say whether it also goes from the recipient's phone.
     *
     * @param message which message
     */
    public void deleteFromWhatsApp(MessageId message) {
        calls.command("messages/delete", new Form().addSecret("msgId", message.value()));
    }

    /**
     * Puts every message of a status into the queue again. Calling it twice may send messages twice. Counts towards no daily
     * limit: each took its place when it was sent first.
     *
     * @param status {@link MessageStatus#UNSENT} or {@link MessageStatus#EXPIRED}
     */
    public void resendAllOfStatus(MessageStatus status) {
        calls.command("messages/resendByStatus", new Form().add("status", status.value()));
    }

    /**
     * Puts one message into the queue again. Calling it twice may send it twice. Counts towards no daily limit.
     *
     * @param id UltraMsg's number for the message
     */
    public void resend(QueueId id) {
        calls.command("messages/resendById", new Form().add("id", assigned(id)));
    }

    /**
     * Deletes every message of a status from UltraMsg's records. Cannot be undone: of {@link MessageStatus#QUEUE}, they are
     * never sent; of the others, the record of what became of them is gone.
     *
     * @param status {@code QUEUE}, {@code SENT}, {@code UNSENT} or {@code INVALID}; others are not documented
     */
    public void deleteAllOfStatus(MessageStatus status) {
        calls.command("messages/clear", new Form().add("status", status.value()));
    }

    /**
     * Lists messages of UltraMsg's records, lazily: each page is asked for when the reader gets there, with its own deadline,
     * and none after the reader stops.
     *
     * <p>Records move between pages when messages come or go meanwhile. One that comes twice is left out the second time, within
     * 10,000 messages; one that slips past is not seen. Oldest first, new messages move nothing.
     *
     * @param query which messages, in which order
     * @return the messages; not parallel, and to be read once, like every stream
     */
    public Stream<QueuedMessage> list(MessageQuery query) {
        Objects.requireNonNull(query, "query");
        return PagedMessages.stream(number -> page(query, number));
    }

    /**
     * Lists one page of messages.
     *
     * @param query which messages, in which order
     * @param number 1 or more
     * @return the page, empty if there are not so many
     * @throws IllegalArgumentException if the number is less than 1
     */
    public MessagePage page(MessageQuery query, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("page number is " + number + ", it must be 1 or more");
        }
        Form parameters = query.form().add("page", Integer.toString(number));
        return MessagePage.read(calls.askLong("messages", parameters), number);
    }

    /**
     * Counts the messages of UltraMsg's records by status.
     *
     * @return the counts
     */
    public MessageStatistics statistics() {
        JsonNode json = calls.ask("messages/statistics");
        return MessageStatistics.read(LenientJson.object(json, "messages_statistics"));
    }

    private static String assigned(QueueId id) {
        if (!id.isAssigned()) {
            throw new IllegalArgumentException("UltraMsg gave this message no queue id");
        }
        return id.value();
    }
}
