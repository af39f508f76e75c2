package io.smartqueue.app.ticket;

/** What a program says does not go together with the ticket as it is. */
public final class TicketConflictException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String code;

    /**
     * Says what is wrong.
     *
     * @param code a name that stays, for programs
     * @param message what to do about it; without numbers and names
     */
    TicketConflictException(String code, String message) {
        super(message);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
