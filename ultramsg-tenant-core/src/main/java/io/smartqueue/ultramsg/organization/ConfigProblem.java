package io.smartqueue.ultramsg.organization;

import java.util.Locale;
import java.util.Objects;

/**
 * One thing that is wrong with a configuration, and what would be right.
 *
 * @param field which field
 * @param code what is wrong, stable across versions
 * @param message what is wrong and what is expected, in English; never repeats a token or a number
 */
public record ConfigProblem(ConfigField field, Code code, String message) {
    /** What can be wrong with a field. */
    public enum Code {
        /** The field is missing or blank. */
        REQUIRED,
        /** The text is longer than can be stored. */
        TOO_LONG,
        /** The text is not of the field's form. */
        MALFORMED,
        /** The address is not an https address. */
        NOT_HTTPS,
        /** The address holds a user name or a password. */
        USER_INFO,
        /** The address names a port other than 443. */
        PORT_NOT_ALLOWED,
        /** The address is on a private, local or reserved network. */
        PRIVATE_ADDRESS,
        /** The host is not one that the host application allows. */
        HOST_NOT_ALLOWED,
        /** The address has a path where none is expected. */
        PATH_NOT_ALLOWED,
        /** The address has a query or a fragment where none is expected. */
        QUERY_NOT_ALLOWED,
        /** The number is below zero. */
        NEGATIVE,
        /** The name is none of those that exist. */
        UNKNOWN,
        /** Another organization has it, and only one can. */
        IN_USE;

        /**
         * Returns the stable name of the code for forms and JSON.
         *
         * @return the name in lower case, such as {@code not_https}
         */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ConfigProblem {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    @Override
    public String toString() {
        return field.code() + ": " + message;
    }
}
