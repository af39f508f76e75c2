package io.smartqueue.app.ticket;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What customers are told of. */
public enum TicketEvent {
    TICKET_CREATED("Hello {customerName}, you have ticket *{ticketNumber}* at {organizationName}, {departmentName}."
            + " Before you: {waitingCount}. We write again when it is almost your turn."),
    ALMOST_YOUR_TURN("Ticket *{ticketNumber}*: you are next at {organizationName}, {departmentName}."
            + " Now serving {currentServing}. Please come closer."),
    YOUR_TURN("Ticket *{ticketNumber}*: it is your turn. Please come to {departmentName}."),
    TICKET_TRANSFERRED("Ticket *{ticketNumber}* now waits at {newDepartmentName} instead of {previousDepartmentName}."
            + " Your place there: {queuePosition}.");

    private final String usualText;

    TicketEvent(String usualText) {
        this.usualText = usualText;
    }

    /** What is said unless an organization has a text of its own. */
    String usualText() {
        return usualText;
    }

    /** As in JSON and in the database. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<TicketEvent> find(String code) {
        return Arrays.stream(values())
                .filter(event -> event.code().equals(code))
                .findFirst();
    }
}
