package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the example Smart Queue takes from the start of its process until it answers, and what it holds then; beside its web server with
 * one route. Both in turns, on a database that has its tables.
 */
final class ServiceMeasurement {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final Pattern HEAP_USED = Pattern.compile("used (\\d+)K");

    /** What one start came to. */
    private record Start(double seconds, double heapMegabytes, double threads) {}

    private ServiceMeasurement() {}

    static List<Table> run(OutboxPlan plan, Servers servers) throws Exception {
        try (Opened opened = new Opened()) {
            SmartQueueHost host = opened.add(SmartQueueHost.start());
            host.node().close(); // makes the tables
            List<Start> smartQueue = new ArrayList<>();
            List<Start> bare = new ArrayList<>();
            for (int round = 0; round < plan.rounds(); round++) {
                int port = freePort();
                smartQueue.add(start("io.smartqueue.app.SmartQueue", port, host.environment(port)));
                bare.add(start(BareService.class.getName(), port, Map.of("PORT", String.valueOf(port))));
            }
            Table table = Table.of(
                    "A service with the library in it",
                    "service",
                    "seconds until it answers",
                    "MB of heap then, after a collection",
                    "threads");
            row(table, "Smart Queue", smartQueue);
            row(table, "its web server with one route", bare);
            return List.of(table.remark(
                    "Median and 95 % interval of " + plan.rounds() + " starts each. PostgreSQL runs already."));
        }
    }

    private static void row(Table table, String name, List<Start> starts) {
        table.row(
                name,
                interval(starts.stream().mapToDouble(Start::seconds).toArray()),
                interval(starts.stream().mapToDouble(Start::heapMegabytes).toArray()),
                interval(starts.stream().mapToDouble(Start::threads).toArray()));
    }

    private static Interval interval(double... values) {
        return Interval.ofMedian(values);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Start start(String program, int port, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        java("java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(new LinkedHashMap<>(environment));
        long began = System.nanoTime();
        Process process = builder.start();
        try {
            awaitReady(process, port, began);
            double seconds = (System.nanoTime() - began) / 1e9;
            jcmd(process, "GC.run");
            return new Start(seconds, heapMegabytes(process), threads(process));
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static void awaitReady(Process process, int port, long began) throws Exception {
        URI ready = URI.create("http://127.0.0.1:" + port + "/health/ready");
        while (!answers(ready)) {
            if (!process.isAlive() || System.nanoTime() - began > PATIENCE_NANOS) {
                throw new IllegalStateException("the service did not start");
            }
            Thread.sleep(5);
        }
    }

    private static boolean answers(URI ready) {
        try {
            HttpURLConnection connection = (HttpURLConnection) ready.toURL().openConnection();
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** What is in use of all generations. */
    private static double heapMegabytes(Process process) throws Exception {
        Matcher used = HEAP_USED.matcher(jcmd(process, "GC.heap_info"));
        long kilobytes = 0;
        for (int generation = 0; generation < 2 && used.find(); generation++) { // the third is the metaspace
            kilobytes += Long.parseLong(used.group(1));
        }
        return kilobytes / 1024.0;
    }

    private static double threads(Process process) throws IOException {
        try (var tasks = Files.list(Path.of("/proc", String.valueOf(process.pid()), "task"))) {
            return tasks.count();
        }
    }

    private static String jcmd(Process process, String what) throws Exception {
        Process jcmd = new ProcessBuilder(java("jcmd").toString(), String.valueOf(process.pid()), what)
                .redirectErrorStream(true)
                .start();
        String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IllegalStateException(String.format(Locale.ROOT, "jcmd %s: %s", what, answer));
        }
        return answer;
    }

    private static Path java(String program) {
        return Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", program);
    }
}
