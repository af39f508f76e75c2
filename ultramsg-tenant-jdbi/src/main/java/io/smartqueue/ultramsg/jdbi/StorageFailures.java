package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.Set;

/**
 * Turns what the driver reports into what the library throws.
 *
 * <p>Nothing that may hold data goes along: jdbi puts bound values into its messages, PostgreSQL puts whole rows into its
 * details. What stays is the SQLSTATE and, where it cannot quote a value, the server's first sentence.
 */
final class StorageFailures {
    /** Connection, resources, operator intervention, serialization: gone by itself, or by restarting something. */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "53", "57", "40", "58");

    /** Connection, login, missing objects and privileges, and the passing ones: these name things, not values. */
    private static final Set<String> SPEAKABLE_CLASSES = Set.of("08", "28", "3D", "42", "53", "55", "57", "58");

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private StorageFailures() {}

    /** Finds the driver's exception behind whatever wraps it, so that nothing else is passed on. */
    static StorageException describe(String what, Throwable failure) {
        SQLException sql = sqlException(failure);
        if (sql == null) {
            return StorageException.misconfigured(
                    what + " (" + failure.getClass().getSimpleName() + ")", null);
        }
        String state = state(sql);
        String message = what + ": " + sentence(sql, state);
        if (state.equals(LOCK_NOT_AVAILABLE)) {
            return StorageException.unavailable(
                    message
                            + "; another transaction has held the organization's row, or the instance id, message or message"
                            + " key that it wants, for more than 2 seconds",
                    null);
        }
        return isPassing(sql)
                ? StorageException.unavailable(message, null)
                : StorageException.misconfigured(message, null);
    }

    /** Whether the same statement may well succeed a little later. */
    static boolean isPassing(SQLException sql) {
        String state = state(sql);
        return state.isEmpty() || state.equals(LOCK_NOT_AVAILABLE) || PASSING_CLASSES.contains(state.substring(0, 2));
    }

    private static String state(SQLException sql) {
        String state = sql.getSQLState();
        return state == null || state.length() != 5 ? "" : state;
    }

    private static String sentence(SQLException sql, String state) {
        boolean speakable = state.isEmpty() || SPEAKABLE_CLASSES.contains(state.substring(0, 2));
        String text = speakable && sql.getMessage() != null
                ? sql.getMessage().lines().findFirst().orElse("")
                : "";
        return text + (state.isEmpty() ? "" : " [SQLSTATE " + state + "]");
    }

    private static @Nullable SQLException sqlException(Throwable failure) {
        @Nullable SQLException found = null;
        // the innermost one: a pool's "no connection available" hides the server's reason
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                found = sql;
            }
        }
        return found;
    }
}
