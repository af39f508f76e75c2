package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.Catalogue.Entry;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What was asked for on the command line.
 *
 * @param entries which comparisons, in the order in which they are run
 * @param plan how long
 * @param out where the JSON goes, with the Markdown beside it; null for nowhere
 */
record Arguments(List<Entry> entries, Plan plan, @Nullable Path out) {

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it cannot be read; the message says why
     */
    static Arguments parse(String... words) {
        List<Entry> entries = new ArrayList<>();
        Plan plan = Plan.DEFAULT;
        Path out = null;
        Iterator<String> rest = List.of(words).iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            switch (word) {
                case "all" -> entries.addAll(Catalogue.here());
                case "--pairs" -> plan = plan.withPairs((int) number(word, rest));
                case "--warm-up" -> plan = plan.withWarmUpPairs((int) number(word, rest));
                case "--seconds" -> plan = plan.withSecondsPerSlice(number(word, rest));
                case "--seed" -> plan = plan.withSeed((long) number(word, rest));
                case "--out" -> out = Path.of(value(word, rest));
                default -> entries.add(Catalogue.named(word));
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("say which comparison, or all");
        }
        return new Arguments(List.copyOf(entries), plan, out);
    }

    private static double number(String option, Iterator<String> rest) {
        String text = value(option, rest);
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " takes a number, not " + text, e);
        }
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " takes a value");
        }
        return rest.next();
    }

    static String help() {
        StringBuilder help = new StringBuilder("""
                Measures the library beside doing the same by hand, both in turns, and tells the ratio.

                  <comparison>... | all [options]

                Options
                  --pairs N      how many pairs are counted (%d)
                  --seconds S    how long one side's turn lasts (%s)
                  --warm-up N    how many pairs are run before and not counted (%d)
                  --seed N       decides who begins each pair (%d)
                  --out FILE     where to write the JSON; the Markdown goes beside it

                Comparisons
                """.formatted(
                Plan.DEFAULT.pairs(), Plan.DEFAULT.secondsPerSlice(), Plan.DEFAULT.warmUpPairs(), Plan.DEFAULT.seed()));
        Catalogue.ALL.forEach(entry -> help.append("  %-22s %s%n".formatted(entry.name(), entry.description())));
        return help.toString();
    }
}
