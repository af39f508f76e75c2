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
record SystemMeasurement(String name, String description, Measuring measuring) {
    static final List<SystemMeasurement> ALL = List.of(
            new SystemMeasurement(
                    "drain",
                    "messages of 20 organizations sent as fast as it goes: the outbox, SKIP LOCKED by hand,"
                            + " db-scheduler, transaction-outbox",
                    DrainMeasurement::run),
            new SystemMeasurement(
                    "latency",
                    "from enqueue to POST of something urgent, idle and beside a campaign",
                    LatencyMeasurement::run),
            new SystemMeasurement(
                    "config",
                    "from the commit of a change of configuration to the first send with it on another node",
                    PropagationMeasurement::run),
            new SystemMeasurement(
                    "lanes", "how many lanes at a message a second a node carries", LanesMeasurement::run),
            new SystemMeasurement(
                    "lanes-of-five",
                    "the same with five messages a turn, every five seconds",
                    LanesMeasurement::runInFives),
            new SystemMeasurement(
                    "database",
                    "what a message costs PostgreSQL, and what organizations do that send nothing",
                    DatabaseMeasurement::run),
            new SystemMeasurement(
                    "lost-replies",
                    "messages sent twice, lost or unsettled while one reply in a hundred is lost: the library, and ways that are"
                            + " common instead",
                    LossMeasurement::run),
            new SystemMeasurement(
                    "stream", "a million messages enqueued, beside a multi-row insert", StreamMeasurement::run),
            new SystemMeasurement(
                    "service",
                    "how long the example Smart Queue takes to start, and what it holds then",
                    ServiceMeasurement::run),
            new SystemMeasurement(
                    "tenants",
                    "heap, threads and sockets of a process that sends for 10,000 tenants, beside a client of Twilio's,"
                            + " Vonage's or the JDK's for each",
                    TenantsMeasurement::run),
            new SystemMeasurement(
                    "neighbours",
                    "a pool of workers for 1,000 tenants of which three are in trouble: what the others notice, beside"
                            + " Twilio's SDK, java.net.http and Apache HttpClient",
                    NeighboursMeasurement::run),
            new SystemMeasurement(
                    "scale",
                    "what grows when organizations and messages are doubled four times",
                    ScaleMeasurement::run),
            new SystemMeasurement("capacity", "what up to a million tenants take, on paper", CapacityMeasurement::run),
            new SystemMeasurement("workers", "the drain by 1, 2 and 4 processes", WorkersMeasurement::run));

    static SystemMeasurement named(String name) {
        return ALL.stream()
                .filter(measurement -> measurement.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no measurement " + name + ", only "
                        + ALL.stream().map(SystemMeasurement::name).collect(Collectors.joining(", "))));
    }

    /** Measures, on servers that are shared, and leaves nothing enqueued. */
    @FunctionalInterface
    interface Measuring {
        List<Table> run(SystemPlan plan, Servers servers) throws Exception;
    }
}
