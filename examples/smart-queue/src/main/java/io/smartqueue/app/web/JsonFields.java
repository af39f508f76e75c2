package io.smartqueue.app.web;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A JSON object's members, read one by one; all that is wrong with them is told at once. Not thread-safe.
 *
 * <pre>{@code
 * String phone = fields.text("phone", 30);
 * fields.orThrow();
 * }</pre>
 */
public final class JsonFields {
    private final Map<String, @Nullable Object> members;
    private final List<Problem.Field> problems = new ArrayList<>();

    JsonFields(Map<String, @Nullable Object> members) {
        this.members = members;
    }

    /** A text that has to be there; an empty one if it is not, until {@link #orThrow} says so. */
    public String text(String name, int maxLength) {
        Optional<String> text = optionalText(name, maxLength);
        if (text.isEmpty()
                && problems.stream().noneMatch(problem -> problem.field().equals(name))) {
            complain(name, "missing", "is missing: give a text of up to " + maxLength + " characters");
        }
        return text.orElse("");
    }

    /** A text that may be absent, null or blank. A number is taken as its digits, since older callers send those. */
    public Optional<String> optionalText(String name, int maxLength) {
        @Nullable Object value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof String) && !(value instanceof Integer)) {
            complain(name, "wrong_type", "is no text");
            return Optional.empty();
        }
        String text = value.toString().strip();
        if (text.length() > maxLength) {
            complain(name, "too_long", "has more than " + maxLength + " characters: shorten it");
            return Optional.empty();
        }
        if (!isText(text)) {
            complain(name, "invalid", "has control characters, or half of a character");
            return Optional.empty();
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** No database and no telephone takes other texts. */
    private static boolean isText(String text) {
        return text.codePoints()
                .noneMatch(character -> Character.isISOControl(character) && "\n\r\t".indexOf(character) < 0
                        || Character.getType(character) == Character.SURROGATE);
    }

    public boolean flag(String name) {
        @Nullable Object value = members.get(name);
        if (value != null && !(value instanceof Boolean)) {
            complain(name, "wrong_type", "is neither true nor false");
        }
        return Boolean.TRUE.equals(value);
    }

    /** The members of an array of objects; none if it is absent. */
    public List<JsonFields> objects(String name, int most) {
        @Nullable Object value = members.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list) || !list.stream().allMatch(Map.class::isInstance)) {
            complain(name, "wrong_type", "is no array of objects");
            return List.of();
        }
        if (list.size() > most) {
            complain(name, "too_many", "has more than " + most + " entries: send several batches");
            return List.of();
        }
        return list.stream().map(JsonFields::object).toList();
    }

    @SuppressWarnings("unchecked") // Jackson's maps of JSON objects have texts for keys
    private static JsonFields object(Object member) {
        return new JsonFields((Map<String, @Nullable Object>) member);
    }

    /**
     * Reads a text as something else.
     *
     * @param reading throws IllegalArgumentException for what cannot be read; its message becomes the problem's
     */
    public <T> @Nullable T as(String name, String text, Function<String, T> reading) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            return reading.apply(text);
        } catch (IllegalArgumentException e) {
            complain(name, "invalid", e.getMessage() == null ? "cannot be read" : e.getMessage());
            return null;
        }
    }

    public void complain(String field, String code, String message) {
        problems.add(new Problem.Field(field, code, message));
    }

    public List<Problem.Field> problems() {
        return List.copyOf(problems);
    }

    /**
     * Ends the request if anything was wrong.
     *
     * @throws ProblemException with all that was
     */
    public void orThrow() {
        if (!problems.isEmpty()) {
            throw new ProblemException(Problem.invalid(problems));
        }
    }
}
