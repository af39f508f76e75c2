package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/** Texts that are in certain rows and in no others: where one of them turns up, such a row was read. */
record Telltales(Set<String> texts) {
    /** Shorter ones are found in others by accident. */
    static final int SHORTEST = 8;

    Telltales {
        texts = Set.copyOf(texts);
    }

    static boolean isTelling(@Nullable String text) {
        return text != null && text.length() >= SHORTEST;
    }

    /**
     * @param said what need not have come from a row, since it was in the statement
     */
    boolean areIn(Outcome outcome, String said) {
        return texts.stream().anyMatch(text -> outcome.mentions(text) && !isSaid(text, said));
    }

    private static boolean isSaid(String text, String said) {
        return said.contains(text) || said.contains(Quoted.value(text).strip());
    }

    boolean areIn(String text) {
        return texts.stream().anyMatch(text::contains);
    }
}
