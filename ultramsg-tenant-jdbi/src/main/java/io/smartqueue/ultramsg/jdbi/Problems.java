package io.smartqueue.ultramsg.jdbi;

import java.util.ArrayList;
import java.util.List;

/** What stands in the way, in the order in which it was found. Not thread-safe. */
final class Problems {
    private final List<String> found = new ArrayList<>();

    /**
     * Adds one.
     *
     * @param wrong what is wrong, without a full stop
     * @param mend what to run
     */
    void add(String wrong, String mend) {
        found.add(wrong + ". To mend: " + mend);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<String> all() {
        return List.copyOf(found);
    }

    /** What mends whatever a migration makes. */
    static String runAgain(String file) {
        return "run %s of this library again, as the owner of the table".formatted(file);
    }
}
