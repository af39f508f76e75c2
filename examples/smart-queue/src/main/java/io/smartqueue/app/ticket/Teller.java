package io.smartqueue.app.ticket;

import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.Outbox;
import io.smartqueue.ultramsg.outbox.Urgency;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Tells customers what happens to their tickets, in the transaction in which it happens, and of each event once. */
final class Teller {
    /** A customer who hears half an hour late that it is his turn runs for nothing. */
    private static final Duration USEFUL = Duration.ofMinutes(30);
    /** Nobody wants to hear of yesterday's ticket, say once UltraMsg works again. */
    private static final Duration SAME_DAY = Duration.ofHours(12);

    private final PostgresTenantStore store;
    private final Outbox outbox;
    private final Clock clock;

    Teller(PostgresTenantStore store, Outbox outbox, Clock clock) {
        this.store = store;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * What a customer is to be told.
     *
     * @param name what the ticket is told once at each of its places
     * @param said what is known of the text's variables; the rest is looked up
     * @param ownText in place of the organization's, or null
     */
    record Telling(
            TicketEvent event,
            String name,
            Map<String, String> said,
            @Nullable String ownText,
            TicketNotice.Reach reach) {
        static Telling of(TicketEvent event) {
            return new Telling(event, event.code(), Map.of(), null, TicketNotice.Reach.WRITERS);
        }

        static Telling of(TicketNotice notice) {
            return new Telling(notice.event(), notice.event().code(), notice.values(), notice.text(), notice.reach());
        }

        Telling saying(Map<String, String> values) {
            return new Telling(event, name, values, ownText, reach);
        }

        Telling once(String otherName) {
            return new Telling(event, otherName, said, ownText, reach);
        }
    }

    /**
     * Tells a customer, unless he was told before.
     *
     * @throws TicketConflictException if the ticket is done, or the message cannot be queued
     * @throws IllegalArgumentException if the text cannot be sent
     */
    Notified tell(Handle handle, Ticket ticket, Telling telling) {
        String once = ticket.place() == 1 ? telling.name() : telling.name() + "/" + ticket.place();
        String text = telling.ownText() != null
                ? telling.ownText()
                : MessageTexts.filled(
                        handle, ticket.organization(), telling.event(), values(handle, ticket, telling.said()));
        Optional<Reference> before = Tickets.messageOf(handle, ticket, once);
        if (before.isPresent()) {
            return new Notified(ticket, new EnqueueResult.AlreadyThere(before.get()), text);
        }
        if (!ticket.state().isOpen() && telling.event() != TicketEvent.TICKET_LEFT) {
            throw new TicketConflictException(
                    "ticket_done", "the customer has been served or has left: there is nothing more to tell him");
        }
        EnqueueResult result = outbox.enqueue(
                store.enlist(handle),
                ticket.organization(),
                TextMessage.of(Recipient.of(ticket.phone()), text),
                options(telling));
        if (result instanceof EnqueueResult.Refused refused) {
            throw new TicketConflictException("message_refused", refused.detail());
        }
        Tickets.addMessage(handle, ticket, once, result.reference());
        return new Notified(ticket, result, text);
    }

    /** Takes back what still waits to be told of a ticket: it is over, and nobody is to hear that it is his turn. */
    void takeBack(Handle handle, Ticket ticket) {
        Tickets.messagesOf(handle, ticket)
                .forEach(reference -> outbox.cancel(store.enlist(handle), ticket.organization(), reference));
    }

    private EnqueueOptions options(Telling telling) {
        // before all else that the organization sends, and one after the other: a call must not overtake what says
        // where to go
        EnqueueOptions.Builder options = EnqueueOptions.builder()
                .urgency(Urgency.URGENT)
                .expiresAt(clock.instant().plus(telling.event().isCall() ? USEFUL : SAME_DAY));
        if (telling.reach() == TicketNotice.Reach.EVERYBODY) {
            options.startConversation();
        }
        return options.build();
    }

    private static Map<String, String> values(Handle handle, Ticket ticket, Map<String, String> said) {
        int before = Tickets.before(handle, ticket);
        Map<String, String> values = new HashMap<>();
        values.put("ticketNumber", ticket.number());
        values.put("departmentName", ticket.department());
        values.put("serviceName", ticket.department());
        values.put("newDepartmentName", ticket.department());
        if (ticket.customerName() != null) {
            values.put("customerName", ticket.customerName());
        }
        values.put("waitingCount", String.valueOf(before));
        values.put("queuePosition", String.valueOf(before + 1));
        values.put("organizationName", organizationName(handle, ticket.organization()));
        Tickets.nowServing(handle, ticket.organization(), ticket.department())
                .ifPresent(number -> values.put("currentServing", number));
        values.putAll(said);
        return values;
    }

    private static String organizationName(Handle handle, OrganizationId organization) {
        return handle.createQuery("SELECT name FROM organizations WHERE id = :organization")
                .bind("organization", Tickets.key(organization))
                .mapTo(String.class)
                .one();
    }
}
