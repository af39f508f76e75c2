package io.smartqueue.ultramsg.organization;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * Where the values of a change come from, if nobody typed them: a template, an import, a change that is undone. Immutable and
 * thread-safe.
 *
 * @param kind what it is, a name such as {@code template}: 1 to 32 lower-case letters and underscores
 * @param name which of its kind, 1 to 255 characters
 * @param version which version of it; null where there are none
 * @param rollOut an id that all changes have which were made together, to whatever organizations, 1 to 64 characters
 */
public record ChangeOrigin(
        String kind, String name, @Nullable Long version, String rollOut) {
    private static final int MAX_NAME = 255;
    private static final int MAX_ROLL_OUT = 64;

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a part is blank, too long or holds what it must not
     */
    public ChangeOrigin {
        if (!kind.matches("[a-z_]{1,32}")) {
            throw new IllegalArgumentException("origin's kind: 1 to 32 lower-case letters and underscores");
        }
        requireText(name, "origin's name", MAX_NAME);
        requireText(rollOut, "roll-out's id", MAX_ROLL_OUT);
    }

    private static void requireText(String text, String what, int longest) {
        Objects.requireNonNull(text, what);
        if (text.isBlank() || text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(what + ": 1 to " + longest + " characters, no control characters");
        }
    }

    /**
     * Returns an origin without a version.
     *
     * @param kind what it is, a name such as {@code import}
     * @param name which of its kind
     * @param rollOut what all changes have that were made together
     * @return the origin
     */
    public static ChangeOrigin of(String kind, String name, String rollOut) {
        return new ChangeOrigin(kind, name, null, rollOut);
    }

    /**
     * Returns this origin with a version.
     *
     * @param version which version of it
     * @return a new origin
     */
    public ChangeOrigin version(long version) {
        return new ChangeOrigin(kind, name, version, rollOut);
    }
}
