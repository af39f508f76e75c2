package io.smartqueue.app.ticket;

import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.webhook.EventKey;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The tables of tickets and of what they were told. Every statement names the organization. */
final class Tickets {
    private static final RowMapper<Ticket> TICKET = (row, context) -> new Ticket(
            OrganizationId.of(row.getObject("organization_id", UUID.class)),
            row.getObject("id", UUID.class),
            row.getString("number"),
            row.getString("department"),
            PhoneNumber.parse(row.getString("phone")),
            row.getString("customer_name"),
            TicketState.ofStored(row.getString("state")),
            row.getInt("place"),
            row.getObject("created_at", OffsetDateTime.class).toInstant(),
            instant(row.getObject("called_at", OffsetDateTime.class)));

    private static final RowMapper<TicketMessage> MESSAGE = (row, context) -> new TicketMessage(
            row.getObject("ticket_id", UUID.class),
            row.getString("number"),
            row.getString("event"),
            Reference.of(row.getString("reference")),
            row.getObject("created_at", OffsetDateTime.class).toInstant());

    private Tickets() {}

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    /** Who gives out a ticket's number. */
    enum Origin {
        DESK,
        PROGRAM
    }

    /** What there is to write down of a new ticket. */
    record New(
            String number,
            String department,
            PhoneNumber phone,
            @Nullable String customerName,
            Origin origin) {}

    /** Adds a ticket, unless an open one has its number. */
    static Optional<Ticket> add(Handle handle, OrganizationId organization, New ticket) {
        return handle.createQuery(
                        "INSERT INTO tickets (organization_id, number, department, phone, customer_name, origin)"
                                + " VALUES (:organization, :number, :department, :phone, :name, :origin)"
                                + " ON CONFLICT DO NOTHING RETURNING *")
                .bind("organization", key(organization))
                .bind("number", ticket.number())
                .bind("department", ticket.department())
                .bind("phone", ticket.phone().e164())
                .bind("name", ticket.customerName())
                .bind("origin", ticket.origin().name().toLowerCase(Locale.ROOT))
                .map(TICKET)
                .findOne();
    }

    /**
     * Ends a ticket of another program's whose number it has given to somebody else by now, or on another day: programs tell us when a
     * ticket begins, and few of them when it ends.
     */
    static void endForgotten(Handle handle, OrganizationId organization, String number, PhoneNumber phone) {
        handle.createUpdate(
                        "UPDATE tickets SET state = 'left' WHERE organization_id = :organization AND number = :number"
                                + " AND state IN ('waiting', 'called') AND origin = 'program'"
                                + " AND (phone <> :phone OR queued_at < now() - interval '1 day')")
                .bind("organization", key(organization))
                .bind("number", number)
                .bind("phone", phone.e164())
                .execute();
    }

    /** Keeps everybody else from doing anything with that name in the organization until the transaction ends. */
    static void lockName(Handle handle, OrganizationId organization, String name) {
        handle.createQuery("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))::text")
                .bind("name", organization.value() + "/" + name)
                .mapTo(String.class)
                .one();
    }

    /** The department's next number that no open ticket has; empty if all have one, another program's included. */
    static Optional<String> nextNumber(Handle handle, OrganizationId organization, String department) {
        boolean isKnown = handle.createQuery(
                        "SELECT name FROM departments WHERE organization_id = :organization AND name = :department"
                                + " FOR UPDATE")
                .bind("organization", key(organization))
                .bind("department", department)
                .mapTo(String.class)
                .findOne()
                .isPresent();
        if (!isKnown) {
            throw new NoSuchDepartmentException(department);
        }
        return handle.createQuery("UPDATE departments AS d SET last_number = free.number"
                        + " FROM (SELECT n.number, n.text FROM departments AS mine"
                        + " CROSS JOIN generate_series(0, 998) AS g (step)"
                        + " CROSS JOIN LATERAL (SELECT (mine.last_number + g.step) % 999 + 1) AS i (number)"
                        + " CROSS JOIN LATERAL (SELECT i.number, mine.prefix || '-' || lpad(i.number::text, 3, '0')) AS n (number, text)"
                        + " WHERE mine.organization_id = :organization AND mine.name = :department AND NOT EXISTS ("
                        + "SELECT FROM tickets AS t WHERE t.organization_id = mine.organization_id AND t.number = n.text"
                        + " AND t.state IN ('waiting', 'called'))"
                        + " ORDER BY g.step LIMIT 1) AS free"
                        + " WHERE d.organization_id = :organization AND d.name = :department RETURNING free.text")
                .bind("organization", key(organization))
                .bind("department", department)
                .mapTo(String.class)
                .findOne();
    }

    /** Keeps everybody else from telling this ticket anything until the transaction ends. */
    static Optional<Ticket> lock(Handle handle, OrganizationId organization, UUID id) {
        return handle.createQuery("SELECT * FROM tickets WHERE organization_id = :organization AND id = :id FOR UPDATE")
                .bind("organization", key(organization))
                .bind("id", id)
                .map(TICKET)
                .findOne();
    }

    static Optional<Ticket> lockOpen(Handle handle, OrganizationId organization, String number) {
        return handle.createQuery("SELECT * FROM tickets WHERE organization_id = :organization AND number = :number"
                        + " AND state IN ('waiting', 'called') FOR UPDATE")
                .bind("organization", key(organization))
                .bind("number", number)
                .map(TICKET)
                .findOne();
    }

    static Optional<Ticket> openOf(Handle handle, OrganizationId organization, PhoneNumber phone) {
        return handle.createQuery("SELECT * FROM tickets WHERE organization_id = :organization AND phone = :phone"
                        + " AND state IN ('waiting', 'called') ORDER BY created_at DESC LIMIT 1")
                .bind("organization", key(organization))
                .bind("phone", phone.e164())
                .map(TICKET)
                .findOne();
    }

    /** The first who waits and whom nobody else is calling at this moment. */
    static Optional<Ticket> lockFirstWaiting(Handle handle, OrganizationId organization, String department) {
        return handle.createQuery(
                        "SELECT * FROM tickets WHERE organization_id = :organization AND department = :department"
                                + " AND state = 'waiting' ORDER BY queued_at LIMIT 1 FOR UPDATE SKIP LOCKED")
                .bind("organization", key(organization))
                .bind("department", department)
                .map(TICKET)
                .findOne();
    }

    static Ticket move(Handle handle, Ticket ticket, TicketState state) {
        return handle.createQuery("UPDATE tickets SET state = :state,"
                        + " called_at = CASE WHEN :state = 'called' THEN clock_timestamp() ELSE called_at END"
                        + " WHERE organization_id = :organization AND id = :id RETURNING *")
                .bind("organization", key(ticket.organization()))
                .bind("id", ticket.id())
                .bind("state", state.stored())
                .map(TICKET)
                .one();
    }

    static Ticket transfer(Handle handle, Ticket ticket, String department) {
        return handle.createQuery("UPDATE tickets SET department = :department, state = 'waiting', called_at = NULL,"
                        + " queued_at = clock_timestamp(), place = place + 1"
                        + " WHERE organization_id = :organization AND id = :id RETURNING *")
                .bind("organization", key(ticket.organization()))
                .bind("id", ticket.id())
                .bind("department", department)
                .map(TICKET)
                .one();
    }

    /** How many wait in the ticket's department before it. */
    static int before(Handle handle, Ticket ticket) {
        return handle.createQuery("SELECT count(*) FROM tickets AS t JOIN tickets AS mine"
                        + " ON mine.organization_id = t.organization_id AND mine.id = :id"
                        + " WHERE t.organization_id = :organization AND t.department = :department AND t.state = 'waiting'"
                        + " AND t.queued_at < mine.queued_at")
                .bind("organization", key(ticket.organization()))
                .bind("department", ticket.department())
                .bind("id", ticket.id())
                .mapTo(Integer.class)
                .one();
    }

    static Optional<String> nowServing(Handle handle, OrganizationId organization, String department) {
        return handle.createQuery("SELECT number FROM tickets WHERE organization_id = :organization"
                        + " AND department = :department AND state = 'called' ORDER BY called_at DESC LIMIT 1")
                .bind("organization", key(organization))
                .bind("department", department)
                .mapTo(String.class)
                .findOne();
    }

    /** Who is here, in the order in which they will be called, those who have been called first. */
    static List<Ticket> open(Handle handle, OrganizationId organization) {
        return handle.createQuery("SELECT * FROM tickets WHERE organization_id = :organization"
                        + " AND state IN ('waiting', 'called') ORDER BY state, queued_at LIMIT 500")
                .bind("organization", key(organization))
                .map(TICKET)
                .list();
    }

    static List<Ticket> done(Handle handle, OrganizationId organization, int limit) {
        return handle.createQuery("SELECT * FROM tickets WHERE organization_id = :organization"
                        + " AND state IN ('served', 'left') ORDER BY created_at DESC LIMIT :limit")
                .bind("organization", key(organization))
                .bind("limit", limit)
                .map(TICKET)
                .list();
    }

    static void addMessage(Handle handle, Ticket ticket, String event, Reference reference) {
        handle.createUpdate("INSERT INTO ticket_messages (organization_id, ticket_id, event, reference)"
                        + " VALUES (:organization, :ticket, :event, :reference)")
                .bind("organization", key(ticket.organization()))
                .bind("ticket", ticket.id())
                .bind("event", event)
                .bind("reference", reference.value())
                .execute();
    }

    static Optional<Reference> messageOf(Handle handle, Ticket ticket, String event) {
        return handle.createQuery("SELECT reference FROM ticket_messages WHERE organization_id = :organization"
                        + " AND ticket_id = :ticket AND event = :event")
                .bind("organization", key(ticket.organization()))
                .bind("ticket", ticket.id())
                .bind("event", event)
                .mapTo(String.class)
                .findOne()
                .map(Reference::of);
    }

    static List<Reference> messagesOf(Handle handle, Ticket ticket) {
        return handle.createQuery("SELECT reference FROM ticket_messages WHERE organization_id = :organization"
                        + " AND ticket_id = :ticket")
                .bind("organization", key(ticket.organization()))
                .bind("ticket", ticket.id())
                .mapTo(String.class)
                .map(Reference::of)
                .list();
    }

    /** Whether a customer was told within the last minute where he stands. */
    static boolean toldPlaceOfLate(Handle handle, Ticket ticket) {
        return handle.createQuery("SELECT exists (SELECT FROM ticket_messages WHERE organization_id = :organization"
                        + " AND ticket_id = :ticket AND event LIKE 'place_asked%'"
                        + " AND created_at > now() - interval '1 minute')")
                .bind("organization", key(ticket.organization()))
                .bind("ticket", ticket.id())
                .mapTo(Boolean.class)
                .one();
    }

    /** Notes that a customer's message is dealt with in this transaction; false if one has done so before. */
    static boolean noteInbound(Handle handle, OrganizationId organization, EventKey event) {
        handle.createUpdate("DELETE FROM inbound_messages WHERE (organization_id, event_key) IN"
                        + " (SELECT organization_id, event_key FROM inbound_messages WHERE organization_id = :organization"
                        + " AND received_at < now() - interval '7 days' LIMIT 100 FOR UPDATE SKIP LOCKED)")
                .bind("organization", key(organization))
                .execute();
        return handle.createUpdate("INSERT INTO inbound_messages (organization_id, event_key)"
                                + " VALUES (:organization, :event) ON CONFLICT DO NOTHING")
                        .bind("organization", key(organization))
                        .bind("event", event.value())
                        .execute()
                == 1;
    }

    static List<TicketMessage> messages(Handle handle, OrganizationId organization, int limit) {
        return handle.createQuery("SELECT m.*, t.number FROM ticket_messages AS m JOIN tickets AS t"
                        + " ON t.organization_id = m.organization_id AND t.id = m.ticket_id"
                        + " WHERE m.organization_id = :organization ORDER BY m.created_at DESC LIMIT :limit")
                .bind("organization", key(organization))
                .bind("limit", limit)
                .map(MESSAGE)
                .list();
    }

    /** Of each of these tickets the message that came last. */
    static List<TicketMessage> lastMessages(Handle handle, OrganizationId organization, Collection<UUID> tickets) {
        return handle.createQuery("SELECT DISTINCT ON (m.ticket_id) m.*, t.number FROM ticket_messages AS m"
                        + " JOIN tickets AS t ON t.organization_id = m.organization_id AND t.id = m.ticket_id"
                        + " WHERE m.organization_id = :organization AND m.ticket_id = ANY(:tickets)"
                        + " ORDER BY m.ticket_id, m.created_at DESC")
                .bind("organization", key(organization))
                .bindArray("tickets", UUID.class, tickets.toArray())
                .map(MESSAGE)
                .list();
    }

    static UUID key(OrganizationId organization) {
        return UUID.fromString(organization.value());
    }
}
