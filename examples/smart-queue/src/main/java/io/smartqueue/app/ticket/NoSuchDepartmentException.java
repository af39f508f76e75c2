package io.smartqueue.app.ticket;

/** The organization has no department of that name. */
public final class NoSuchDepartmentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoSuchDepartmentException(String department) {
        super("there is no department " + department + ": add it first, or choose another");
    }
}
