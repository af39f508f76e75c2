package io.smartqueue.app.ticket;

import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.UUID;

/**
 * What another program says has happened to a ticket, which it may know by our id or by its number.
 *
 * @param ticketId ours; one that we do not know is the caller's own, and is as good as a number
 * @param values what the caller knows of the text's variables; what it does not say is looked up
 * @param text the caller's own text, or null for the organization's
 * @param reach who gets the message where only those may be written to who have written themselves
 */
public record TicketNotice(
        TicketEvent event,
        @Nullable UUID ticketId,
        @Nullable String ticketNumber,
        PhoneNumber phone,
        Map<String, String> values,
        @Nullable String text,
        Reach reach) {
    /** Who gets a message. */
    public enum Reach {
        /** Those who have written within the last day, where the service answers only. */
        WRITERS,
        EVERYBODY
    }

    public TicketNotice {
        values = Map.copyOf(values);
    }

    @Override
    public String toString() {
        return "TicketNotice[" + event + ", " + ticketId + "]";
    }
}
