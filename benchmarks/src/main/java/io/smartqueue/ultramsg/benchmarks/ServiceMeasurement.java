package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long the example Smart Queue takes from the start of its process until it answers, and what it holds then; beside its web server with
 * one route. Both in turns, on a database that has its tables.
 */
final class ServiceMeasurement {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** What one start came to. */
    private record Start(double seconds, double heapMegabytes, double threads) {}

    private ServiceMeasurement() {}

    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
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
                Interval.ofMedian(starts.stream().mapToDouble(Start::seconds).toArray()),
                Interval.ofMedian(
                        starts.stream().mapToDouble(Start::heapMegabytes).toArray()),
                Interval.ofMedian(starts.stream().mapToDouble(Start::threads).toArray()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Start start(String program, int port, Map<String, String> environment) throws Exception {
        long began = System.nanoTime();
        try (JvmProcess process = JvmProcess.start(program, "256m", environment)) {
            awaitReady(process, port, began);
            double seconds = (System.nanoTime() - began) / 1e9;
            return new Start(seconds, process.heapMegabytes(), process.threads());
        }
    }

    private static void awaitReady(JvmProcess process, int port, long began) throws Exception {
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
}
