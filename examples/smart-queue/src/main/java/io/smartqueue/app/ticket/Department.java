package io.smartqueue.app.ticket;

/** A counter, a clinic, a desk: what has a queue of its own. */
public record Department(String name, String prefix) {
    static final int MAX_NAME = 60;

    public Department {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("a department's name has 1 to " + MAX_NAME + " characters");
        }
        if (!prefix.matches("[A-Z]{1,3}")) {
            throw new IllegalArgumentException("a department's prefix is one to three letters from A to Z");
        }
    }
}
