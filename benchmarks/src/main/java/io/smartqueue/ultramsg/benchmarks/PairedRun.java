package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.Catalogue.Entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs comparisons, prints what came of them as Markdown, and keeps it as JSON. {@code --help} tells the rest. */
public final class PairedRun {
    private PairedRun() {}

    /**
     * Runs what the command line asks for; ends with status 1 if an operation failed, 2 if the command line cannot be read.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        CommandLine.main(Arguments.help(), words -> run(Arguments.parse(words)), args);
    }

    static Report run(Arguments arguments) throws Exception {
        Instant startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Machine machine = Machine.thisOne();
        Map<String, String> versions = Versions.ofThisRun();
        List<Result> results = new ArrayList<>();
        Report report = new Report(startedAt.toString(), machine, versions, Map.of(), arguments.plan(), results);
        try (Servers servers = new Servers()) {
            for (Entry entry : arguments.entries()) {
                System.err.println("measuring " + entry.name());
                results.add(measure(entry, servers, arguments.plan()));
                report = new Report(
                        startedAt.toString(),
                        machine,
                        versions,
                        servers.databaseSettings(),
                        arguments.plan(),
                        List.copyOf(results));
                if (arguments.out() != null) {
                    write(report, arguments.out()); // each time, so that a run that ends half-way was not for nothing
                }
            }
        }
        System.out.print(new Markdown(report).text());
        return report;
    }

    private static Result measure(Entry entry, Servers servers, Plan plan) throws Exception {
        try (Opened opened = new Opened()) {
            Comparison comparison = entry.opening().open(servers, opened);
            return Result.of(entry.name(), comparison, new PairedMeasurement(comparison, plan).run());
        }
    }

    private static void write(Report report, Path json) throws IOException {
        Path absolute = json.toAbsolutePath();
        Files.createDirectories(absolute.resolveSibling(""));
        report.writeJson(absolute);
        String name = absolute.getFileName().toString().replaceFirst("\\.json$", "");
        Files.writeString(absolute.resolveSibling(name + ".md"), new Markdown(report).text());
    }
}
