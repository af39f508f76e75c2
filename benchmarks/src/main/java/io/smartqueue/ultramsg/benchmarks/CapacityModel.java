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

    /** A node has configuration and gate of so many organizations at hand, at most. */
    private static final int AT_HAND = 10_000;

    /** Ten for statements, one that listens. */
    private static final int CONNECTIONS_OF_A_NODE = 11;

    /** A node adds what it has counted of an organization to its day once in so many seconds. */
    private static final double SECONDS_OF_USAGE = 30;

    private static final long MOST_LANES = 10_000_000;
    private static final double SECONDS_OF_AN_HOUR = 3_600;
    private static final double MICROS = 1e6;

    /** How messages come in. */
    enum Intake {
        ONE_BY_ONE,
        IN_BATCHES
    }

    /**
     * How messages come in, and how lanes hand them over.
     *
     * @param intake how they come in
     * @param secondsPerMessage from one message of an organization to its next, as its instance takes them
     * @param turnsPerMessage 1 / m for m messages a turn of a backlog; 2 for messages that come one by one: a turn that sends, and one that
     *     finds nothing more and ends the lane
     */
    record Manner(Intake intake, double secondsPerMessage, double turnsPerMessage) {
        /** A message comes, is sent, and the next one comes when its lane has ended. */
        static final Manner ONE_BY_ONE = new Manner(Intake.ONE_BY_ONE, 1, 2);

        /** Batches came, and there is always more. */
        static Manner backlog(Pace pace) {
            return new Manner(
                    Intake.IN_BATCHES, pace.interval().toMillis() / 1e3 / pace.messages(), 1.0 / pace.messages());
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
     * @param lanesAtATime that each node has threads for
     */
    record Load(
            long tenants,
            double messagesPerDay,
            double shareOfPeak,
            Manner manner,
            double retentionDays,
            double replySeconds,
            int lanesAtATime) {
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
     * @param postsAtATime messages that wait for UltraMsg's answer at the same moment, each on a thread
     * @param nodes that keep up by their cores and threads, two at least
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
            double postsAtATime,
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
        double postsAtATime = messages * load.replySeconds;
        int nodes = (int) Math.max(
                2,
                Math.ceil(
                        Math.max(nodeCores / (USABLE * CORES_OF_A_NODE), postsAtATime / (USABLE * load.lanesAtATime))));
        double turnsThatSend = Math.min(messages, turns);
        double counted = load.manner.intake == Intake.ONE_BY_ONE ? load.tenants : lanes;
        double usages = Math.min(turnsThatSend, counted * nodes / SECONDS_OF_USAGE);
        double databaseCores = messages * databaseMicros(load.manner) / MICROS
                + usages * costs.databaseMicrosPerUsage() / MICROS
                + nodes * (costs.databaseCoresOfIdleNode() + lanes * costs.databaseMicrosPerLaneAndNode() / MICROS);
        double diskPerDay = load.messagesOfAllPerDay() * costs.diskBytesPerMessage() / 1e9;
        return new Need(
                messages,
                lanes,
                turns,
                postsAtATime,
                nodes,
                nodeCores,
                databaseCores / USABLE,
                nodes * CONNECTIONS_OF_A_NODE,
                (costs.nodeBytes() + Math.min(load.tenants, AT_HAND) * costs.organizationBytes()) / 1e6,
                messages * costs.walBytesPerMessage() / 1e6,
                diskPerDay,
                diskPerDay * load.retentionDays);
    }

    /**
     * Up to how many lanes PostgreSQL keeps at the pace of their instances, on cores of its own, with as many messages coming in meanwhile and
     * nodes for all of it.
     */
    long lanesOn(int databaseCores, Manner manner, double replySeconds, int lanesAtATime) {
        long kept = 0;
        long tooMany = MOST_LANES;
        while (tooMany - kept > 1) {
            long lanes = (kept + tooMany) / 2;
            double perDay = SECONDS_OF_AN_HOUR / manner.secondsPerMessage;
            if (need(new Load(lanes, perDay, 1, manner, 1, replySeconds, lanesAtATime))
                            .databaseCores()
                    <= databaseCores) {
                kept = lanes;
            } else {
                tooMany = lanes;
            }
        }
        return kept;
    }

    /** From how many lanes on cores are busy that PostgreSQL, a node and the stub share, with nothing coming in and nothing to spare. */
    double lanesOfSharedCores(int cores, Manner manner) {
        return cores * manner.secondsPerMessage * MICROS / sharedMicros(manner);
    }

    /** How many messages a second come out of shared cores: what lanes want, or what the cores give. */
    double messagesOfSharedCores(int cores, double lanes, Manner manner) {
        return Math.min(lanes, lanesOfSharedCores(cores, manner)) / manner.secondsPerMessage;
    }

    /** PostgreSQL's CPU for putting a message in and sending it. */
    double databaseMicros(Manner manner) {
        return switch (manner.intake) {
                    case ONE_BY_ONE -> costs.databaseMicrosPerEnqueued();
                    case IN_BATCHES -> costs.databaseMicrosPerBatched();
                }
                + databaseMicrosToSend(manner);
    }

    double databaseMicrosToSend(Manner manner) {
        return manner.turnsPerMessage * costs.databaseMicrosPerTurn() + costs.databaseMicrosPerMessage();
    }

    double nodeMicros(Manner manner) {
        return manner.turnsPerMessage * costs.nodeMicrosPerTurn() + costs.nodeMicrosPerMessage();
    }

    private double sharedMicros(Manner manner) {
        return databaseMicrosToSend(manner) + nodeMicros(manner) + costs.stubMicrosPerMessage();
    }
}
