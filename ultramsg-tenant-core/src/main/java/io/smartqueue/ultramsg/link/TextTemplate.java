package io.smartqueue.ultramsg.link;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with variables, such as {@code Hello, I am at table {table}}, for links and messages that differ in some words only.
 *
 * <p>A variable's name stands in braces: a letter from a to z, upper or lower case, then up to 39 letters, digits and underscores. Two
 * braces, <code>{{</code> or <code>}}</code>, stand for one of the text itself. Complaints name variables, and never repeat the text or
 * a value. Immutable and thread-safe.
 */
public final class TextTemplate {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,39}");
    private static final Pattern BRACE = Pattern.compile("\\{\\{|}}|\\{(" + NAME + ")}|[{}]");

    /** Texts and variables in turns: a text first and last, which may be empty. */
    private final transient List<String> texts;

    private final List<String> names;
    private final Set<String> known;

    private TextTemplate(List<String> texts, List<String> names, Set<String> known) {
        this.texts = List.copyOf(texts);
        this.names = List.copyOf(names);
        this.known = Collections.unmodifiableSet(known);
    }

    /**
     * Reads a template whose variables may have any names.
     *
     * @param text 1 to 2,000 characters, braces included
     * @return the template
     * @throws IllegalArgumentException if the text is blank, too long, holds control characters or half a surrogate pair, or a brace that
     *     neither belongs to a variable nor is doubled
     */
    public static TextTemplate of(String text) {
        return read(text, null);
    }

    /**
     * Reads a template that somebody has typed who was told which variables there are.
     *
     * @param text 1 to 2,000 characters, braces included
     * @param known the variables that values will be given for; the text may use some of them only
     * @return the template
     * @throws IllegalArgumentException as above, and if the text uses another variable or one of the names can be none
     */
    public static TextTemplate of(String text, Set<String> known) {
        Set<String> names = new TreeSet<>(known);
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "known variables: one of the names can be none, which is a letter from a to"
                                + " z and up to 39 letters, digits and underscores");
            }
        }
        return read(text, names);
    }

    private static TextTemplate read(String template, @Nullable Set<String> known) {
        String text = LinkText.checked("text", template, ChatLink.MAX_TEXT);
        LinkText.requireVisible("text", text);
        List<String> texts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        StringBuilder before = new StringBuilder();
        Matcher brace = BRACE.matcher(text);
        int end = 0;
        while (brace.find()) {
            before.append(text, end, brace.start());
            end = brace.end();
            String name = brace.group(1);
            if (name != null) {
                texts.add(before.toString());
                names.add(name);
                before.setLength(0);
            } else if (end - brace.start() == 2) {
                before.append(text.charAt(brace.start()));
            } else {
                throw new IllegalArgumentException("text has a brace, its character "
                        + (LinkText.length(text.substring(0, brace.start())) + 1)
                        + ", that is no variable's: write {name} for a variable, {{ or }} for a brace");
            }
        }
        texts.add(before.append(text, end, text.length()).toString());
        return new TextTemplate(texts, names, knownOf(names, known));
    }

    private static Set<String> knownOf(List<String> names, @Nullable Set<String> known) {
        if (known == null) {
            return new TreeSet<>(names);
        }
        Set<String> unknown = without(names, known);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("text uses unknown variables, " + listed(unknown) + ": "
                    + (known.isEmpty() ? "there are none" : "there are " + listed(known)));
        }
        return known;
    }

    /**
     * Returns the variables that the text uses.
     *
     * @return their names without braces, in the order in which they come first; may be empty
     */
    public Set<String> variables() {
        return Collections.unmodifiableSet(new LinkedHashSet<>(names));
    }

    /**
     * Returns the text with values in it, each exactly as it is: braces of a value mean nothing.
     *
     * @param values one for each variable that the text uses, perhaps an empty one, of up to 2,000 characters; and for others that are known
     * @return the text
     * @throws IllegalArgumentException if a value is missing, too long, holds control characters or half a surrogate pair, or is for no
     *     variable
     */
    public String fill(Map<String, String> values) {
        requireKnown(values.keySet());
        Set<String> missing = new TreeSet<>(names);
        missing.removeIf(name -> values.get(name) != null);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("values: none for " + listed(missing)
                    + ", which the text uses: give one, if need be an empty text");
        }
        StringBuilder filled = new StringBuilder(texts.get(0));
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String value = Objects.requireNonNull(values.get(name), name);
            filled.append(LinkText.checked("value of " + name, value, ChatLink.MAX_TEXT));
            filled.append(texts.get(i + 1));
        }
        return filled.toString();
    }

    private void requireKnown(Set<String> given) {
        Set<String> unknown = without(given, known);
        if (!unknown.isEmpty()) {
            boolean namesAll =
                    unknown.stream().allMatch(name -> NAME.matcher(name).matches());
            throw new IllegalArgumentException("values: "
                    + (namesAll ? listed(unknown) + " is no variable" : "one of the names can be no variable's")
                    + ": " + (known.isEmpty() ? "there are none" : "there are " + listed(known)));
        }
    }

    private static Set<String> without(Iterable<String> names, Set<String> known) {
        Set<String> others = new TreeSet<>();
        for (String name : names) {
            if (!known.contains(Objects.requireNonNull(name, "name of a value"))) {
                others.add(name);
            }
        }
        return others;
    }

    private static String listed(Set<String> names) {
        return String.join(", ", names);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TextTemplate that
                && texts.equals(that.texts)
                && names.equals(that.names)
                && known.equals(that.known);
    }

    @Override
    public int hashCode() {
        return Objects.hash(texts, names, known);
    }

    @Override
    public String toString() {
        return "TextTemplate" + names;
    }
}
