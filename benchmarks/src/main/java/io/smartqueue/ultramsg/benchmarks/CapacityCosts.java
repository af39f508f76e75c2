package io.smartqueue.ultramsg.benchmarks;

/**
 * What a turn of a lane and a message cost, on the cores on which it was measured.
 *
 * @param databaseMicrosPerTurn PostgreSQL's CPU for a turn, whatever it sends
 * @param databaseMicrosPerMessage PostgreSQL's CPU for each message of a turn
 * @param databaseMicrosPerEnqueued PostgreSQL's CPU for putting a message in by itself
 * @param databaseMicrosPerBatched PostgreSQL's CPU for putting it in as one of a batch
 * @param nodeMicrosPerTurn a node's CPU for a turn, whatever it sends
 * @param nodeMicrosPerMessage a node's CPU for each message of a turn
 * @param stubMicrosPerMessage CPU of what takes UltraMsg's place, where it shares the cores
 * @param databaseCoresOfIdleNode that PostgreSQL keeps busy for a node that has nothing to do
 * @param databaseMicrosPerLaneAndNode a second, for each lane there is and each node: which nodes are dead, and which messages have no lane
 * @param databaseMicrosPerUsage PostgreSQL's CPU for adding what a node has counted of an organization to its day
 * @param walBytesPerMessage written ahead for putting a message in and sending it
 * @param diskBytesPerMessage that a message takes with its entries in indexes after it was sent
 * @param nodeBytes of heap that a node takes
 * @param organizationBytes of heap for each organization that a node has sent for of late
 */
record CapacityCosts(
        double databaseMicrosPerTurn,
        double databaseMicrosPerMessage,
        double databaseMicrosPerEnqueued,
        double databaseMicrosPerBatched,
        double nodeMicrosPerTurn,
        double nodeMicrosPerMessage,
        double stubMicrosPerMessage,
        double databaseCoresOfIdleNode,
        double databaseMicrosPerLaneAndNode,
        double databaseMicrosPerUsage,
        double walBytesPerMessage,
        double diskBytesPerMessage,
        double nodeBytes,
        double organizationBytes) {

    /**
     * Two cores of an AMD EPYC, JDK 17, PostgreSQL 18; {@code results/outbox-jdk17.md} and docs/capacity.md. A turn of one message is that of
     * 500 lanes at a message a second, a turn of 100 that of the drain; what a turn and what a message costs are the two unknowns of these two.
     */
    static final CapacityCosts MEASURED = of(new Turns(1, 2_391, 725), new Turns(100, 160, 248));

    /**
     * Turns that were measured.
     *
     * @param messages in each
     * @param databaseMicros PostgreSQL's CPU for a message
     * @param nodeMicros the node's CPU for a message
     */
    record Turns(double messages, double databaseMicros, double nodeMicros) {}

    private static CapacityCosts of(Turns few, Turns many) {
        double database = perTurn(few.messages, few.databaseMicros, many.messages, many.databaseMicros);
        double node = perTurn(few.messages, few.nodeMicros, many.messages, many.nodeMicros);
        return new CapacityCosts(
                database,
                many.databaseMicros - database / many.messages,
                505,
                170,
                node,
                many.nodeMicros - node / many.messages,
                43,
                0.02,
                0.3,
                900,
                3_500,
                950,
                17e6,
                6_000);
    }

    /** From {@code turn / few + message = costOfFew} and the same for many. */
    private static double perTurn(double few, double costOfFew, double many, double costOfMany) {
        return (costOfFew - costOfMany) / (1 / few - 1 / many);
    }
}
