package io.smartqueue.app.ticket;

import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.Outbox;
import io.smartqueue.ultramsg.outbox.Urgency;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What happens to tickets. Each change and the message that tells the customer of it are in one transaction: a ticket that is called has
 * told its customer so, and nobody hears of a call that was rolled back. A customer is told of each event once.
 */
public final class TicketDesk {
    /** A customer who hears half an hour late that it is his turn runs for nothing. */
    private static final Duration USEFUL = Duration.ofMinutes(30);

    private final Jdbi database;
    private final PostgresTenantStore store;
    private final Outbox outbox;
    private final Clock clock;

    public TicketDesk(Jdbi database, PostgresTenantStore store, Outbox outbox, Clock clock) {
        this.database = database;
        this.store = store;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Gives a customer a place in a queue; one who has a place already keeps it. */
    public Ticket join(
            OrganizationId organization, String department, PhoneNumber phone, @Nullable String customerName) {
        return database.inTransaction(handle -> {
            requireOneTicketAtATime(handle, organization, phone);
            Optional<Ticket> there = Tickets.openOf(handle, organization, phone);
            if (there.isPresent()) {
                return there.get();
            }
            String number = Tickets.nextNumber(handle, organization, department);
            Ticket ticket = Tickets.add(handle, organization, number, department, phone, customerName);
            tell(handle, ticket, TicketEvent.TICKET_CREATED, Map.of(), null);
            return ticket;
        });
    }

    /** Gives a customer who writes a place in the queue of the department that he names, or of the first one. */
    public Ticket arrive(OrganizationId organization, PhoneNumber phone, @Nullable String customerName, String text) {
        List<Department> departments = new TicketBoard(database).departments(organization);
        String department = departments.stream()
                .map(Department::name)
                .filter(text::contains)
                .findFirst()
                .or(() -> departments.stream().map(Department::name).findFirst())
                .orElseThrow(() -> new NoSuchDepartmentException("at all"));
        return join(organization, department, phone, customerName);
    }

    /** A customer who presses twice, or whose webhook comes on two nodes at once, must not get two numbers. */
    private static void requireOneTicketAtATime(Handle handle, OrganizationId organization, PhoneNumber phone) {
        handle.createQuery("SELECT pg_advisory_xact_lock(hashtextextended(:who, 0))::text")
                .bind("who", organization.value() + phone.e164())
                .mapTo(String.class)
                .one();
    }

    /** Calls whoever has waited longest, and tells the one after him to come closer. */
    public Optional<Ticket> callNext(OrganizationId organization, String department) {
        return database.inTransaction(handle -> {
            Optional<Ticket> called = Tickets.lockFirstWaiting(handle, organization, department)
                    .map(ticket -> Tickets.move(handle, ticket, TicketState.CALLED));
            called.ifPresent(ticket -> {
                tell(handle, ticket, TicketEvent.YOUR_TURN, Map.of(), null);
                Tickets.lockFirstWaiting(handle, organization, department)
                        .ifPresent(next -> tell(handle, next, TicketEvent.ALMOST_YOUR_TURN, Map.of(), null));
            });
            return called;
        });
    }

    /** Sends a customer to another department's queue, at its end. */
    public Optional<Ticket> transfer(OrganizationId organization, UUID id, String department) {
        return database.inTransaction(handle -> Tickets.lock(handle, organization, id)
                .filter(ticket ->
                        ticket.state().isOpen() && !ticket.department().equals(department))
                .map(ticket -> {
                    Ticket moved = Tickets.transfer(handle, ticket, department);
                    tell(
                            handle,
                            moved,
                            TicketEvent.TICKET_TRANSFERRED,
                            Map.of("previousDepartmentName", ticket.department()),
                            null);
                    return moved;
                }));
    }

    /** Ends a ticket: its customer was served, or has left. What still waits to be sent to him is not sent any more. */
    public Optional<Ticket> finish(OrganizationId organization, UUID id, TicketState end) {
        if (end.isOpen()) {
            throw new IllegalArgumentException("a ticket ends as served or left");
        }
        Optional<Ticket> finished = database.inTransaction(handle -> Tickets.lock(handle, organization, id)
                .filter(ticket -> ticket.state().isOpen())
                .map(ticket -> Tickets.move(handle, ticket, end)));
        finished.ifPresent(ticket -> messagesOf(ticket).forEach(reference -> outbox.cancel(organization, reference)));
        return finished;
    }

    private List<Reference> messagesOf(Ticket ticket) {
        return database.withHandle(handle -> Tickets.messages(handle, ticket.organization(), 500)).stream()
                .filter(message -> message.ticket().equals(ticket.id()))
                .map(TicketMessage::reference)
                .toList();
    }

    /** Takes what another program says has happened, and tells the customer. A ticket that is not known yet is added. */
    public Notified notify(OrganizationId organization, TicketNotice notice) {
        return database.inTransaction(handle -> {
            Ticket ticket = moved(handle, find(handle, organization, notice), notice);
            return tell(handle, ticket, notice.event(), notice.values(), notice.text());
        });
    }

    /** Does all that {@link #notify} does, and takes it back: what would be sent, or why not. */
    public Notified preview(OrganizationId organization, TicketNotice notice) {
        return database.withHandle(handle -> {
            handle.begin();
            try {
                Ticket ticket = moved(handle, find(handle, organization, notice), notice);
                return tell(handle, ticket, notice.event(), notice.values(), notice.text());
            } finally {
                handle.rollback();
            }
        });
    }

    private static Ticket find(Handle handle, OrganizationId organization, TicketNotice notice) {
        if (notice.ticketId() != null) {
            return Tickets.lock(handle, organization, notice.ticketId())
                    .orElseThrow(() -> new NoSuchTicketException("there is no ticket of this ticketId"));
        }
        String number = notice.ticketNumber();
        if (number == null) {
            throw new NoSuchTicketException("say which ticket: give ticketId or ticketNumber");
        }
        return Tickets.lockOpen(handle, organization, number).orElseGet(() -> {
            Map<String, String> values = notice.values();
            String department = values.getOrDefault("departmentName", values.getOrDefault("newDepartmentName", "–"));
            return Tickets.add(handle, organization, number, department, notice.phone(), values.get("customerName"));
        });
    }

    private static Ticket moved(Handle handle, Ticket ticket, TicketNotice notice) {
        String newDepartment = notice.values().get("newDepartmentName");
        if (notice.event() == TicketEvent.YOUR_TURN && ticket.state() == TicketState.WAITING) {
            return Tickets.move(handle, ticket, TicketState.CALLED);
        } else if (notice.event() == TicketEvent.TICKET_TRANSFERRED
                && newDepartment != null
                && !newDepartment.equals(ticket.department())) {
            return Tickets.transfer(handle, ticket, newDepartment);
        }
        return ticket;
    }

    private Notified tell(
            Handle handle, Ticket ticket, TicketEvent event, Map<String, String> said, @Nullable String ownText) {
        String once = event == TicketEvent.TICKET_TRANSFERRED ? event.code() + "/" + ticket.department() : event.code();
        String text = ownText != null
                ? ownText
                : MessageTexts.filled(handle, ticket.organization(), event, values(handle, ticket, said));
        Optional<Reference> before = Tickets.messageOf(handle, ticket, once);
        if (before.isPresent()) {
            return new Notified(ticket, new EnqueueResult.AlreadyThere(before.get()), text);
        }
        EnqueueResult result = outbox.enqueue(
                store.enlist(handle),
                ticket.organization(),
                TextMessage.of(Recipient.of(ticket.phone()), text),
                options(event));
        if (!(result instanceof EnqueueResult.Refused)) {
            Tickets.addMessage(handle, ticket, once, result.reference());
        }
        return new Notified(ticket, result, text);
    }

    private EnqueueOptions options(TicketEvent event) {
        EnqueueOptions.Builder options = EnqueueOptions.builder();
        if (event == TicketEvent.YOUR_TURN || event == TicketEvent.ALMOST_YOUR_TURN) {
            options.urgency(Urgency.URGENT).expiresAt(clock.instant().plus(USEFUL));
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
        values.put("customerName", ticket.customerName() == null ? "" : ticket.customerName());
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
