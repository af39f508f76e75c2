package io.smartqueue.ultramsg.admin;

import java.text.Normalizer;
import java.util.Objects;
import java.util.Optional;

/**
 * What a template is called, in any language: 1 to 100 characters on one line. Blanks at its ends do not count, and letters that can be
 * written in several ways are kept in one (Unicode's form C), so that two names that look the same are the same.
 *
 * <p>It is kept exactly as it was given: a page that shows it escapes it, as it does whatever people type. Immutable and thread-safe.
 *
 * @param value the name
 */
public record TemplateName(String value) {
    private static final int MAX_LENGTH = 100;

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is blank, has more than 100 characters, or holds one that cannot be seen and changes what can
     *     be: control characters, line ends, changes of the direction of writing, halves of characters
     */
    public TemplateName {
        Objects.requireNonNull(value, "template's name");
        value = normal(value);
        if (!isName(value)) {
            throw new IllegalArgumentException("template's name: 1 to " + MAX_LENGTH
                    + " characters on one line, no control characters, none that change the direction of writing");
        }
    }

    /**
     * Returns the name that a text is.
     *
     * @param value 1 to 100 characters on one line
     * @return the name
     * @throws IllegalArgumentException if the text is none, see above
     */
    public static TemplateName of(String value) {
        return new TemplateName(value);
    }

    /**
     * Reads a name that somebody has typed.
     *
     * @param text whatever was typed
     * @return the name, or empty if the text is none, see above
     */
    public static Optional<TemplateName> find(String text) {
        return isName(normal(text)) ? Optional.of(new TemplateName(text)) : Optional.empty();
    }

    private static String normal(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC).strip();
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_LENGTH
                && text.codePoints().allMatch(TemplateName::isShown);
    }

    private static boolean isShown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> !isChangeOfDirection(character);
        };
    }

    /** Letters that are written from right to left are letters like others; what turns the others around is not. */
    private static boolean isChangeOfDirection(int character) {
        return switch (Character.getDirectionality(character)) {
            case Character.DIRECTIONALITY_LEFT_TO_RIGHT_EMBEDDING,
                    Character.DIRECTIONALITY_LEFT_TO_RIGHT_OVERRIDE,
                    Character.DIRECTIONALITY_LEFT_TO_RIGHT_ISOLATE,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_EMBEDDING,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_OVERRIDE,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ISOLATE,
                    Character.DIRECTIONALITY_FIRST_STRONG_ISOLATE,
                    Character.DIRECTIONALITY_POP_DIRECTIONAL_FORMAT,
                    Character.DIRECTIONALITY_POP_DIRECTIONAL_ISOLATE -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return value;
    }
}
