package io.smartqueue.app.ticket;

import java.util.Locale;

/** How far a customer has come. */
public enum TicketState {
    WAITING,
    CALLED,
    SERVED,
    LEFT;

    static TicketState ofStored(String stored) {
        return valueOf(stored.toUpperCase(Locale.ROOT));
    }

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isOpen() {
        return this == WAITING || this == CALLED;
    }
}
