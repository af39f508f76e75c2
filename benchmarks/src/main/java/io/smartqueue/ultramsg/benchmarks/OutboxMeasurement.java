package io.smartqueue.ultramsg.benchmarks;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that is measured of the outbox, or of nodes that have one.
 *
 * @param name on the command line
 * @param description for people
 * @param measuring measures it
 */
record OutboxMeasurement(String name, String description, Measuring measuring) {
    static final List<OutboxMeasurement> ALL = List.of(
            new OutboxMeasurement(
                    "drain",
                    "messages of 20 organizations sent as fast as it goes: the outbox, SKIP LOCKED by hand,"
                            + " db-scheduler, transaction-outbox",
                    DrainMeasurement::run),
            new OutboxMeasurement(
                    "latency",
                    "from enqueue to POST of something urgent, idle and beside a campaign",
                    LatencyMeasurement::run),
            new OutboxMeasurement(
                    "config",
                    "from the commit of a change of configuration to the first send with it on another node",
                    PropagationMeasurement::run),
            new OutboxMeasurement(
                    "lanes", "how many lanes at a message a second a node carries", LanesMeasurement::run),
            new OutboxMeasurement(
                    "database",
                    "what a message costs PostgreSQL, and what organizations do that send nothing",
                    DatabaseMeasurement::run),
            new OutboxMeasurement(
                    "stream", "a million messages enqueued, beside a multi-row insert", StreamMeasurement::run),
            new OutboxMeasurement(
                    "service",
                    "how long the example Smart Queue takes to start, and what it holds then",
                    ServiceMeasurement::run),
            new OutboxMeasurement(
                    "tenants",
                    "heap, threads and sockets of a process that sends for 10,000 tenants, beside a client of Twilio's,"
                            + " Vonage's or the JDK's for each",
                    TenantsMeasurement::run),
            new OutboxMeasurement("workers", "the drain by 1, 2 and 4 processes", WorkersMeasurement::run));

    static OutboxMeasurement named(String name) {
        return ALL.stream()
                .filter(measurement -> measurement.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no measurement " + name + ", only "
                        + ALL.stream().map(OutboxMeasurement::name).collect(Collectors.joining(", "))));
    }

    /** Measures, on servers that are shared, and leaves nothing enqueued. */
    @FunctionalInterface
    interface Measuring {
        List<Table> run(OutboxPlan plan, Servers servers) throws Exception;
    }
}
