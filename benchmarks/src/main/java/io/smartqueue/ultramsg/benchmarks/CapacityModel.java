package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.outbox.Pace;

/**
 * What so many tenants take, from what a turn and a message cost. docs/capacity.md says the same formulas in words, and what they leave out.
 *
 * @param costs of a turn, of a message, and of what is there all the time
 */
record CapacityModel(CapacityCosts costs) {
    /** Of the cores: the rest is for vacuum, backups, and peaks within the peak. */
    static final double USABLE = 0.7;

    /** Nodes of a host are no larger than this. */
    static final int CORES_OF_A_NODE = 2;

    /** As {@code OutboxSettings} has it by default. */
    static final int LANES_AT_A_TIME = 64;

    /** A node has configuration and gate of so many organizations at hand, at most. */
    private static final int AT_HAND = 10_000;

    /** Ten for statements, one that listens. */
    private static final int CONNECTIONS_OF_A_NODE = 11;

    private static final double SECONDS_OF_AN_HOUR = 3_600;
    private static final double MICROS = 1e6;

    /**
     * How lanes hand messages over.
     *
     * @param secondsPerMessage from one message of an organization to its next, as its instance takes them
     * @param turnsPerMessage 1 / m for m messages a turn of a backlog; 2 for messages that come one by one: a turn that sends, and one that
     *     finds nothing more and ends the lane
     */
    record Manner(double secondsPerMessage, double turnsPerMessage) {
        /** A message comes, is sent, and the next one comes when its lane has ended. */
        static final Manner ONE_BY_ONE = new Manner(1, 2);

        /** There is always more. */
        static Manner backlog(Pace pace) {
            return new Manner(pace.interval().toMillis() / 1e3 / pace.messages(), 1.0 / pace.messages());
        }
    }

    /**
     * What tenants do.
     *
     * @param tenants how many
     * @param messagesPerDay of each, on average
     * @param shareOfPeak of the day's messages that comes in its busiest hour
     * @param manner how they are handed over
     * @param retentionDays for which what became of a message is kept
     * @param replySeconds until UltraMsg has answered
     */
    record Load(
            long tenants,
            double messagesPerDay,
            double shareOfPeak,
            Manner manner,
            double retentionDays,
            double replySeconds) {
        double messagesOfAllPerDay() {
            return tenants * messagesPerDay;
        }
    }

    /**
     * What it takes in the busiest hour.
     *
     * @param messagesPerSecond of all tenants
     * @param lanes that have work at the same moment
     * @param turnsPerSecond of all lanes
     * @param nodes that keep up, two at least
     * @param nodeCores that are busy on all nodes together
     * @param databaseCores that PostgreSQL has to have, a part of them to spare
     * @param connections of all nodes
     * @param heapMegabytesOfANode that are in use after a collection
     * @param walMegabytesPerSecond that PostgreSQL writes ahead
     * @param diskGigabytesPerDay that the messages of a day take
     * @param diskGigabytes that are taken all the time
     */
    record Need(
            double messagesPerSecond,
            double lanes,
            double turnsPerSecond,
            int nodes,
            double nodeCores,
            double databaseCores,
            int connections,
            double heapMegabytesOfANode,
            double walMegabytesPerSecond,
            double diskGigabytesPerDay,
            double diskGigabytes) {}

    /** What it takes if nobody is to wait longer than the pace of his instance makes him. */
    Need need(Load load) {
        double offered = load.messagesOfAllPerDay() * load.shareOfPeak / SECONDS_OF_AN_HOUR;
        double lanes = Math.min(load.tenants, offered * load.manner.secondsPerMessage);
        double messages = lanes / load.manner.secondsPerMessage; // what is more than all instances take waits
        double turns = messages * load.manner.turnsPerMessage;
        double nodeCores = messages * nodeMicros(load.manner) / MICROS;
        double atATime = messages * load.replySeconds;
        int nodes = (int) Math.max(
                2, Math.ceil(Math.max(nodeCores / (USABLE * CORES_OF_A_NODE), atATime / (USABLE * LANES_AT_A_TIME))));
        double databaseCores = messages * (databaseMicros(load.manner) + costs.databaseMicrosPerEnqueued()) / MICROS
                + nodes * costs.databaseCoresOfIdleNode();
        double diskPerDay = load.messagesOfAllPerDay() * costs.diskBytesPerMessage() / 1e9;
        return new Need(
                messages,
                lanes,
                turns,
                nodes,
                nodeCores,
                databaseCores / USABLE,
                nodes * CONNECTIONS_OF_A_NODE,
                (costs.nodeBytes() + Math.min(load.tenants, AT_HAND) * costs.organizationBytes()) / 1e6,
                messages * costs.walBytesPerMessage() / 1e6,
                diskPerDay,
                diskPerDay * load.retentionDays);
    }

    /** Up to how many lanes PostgreSQL keeps at the pace of their instances, on cores of its own, with messages coming in meanwhile. */
    double lanesOn(int databaseCores, Manner manner) {
        return USABLE
                * databaseCores
                * manner.secondsPerMessage
                * MICROS
                / (databaseMicros(manner) + costs.databaseMicrosPerEnqueued());
    }

    /** From how many lanes on cores are busy that PostgreSQL, a node and the stub share, with nothing coming in and nothing to spare. */
    double lanesOfSharedCores(int cores, Manner manner) {
        return cores * manner.secondsPerMessage * MICROS / sharedMicros(manner);
    }

    /** How many messages a second come out of shared cores: what lanes want, or what the cores give. */
    double messagesOfSharedCores(int cores, double lanes, Manner manner) {
        return Math.min(lanes, lanesOfSharedCores(cores, manner)) / manner.secondsPerMessage;
    }

    double databaseMicros(Manner manner) {
        return manner.turnsPerMessage * costs.databaseMicrosPerTurn() + costs.databaseMicrosPerMessage();
    }

    double nodeMicros(Manner manner) {
        return manner.turnsPerMessage * costs.nodeMicrosPerTurn() + costs.nodeMicrosPerMessage();
    }

    private double sharedMicros(Manner manner) {
        return databaseMicros(manner) + nodeMicros(manner) + costs.stubMicrosPerMessage();
    }
}
