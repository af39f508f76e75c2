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
            + " Your place there: {queuePosition}."),
    /** A customer who has a ticket writes again. */
    PLACE_ASKED("Ticket *{ticketNumber}* at {organizationName}, {departmentName}: before you are {waitingCount}."
            + " Write *leave* to give your place up."),
    TICKET_LEFT("You have left the queue of {organizationName}. Write again for a new ticket.");

    private final String usualText;

    TicketEvent(String usualText) {
        this.usualText = usualText;
    }

    /** What is said unless an organization has a text of its own. */
    public String usualText() {
        return usualText;
    }

    /** As in JSON and in the database. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is of use for a short time only: it calls the customer. */
    boolean isCall() {
        return this == ALMOST_YOUR_TURN || this == YOUR_TURN;
    }

    /** Whether programs tell us of it, as those do that give out tickets themselves. */
    public boolean isOfPrograms() {
        return this != PLACE_ASKED && this != TICKET_LEFT;
    }

    public static Optional<TicketEvent> find(String code) {
        return Arrays.stream(values())
                .filter(event -> event.code().equals(code))
                .findFirst();
    }
}
