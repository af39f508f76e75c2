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
record SystemArguments(
        List<SystemMeasurement> measurements,
        SystemPlan plan,
        @Nullable Path out) {
    private static final String OUT = "--out";
    private static final String LANES = "--lanes";
    private static final Map<String, ToLongFunction<SystemPlan>> NUMBERS = numbers();

    private static Map<String, ToLongFunction<SystemPlan>> numbers() {
        Map<String, ToLongFunction<SystemPlan>> numbers = new LinkedHashMap<>();
        numbers.put("--rounds", SystemPlan::rounds);
        numbers.put("--warm-up", SystemPlan::warmUpRounds);
        numbers.put("--messages", SystemPlan::messages);
        numbers.put("--seconds", SystemPlan::seconds);
        numbers.put("--samples", SystemPlan::samples);
        numbers.put("--campaign", SystemPlan::campaign);
        numbers.put("--idle", SystemPlan::idle);
        numbers.put("--parked", SystemPlan::parked);
        numbers.put("--stream", SystemPlan::stream);
        numbers.put("--tenants", SystemPlan::tenants);
        numbers.put("--seed", SystemPlan::seed);
        return numbers;
    }

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it cannot be read; the message says why
     */
    static SystemArguments parse(String... words) {
        List<SystemMeasurement> measurements = new ArrayList<>();
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            if (word.startsWith("--")) {
                if (++i == words.length) {
                    throw new IllegalArgumentException(word + " takes a value");
                }
                options.put(word, words[i]);
            } else if (word.equals("all")) {
                measurements.addAll(SystemMeasurement.ALL);
            } else {
                measurements.add(SystemMeasurement.named(word));
            }
        }
        if (measurements.isEmpty()) {
            throw new IllegalArgumentException("say which measurement, or all");
        }
        String out = options.remove(OUT);
        return new SystemArguments(List.copyOf(measurements), plan(options), out == null ? null : Path.of(out));
    }

    private static SystemPlan plan(Map<String, String> options) {
        SystemPlan defaults = SystemPlan.DEFAULT;
        String lanes = options.remove(LANES);
        requireKnown(options.keySet());
        Map<String, Long> values = new LinkedHashMap<>();
        NUMBERS.forEach((name, byDefault) -> values.put(
                name, options.containsKey(name) ? number(options.get(name)) : byDefault.applyAsLong(defaults)));
        return new SystemPlan(
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
        SystemPlan plan = SystemPlan.DEFAULT;
        StringBuilder help = new StringBuilder("""
                Measures what processes, PostgreSQL and UltraMsg make of it together: the outbox and other ways to do the same,
                and what many tenants cost.

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
        SystemMeasurement.ALL.forEach(
                measurement -> help.append("  %-13s %s%n".formatted(measurement.name(), measurement.description())));
        return help.toString();
    }
}
