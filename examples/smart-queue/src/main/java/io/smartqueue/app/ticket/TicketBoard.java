package io.smartqueue.app.ticket;

import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jdbi.v3.core.Jdbi;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What there is to see of an organization's queues. */
public final class TicketBoard {
    private final Jdbi database;

    public TicketBoard(Jdbi database) {
        this.database = database;
    }

    /** Who is here: those who have been called, then those who wait, first come first. */
    public List<Ticket> open(OrganizationId organization) {
        return database.withHandle(handle -> Tickets.open(handle, organization));
    }

    /** Who has been served or has left, newest first. */
    public List<Ticket> done(OrganizationId organization, int limit) {
        return database.withHandle(handle -> Tickets.done(handle, organization, limit));
    }

    /** What customers were told, newest first. */
    public List<TicketMessage> messages(OrganizationId organization, int limit) {
        return database.withHandle(handle -> Tickets.messages(handle, organization, limit));
    }

    /** What the customers of some tickets were told last, by ticket. */
    public Map<UUID, TicketMessage> lastMessages(OrganizationId organization, Collection<UUID> tickets) {
        return database.withHandle(handle -> Tickets.lastMessages(handle, organization, tickets)).stream()
                .collect(Collectors.toMap(TicketMessage::ticket, Function.identity()));
    }

    public List<Department> departments(OrganizationId organization) {
        return database.withHandle(handle -> handle.createQuery(
                        "SELECT name, prefix FROM departments WHERE organization_id = :organization"
                                + " ORDER BY prefix")
                .bind("organization", Tickets.key(organization))
                .map((row, context) -> new Department(row.getString("name"), row.getString("prefix")))
                .list());
    }

    /** Adds a department, unless there is one of that name or prefix. */
    public boolean add(OrganizationId organization, Department department) {
        return database.withHandle(handle -> handle.createUpdate(
                                "INSERT INTO departments (organization_id, name, prefix) VALUES (:organization, :name, :prefix)"
                                        + " ON CONFLICT DO NOTHING")
                        .bind("organization", Tickets.key(organization))
                        .bind("name", department.name())
                        .bind("prefix", department.prefix())
                        .execute()
                == 1);
    }
}
