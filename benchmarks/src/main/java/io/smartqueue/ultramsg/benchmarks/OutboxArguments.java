package io.smartqueue.ultramsg.benchmarks;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * What was asked for on the command line.
 *
 * @param measurements which, in the order in which they are run
 * @param plan how much of each
 * @param out where the JSON goes, with the Markdown beside it; null for nowhere
 */
record OutboxArguments(
        List<OutboxMeasurement> measurements,
        OutboxPlan plan,
        @Nullable Path out) {
    private static final String OUT = "--out";
    private static final String LANES = "--lanes";
    private static final Map<String, ToLongFunction<OutboxPlan>> NUMBERS = numbers();

    private static Map<String, ToLongFunction<OutboxPlan>> numbers() {
        Map<String, ToLongFunction<OutboxPlan>> numbers = new LinkedHashMap<>();
        numbers.put("--rounds", OutboxPlan::rounds);
        numbers.put("--warm-up", OutboxPlan::warmUpRounds);
        numbers.put("--messages", OutboxPlan::messages);
        numbers.put("--seconds", OutboxPlan::seconds);
        numbers.put("--samples", OutboxPlan::samples);
        numbers.put("--campaign", OutboxPlan::campaign);
        numbers.put("--idle", OutboxPlan::idle);
        numbers.put("--parked", OutboxPlan::parked);
        numbers.put("--stream", OutboxPlan::stream);
        numbers.put("--tenants", OutboxPlan::tenants);
        numbers.put("--seed", OutboxPlan::seed);
        return numbers;
    }

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it cannot be read; the message says why
     */
    static OutboxArguments parse(String... words) {
        List<OutboxMeasurement> measurements = new ArrayList<>();
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            if (word.startsWith("--")) {
                if (++i == words.length) {
                    throw new IllegalArgumentException(word + " takes a value");
                }
                options.put(word, words[i]);
            } else if (word.equals("all")) {
                measurements.addAll(OutboxMeasurement.ALL);
            } else {
                measurements.add(OutboxMeasurement.named(word));
            }
        }
        if (measurements.isEmpty()) {
            throw new IllegalArgumentException("say which measurement, or all");
        }
        String out = options.remove(OUT);
        return new OutboxArguments(List.copyOf(measurements), plan(options), out == null ? null : Path.of(out));
    }

    private static OutboxPlan plan(Map<String, String> options) {
        OutboxPlan defaults = OutboxPlan.DEFAULT;
        String lanes = options.remove(LANES);
        requireKnown(options.keySet());
        Map<String, Long> values = new LinkedHashMap<>();
        NUMBERS.forEach((name, byDefault) -> values.put(
                name, options.containsKey(name) ? number(options.get(name)) : byDefault.applyAsLong(defaults)));
        return new OutboxPlan(
                small(values, "--rounds"),
                small(values, "--warm-up"),
                small(values, "--messages"),
                small(values, "--seconds"),
                small(values, "--samples"),
                small(values, "--campaign"),
                lanes == null
                        ? defaults.lanes()
                        : Arrays.stream(lanes.split(","))
                                .map(text -> Math.toIntExact(number(text)))
                                .toList(),
                small(values, "--idle"),
                small(values, "--parked"),
                small(values, "--stream"),
                small(values, "--tenants"),
                Objects.requireNonNull(values.get("--seed")));
    }

    private static int small(Map<String, Long> values, String name) {
        return Math.toIntExact(Objects.requireNonNull(values.get(name)));
    }

    private static void requireKnown(Set<String> options) {
        options.forEach(option -> {
            if (!NUMBERS.containsKey(option)) {
                throw new IllegalArgumentException("there is no option " + option);
            }
        });
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(text + " is no number", e);
        }
    }

    static String help() {
        OutboxPlan plan = OutboxPlan.DEFAULT;
        StringBuilder help = new StringBuilder("""
                Measures the outbox: queued messages on PostgreSQL, and other ways to do the same. And how nodes hear of changes.

                  <measurement>... | all [options]

                Options
                  --rounds N     in which the contenders take turns (%d), after --warm-up N (%d)
                  --messages N   that are drained in a turn (%d)
                  --seconds N    for which a state is watched (%d)
                  --samples N    of a latency (%d)
                  --campaign N   messages that something urgent has to get by (%d)
                  --lanes N,N…   how many lanes, step by step (%s)
                  --idle N       organizations that have nothing to send (%d)
                  --parked N     organizations that have something to send tomorrow (%d)
                  --stream N     messages that are enqueued in one go (%d)
                  --tenants N    that a process sends for (%d)
                  --seed N       decides who begins each round, and when somebody sends something urgent (%d)
                  --out FILE     where to write the JSON; the Markdown goes beside it

                Measurements
                """.formatted(
                        plan.rounds(),
                        plan.warmUpRounds(),
                        plan.messages(),
                        plan.seconds(),
                        plan.samples(),
                        plan.campaign(),
                        plan.lanes(),
                        plan.idle(),
                        plan.parked(),
                        plan.stream(),
                        plan.tenants(),
                        plan.seed()));
        OutboxMeasurement.ALL.forEach(
                measurement -> help.append("  %-10s %s%n".formatted(measurement.name(), measurement.description())));
        return help.toString();
    }
}
