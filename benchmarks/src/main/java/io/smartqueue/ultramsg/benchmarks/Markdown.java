package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.Result.SideResult;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A report for people. */
final class Markdown {
    private static final double GIBI = 1 << 30;

    private final Report report;

    Markdown(Report report) {
        this.report = report;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        surroundings(text);
        text.append("""

                | comparison | threads | throughput, ours : other | allocation, ours : other | CPU, ours : other | aims |
                |---|--:|---|---|---|---|
                """);
        report.results().forEach(result -> ratios(text, result));
        text.append("""

                | side | operations/s | CPU µs/operation | bytes/operation | operations | lost replies |
                |---|--:|--:|--:|--:|--:|
                """);
        report.results().forEach(result -> sides(text, result));
        latencies(
                text,
                report.results().stream().filter(result -> result.p99() != null).toList());
        return text.toString();
    }

    private void surroundings(StringBuilder text) {
        Plan plan = report.plan();
        surroundings(text, report.startedAt(), report.machine(), report.versions(), report.postgresql());
        line(
                text,
                "%d pairs of slices of %s s, after %d pairs for warming up",
                plan.pairs(),
                plan.secondsPerSlice(),
                plan.warmUpPairs());
    }

    /** Writes where and of what something was measured. */
    static void surroundings(
            StringBuilder text,
            String startedAt,
            Machine machine,
            Map<String, String> versions,
            Map<String, String> postgresql) {
        line(text, "%s, load before the run %.2f", startedAt, machine.loadBefore());
        line(text, "%s", listed(versions));
        line(text, "%s %s", machine.java(), String.join(" ", machine.javaOptions()));
        line(
                text,
                "%d cores of %s, %.1f GiB, %s",
                machine.cores(),
                machine.processor(),
                machine.memoryBytes() / GIBI,
                machine.system());
        if (!postgresql.isEmpty()) {
            line(text, "PostgreSQL: %s", listed(postgresql));
        }
    }

    static void line(StringBuilder text, String format, Object... values) {
        text.append("- ").append(formatted(format, values)).append('\n');
    }

    private static String listed(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private static void ratios(StringBuilder text, Result result) {
        text.append(formatted(
                "| %s | %d | %s | %s | %s | %s |%n",
                result.name(),
                result.threads(),
                ratio(result.throughput()),
                ratio(result.allocation()),
                ratio(result.cpu()),
                result.aims().stream()
                        .map(aim -> aim.aim() + ": " + aim.verdict().name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "))));
    }

    /** The confidence is told only where it is less than everybody will take for granted. */
    static String ratio(@Nullable Interval interval) {
        if (interval == null) {
            return "–";
        }
        String ends = formatted("**%.3f** [%.3f, %.3f]", interval.median(), interval.low(), interval.high());
        return interval.confidence() >= Interval.WANTED
                ? ends
                : ends + formatted(" at %.0f %% only", interval.confidence() * 100);
    }

    private static void sides(StringBuilder text, Result result) {
        side(text, result.name() + ": " + result.ours().name(), result.ours());
        side(text, result.name() + ": " + result.other().name(), result.other());
    }

    private static void side(StringBuilder text, String name, SideResult side) {
        text.append(formatted(
                "| %s | %,.0f | %.3f | %,.0f | %,d | %d |%n",
                name,
                side.operationsPerSecond(),
                side.cpuNanosPerOperation() / 1000,
                side.bytesPerOperation(),
                side.operations(),
                side.lostReplies()));
    }

    /** Only of those that have a pace. */
    private static void latencies(StringBuilder text, List<Result> paced) {
        if (paced.isEmpty()) {
            return;
        }
        text.append("""

                | latency | median, ours : other | p99, ours : other | median µs, ours | p99 µs, ours | median µs, other | p99 µs, other |
                |---|---|---|--:|--:|--:|--:|
                """);
        for (Result result : paced) {
            text.append(formatted(
                    "| %s | %s | %s | %,.0f | %,.0f | %,.0f | %,.0f |%n",
                    result.name(),
                    ratio(result.median()),
                    ratio(result.p99()),
                    result.ours().medianNanos() / 1000,
                    result.ours().p99Nanos() / 1000,
                    result.other().medianNanos() / 1000,
                    result.other().p99Nanos() / 1000));
        }
    }

    private static String formatted(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
