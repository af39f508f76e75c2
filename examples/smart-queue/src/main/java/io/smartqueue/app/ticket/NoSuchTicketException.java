package io.smartqueue.app.ticket;

/** Nobody knows which ticket is meant. */
public final class NoSuchTicketException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoSuchTicketException(String message) {
        super(message);
    }
}
