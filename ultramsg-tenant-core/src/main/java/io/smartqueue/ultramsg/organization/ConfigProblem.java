package io.smartqueue.ultramsg.organization;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.ResourceBundle;

/**
 * One thing that is wrong with a configuration, as data: a form shows {@link #message()}, or words of its own for field and code.
 *
 * <p>For other languages put files beside the library's English, on the class path: {@code
 * io/smartqueue/ultramsg/organization/ConfigProblems_de.properties} and so on, with the keys of {@code ConfigProblems.properties}. A
 * key is field and code, such as {@code base_url.host_not_allowed}, or the code alone, for all fields that have no words of their own
 * for it. Values are patterns for {@link MessageFormat}, with the arguments as {@code {0}} and so on.
 *
 * @param field which field
 * @param code what is wrong, stable across versions
 * @param arguments what the message names, such as the longest length; never what somebody typed, but for the names of unknown fields
 */
public record ConfigProblem(ConfigField field, Code code, List<String> arguments) {
    private static final String BUNDLE = "io.smartqueue.ultramsg.organization.ConfigProblems";

    /** Never the language of the server. */
    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

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
        /** The value is less or more than what is possible. */
        OUT_OF_RANGE,
        /** The name is none of those that exist. */
        UNKNOWN,
        /** Another organization has it, and only one can. */
        IN_USE,
        /** It is named more than once, where each can be only once. */
        DUPLICATE,
        /** What is stored cannot be opened with the keys at hand. */
        UNREADABLE,
        /** What a form holds is neither a text nor what else the field may be. */
        WRONG_TYPE,
        /** A form holds a field that there is not. */
        UNKNOWN_FIELD,
        /** A template holds what is one organization's own. */
        NOT_IN_TEMPLATE,
        /** The limit is below what was used of it today. */
        BELOW_USE,
        /** The organization does not exist. */
        NO_SUCH_ORGANIZATION;

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
        arguments = List.copyOf(arguments);
    }

    /**
     * Returns a problem.
     *
     * @param field which field
     * @param code what is wrong
     * @param arguments what the message names
     * @return the problem
     */
    public static ConfigProblem of(ConfigField field, Code code, String... arguments) {
        return new ConfigProblem(field, code, List.of(arguments));
    }

    /**
     * Returns under which key a translation is looked for first.
     *
     * @return field and code, such as {@code base_url.host_not_allowed}
     */
    public String key() {
        return field.code() + "." + code.text();
    }

    /**
     * Says what is wrong and what is expected, in English.
     *
     * @return words that go on where the field's name ends; they never repeat a token or a number
     */
    public String message() {
        return message(Locale.ROOT);
    }

    /**
     * Says what is wrong and what is expected in another language, if the class path has it.
     *
     * @param language such as German
     * @return the words, in English where there are none
     */
    public String message(Locale language) {
        return message(ResourceBundle.getBundle(BUNDLE, language, ConfigProblem.class.getClassLoader(), NO_FALLBACK));
    }

    /**
     * Says what is wrong and what is expected in the words of a host.
     *
     * @param words with the same keys
     * @return the words, in English where there are none
     */
    public String message(ResourceBundle words) {
        String pattern = words.containsKey(key())
                ? words.getString(key())
                : words.containsKey(code.text()) ? words.getString(code.text()) : null;
        return pattern == null ? message() : new MessageFormat(pattern, Locale.ROOT).format(arguments.toArray());
    }

    @Override
    public String toString() {
        return field.code() + ": " + message();
    }
}
