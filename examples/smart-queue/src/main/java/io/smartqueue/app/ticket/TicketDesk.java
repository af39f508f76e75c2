package io.smartqueue.app.ticket;

import io.smartqueue.app.ticket.Teller.Telling;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.outbox.Outbox;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What happens to tickets. Each change and the message that tells the customer of it are in one transaction: a ticket that is called has
 * told its customer so, nobody hears of a call that was rolled back, and nobody of one that still waited when his ticket was over. A
 * customer is told of each event once.
 */
public final class TicketDesk {
    private static final Pattern LEAVING =
            Pattern.compile("[^\\p{L}\\p{N}]*(cancel|leave)[^\\p{L}\\p{N}]*", Pattern.CASE_INSENSITIVE);

    private final Jdbi database;
    private final Teller teller;

    public TicketDesk(Jdbi database, PostgresTenantStore store, Outbox outbox, Clock clock) {
        this.database = database;
        this.teller = new Teller(store, outbox, clock);
    }

    /** Gives a customer a place in a queue; one who has a place already keeps it. */
    public Ticket join(
            OrganizationId organization, String department, PhoneNumber phone, @Nullable String customerName) {
        return database.inTransaction(handle -> {
            requireOneTicketAtATime(handle, organization, phone);
            return Tickets.openOf(handle, organization, phone)
                    .or(() -> joined(handle, organization, department, phone, customerName))
                    .orElseThrow(() -> new TicketConflictException(
                            "queue_full", "all numbers of the department are taken: serve somebody first"));
        });
    }

    /** Empty if all numbers of the department are taken. A program may give one out between two looks at them. */
    private Optional<Ticket> joined(
            Handle handle,
            OrganizationId organization,
            String department,
            PhoneNumber phone,
            @Nullable String customerName) {
        Optional<String> number = Tickets.nextNumber(handle, organization, department);
        while (number.isPresent()) {
            Optional<Ticket> added = Tickets.add(
                    handle,
                    organization,
                    new Tickets.New(number.get(), department, phone, customerName, Tickets.Origin.DESK));
            if (added.isPresent()) {
                teller.tell(handle, added.get(), Telling.of(TicketEvent.TICKET_CREATED));
                return added;
            }
            number = Tickets.nextNumber(handle, organization, department);
        }
        return Optional.empty();
    }

    /**
     * Takes what a customer writes. His first message gives him a place in the queue of the department that it names, or of the first
     * one; with a ticket he is told where he stands, once a minute at most, so that two programs do not answer each other for ever; and
     * {@code leave} or {@code cancel} gives his place up. A message that is repeated changes nothing, and neither does one to an
     * organization without departments, or without a free number.
     */
    public void arrive(OrganizationId organization, Arrival arrival) {
        List<Department> departments = new TicketBoard(database).departments(organization);
        database.useTransaction(handle -> {
            if (!Tickets.noteInbound(handle, organization, arrival.key())) {
                return;
            }
            requireOneTicketAtATime(handle, organization, arrival.phone());
            Optional<Ticket> open = Tickets.openOf(handle, organization, arrival.phone())
                    .flatMap(ticket -> Tickets.lock(handle, organization, ticket.id()))
                    .filter(ticket -> ticket.state().isOpen());
            if (LEAVING.matcher(arrival.text()).matches()) {
                open.ifPresent(ticket -> leave(handle, ticket));
            } else if (open.isPresent()) {
                answer(handle, open.get(), arrival);
            } else if (!departments.isEmpty()) {
                String department = department(departments, arrival.text());
                joined(handle, organization, department, arrival.phone(), arrival.customerName());
            }
        });
    }

    private void leave(Handle handle, Ticket ticket) {
        Ticket left = Tickets.move(handle, ticket, TicketState.LEFT);
        teller.takeBack(handle, left);
        teller.tell(handle, left, Telling.of(TicketEvent.TICKET_LEFT));
    }

    private void answer(Handle handle, Ticket ticket, Arrival arrival) {
        if (!Tickets.toldPlaceOfLate(handle, ticket)) {
            TicketEvent text = ticket.state() == TicketState.CALLED ? TicketEvent.YOUR_TURN : TicketEvent.PLACE_ASKED;
            String once = TicketEvent.PLACE_ASKED.code() + "/" + arrival.key().value();
            teller.tell(handle, ticket, Telling.of(text).once(once));
        }
    }

    /** The longest name counts: who writes of wedding cakes does not want the counter for cakes. */
    private static String department(List<Department> departments, String text) {
        return departments.stream()
                .map(Department::name)
                .filter(name -> names(text, name))
                .max(Comparator.comparingInt(String::length))
                .orElseGet(() -> departments.get(0).name());
    }

    private static boolean names(String text, String department) {
        return Pattern.compile(
                        "(?<![\\p{L}\\p{N}])" + Pattern.quote(department) + "(?![\\p{L}\\p{N}])",
                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                .matcher(text)
                .find();
    }

    /** A customer who presses twice, or whose webhook comes on two nodes at once, must not get two numbers. */
    private static void requireOneTicketAtATime(Handle handle, OrganizationId organization, PhoneNumber phone) {
        Tickets.lockName(handle, organization, phone.e164());
    }

    /** Calls whoever has waited longest, and tells the one after him to come closer. */
    public Optional<Ticket> callNext(OrganizationId organization, String department) {
        return database.inTransaction(handle -> {
            // or a second clerk would pass over the one whom the first is telling to come closer
            Tickets.lockName(handle, organization, "calling for " + department);
            Optional<Ticket> called = Tickets.lockFirstWaiting(handle, organization, department)
                    .map(ticket -> Tickets.move(handle, ticket, TicketState.CALLED));
            called.ifPresent(ticket -> {
                teller.tell(handle, ticket, Telling.of(TicketEvent.YOUR_TURN));
                Tickets.lockFirstWaiting(handle, organization, department)
                        .ifPresent(next -> teller.tell(handle, next, Telling.of(TicketEvent.ALMOST_YOUR_TURN)));
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
                    teller.tell(
                            handle,
                            moved,
                            Telling.of(TicketEvent.TICKET_TRANSFERRED)
                                    .saying(Map.of("previousDepartmentName", ticket.department())));
                    return moved;
                }));
    }

    /** Ends a ticket: its customer was served, or has left. What still waits to be sent to him is not sent any more. */
    public Optional<Ticket> finish(OrganizationId organization, UUID id, TicketState end) {
        if (end.isOpen()) {
            throw new IllegalArgumentException("a ticket ends as served or left");
        }
        return database.inTransaction(handle -> {
            Optional<Ticket> finished = Tickets.lock(handle, organization, id)
                    .filter(ticket -> ticket.state().isOpen())
                    .map(ticket -> Tickets.move(handle, ticket, end));
            finished.ifPresent(ticket -> teller.takeBack(handle, ticket));
            return finished;
        });
    }

    /**
     * Takes what another program says has happened, and tells the customer. A ticket that is not known yet is added.
     *
     * @throws TicketConflictException if it does not go together with the ticket as it is
     * @throws NoSuchTicketException if the notice says neither id nor number
     * @throws IllegalArgumentException if the text cannot be sent
     */
    public Notified notify(OrganizationId organization, TicketNotice notice) {
        return database.inTransaction(handle -> taken(handle, organization, notice));
    }

    /** Does all that {@link #notify} does, and takes it back: what would be sent, or why not. */
    public Notified preview(OrganizationId organization, TicketNotice notice) {
        return database.withHandle(handle -> {
            handle.begin();
            try {
                return taken(handle, organization, notice);
            } finally {
                handle.rollback();
            }
        });
    }

    private Notified taken(Handle handle, OrganizationId organization, TicketNotice notice) {
        Ticket ticket = moved(handle, find(handle, organization, notice), notice);
        return teller.tell(handle, ticket, Telling.of(notice));
    }

    private static Ticket find(Handle handle, OrganizationId organization, TicketNotice notice) {
        Optional<Ticket> ours =
                Optional.ofNullable(notice.ticketId()).flatMap(id -> Tickets.lock(handle, organization, id));
        String number = notice.ticketNumber() != null ? notice.ticketNumber() : nameOf(notice);
        Ticket ticket = ours.orElseGet(() -> named(handle, organization, number, notice));
        if (!ticket.phone().equals(notice.phone())) {
            throw new TicketConflictException(
                    "another_customers",
                    "this is another customer's ticket: give the phone that it was made for, or another number");
        }
        return ticket;
    }

    private static String nameOf(TicketNotice notice) {
        if (notice.ticketId() == null) {
            throw new NoSuchTicketException("say which ticket: give ticketId or ticketNumber");
        }
        return notice.ticketId().toString();
    }

    private static Ticket named(Handle handle, OrganizationId organization, String number, TicketNotice notice) {
        Tickets.lockName(handle, organization, number);
        Tickets.endForgotten(handle, organization, number, notice.phone());
        return Tickets.lockOpen(handle, organization, number).orElseGet(() -> {
            Map<String, String> values = notice.values();
            String department = values.getOrDefault("departmentName", values.getOrDefault("newDepartmentName", "–"));
            @Nullable String name = values.get("customerName");
            return Tickets.add(
                            handle,
                            organization,
                            new Tickets.New(number, department, notice.phone(), name, Tickets.Origin.PROGRAM))
                    .or(() -> Tickets.lockOpen(handle, organization, number)) // the desk was faster
                    .orElseThrow();
        });
    }

    private static Ticket moved(Handle handle, Ticket ticket, TicketNotice notice) {
        @Nullable String newDepartment = notice.values().get("newDepartmentName");
        if (notice.event() == TicketEvent.YOUR_TURN && ticket.state() == TicketState.WAITING) {
            return Tickets.move(handle, ticket, TicketState.CALLED);
        } else if (notice.event() == TicketEvent.TICKET_TRANSFERRED
                && ticket.state().isOpen()
                && newDepartment != null
                && !newDepartment.equals(ticket.department())) {
            return Tickets.transfer(handle, ticket, newDepartment);
        }
        return ticket;
    }
}
