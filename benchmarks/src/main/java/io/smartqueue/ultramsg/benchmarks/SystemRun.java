package io.smartqueue.ultramsg.benchmarks;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures whole systems, of processes with PostgreSQL and a stub, prints what came of it as Markdown, and keeps it as JSON. {@code --help} tells the rest. */
public final class SystemRun {
    private SystemRun() {}

    /**
     * Runs what the command line asks for; ends with status 1 if something failed, 2 if the command line cannot be read.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        CommandLine.main(SystemArguments.help(), words -> run(SystemArguments.parse(words)), args);
    }

    static SystemReport run(SystemArguments arguments) throws Exception {
        Instant startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Machine machine = Machine.thisOne();
        Map<String, String> versions = Versions.ofThisRun();
        List<Table> tables = new ArrayList<>();
        try (Servers servers = new Servers()) {
            SystemReport report = new SystemReport(
                    startedAt.toString(), machine, versions, servers.database().settings(), arguments.plan(), tables);
            for (SystemMeasurement measurement : arguments.measurements()) {
                System.err.println("measuring " + measurement.name());
                tables.addAll(measurement.measuring().run(arguments.plan(), servers));
                if (arguments.out() != null) {
                    report.write(arguments.out()); // each time, so that a run that ends half-way was not for nothing
                }
            }
            System.out.print(report.markdown());
            return report;
        }
    }
}
