package io.smartqueue.app.ticket;

import io.smartqueue.ultramsg.link.TextTemplate;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What an organization says at each event: its own text, or the usual one. */
public final class MessageTexts {
    /** What texts may name in braces. */
    public static final Set<String> VARIABLES = Set.of(
            "customerName",
            "organizationName",
            "departmentName",
            "serviceName",
            "ticketNumber",
            "currentServing",
            "waitingCount",
            "queuePosition",
            "estimatedWaitTime",
            "previousDepartmentName",
            "previousServiceName",
            "newDepartmentName",
            "newServiceName");

    private static final String UNKNOWN = "–";

    private final Jdbi database;

    public MessageTexts(Jdbi database) {
        this.database = database;
    }

    public Map<TicketEvent, String> all(OrganizationId organization) {
        Map<TicketEvent, String> texts = new EnumMap<>(TicketEvent.class);
        database.useHandle(handle -> {
            for (TicketEvent event : TicketEvent.values()) {
                texts.put(event, text(handle, organization, event));
            }
        });
        return texts;
    }

    /**
     * Saves an organization's own text; a blank one brings the usual text back.
     *
     * @throws IllegalArgumentException if the text names a variable that there is not, or has a brace that belongs to none
     */
    public void save(OrganizationId organization, TicketEvent event, String text) {
        if (!text.isBlank()) {
            TextTemplate.of(text, VARIABLES);
        }
        database.useHandle(handle -> {
            if (text.isBlank()) {
                handle.createUpdate(
                                "DELETE FROM message_texts WHERE organization_id = :organization AND event = :event")
                        .bind("organization", Tickets.key(organization))
                        .bind("event", event.code())
                        .execute();
            } else {
                handle.createUpdate("INSERT INTO message_texts (organization_id, event, text)"
                                + " VALUES (:organization, :event, :text)"
                                + " ON CONFLICT (organization_id, event) DO UPDATE SET text = excluded.text")
                        .bind("organization", Tickets.key(organization))
                        .bind("event", event.code())
                        .bind("text", text)
                        .execute();
            }
        });
    }

    /** The text of an event with values in it; what nobody knows is said as a dash, and whose name nobody knows is a customer. */
    public String filled(OrganizationId organization, TicketEvent event, Map<String, String> values) {
        return database.withHandle(handle -> filled(handle, organization, event, values));
    }

    static String filled(Handle handle, OrganizationId organization, TicketEvent event, Map<String, String> values) {
        Map<String, String> known = new HashMap<>();
        VARIABLES.forEach(variable -> known.put(variable, values.getOrDefault(variable, UNKNOWN)));
        known.put("customerName", values.getOrDefault("customerName", "Customer"));
        return TextTemplate.of(text(handle, organization, event), VARIABLES).fill(known);
    }

    private static String text(Handle handle, OrganizationId organization, TicketEvent event) {
        return handle.createQuery(
                        "SELECT text FROM message_texts WHERE organization_id = :organization AND event = :event")
                .bind("organization", Tickets.key(organization))
                .bind("event", event.code())
                .mapTo(String.class)
                .findOne()
                .orElse(event.usualText());
    }
}
