package io.smartqueue.app.page;

import io.javalin.http.Context;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import org.jspecify.annotations.Nullable;

import java.util.UUID;

/** What forms send. */
final class Fields {
    private Fields() {}

    /** A field without blanks around it; empty if it is not there. */
    static String text(Context request, String name) {
        @Nullable String value = request.formParam(name);
        return value == null ? "" : value.strip();
    }

    /**
     * A part of the path that is an id of ours.
     *
     * @throws ProblemException if it is none
     */
    static UUID id(Context request, String name) {
        try {
            return UUID.fromString(request.pathParam(name));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.of(404, "not_found", "Nothing here", "there is nothing at this address"));
        }
    }

    /** What is wrong with a value; null if nothing is. */
    static @Nullable String problem(Runnable reading) {
        try {
            reading.run();
            return null;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
