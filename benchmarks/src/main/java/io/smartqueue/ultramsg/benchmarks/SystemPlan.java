package io.smartqueue.ultramsg.benchmarks;

import java.util.List;

/**
 * How much to measure.
 *
 * @param rounds in which all contenders take turns, and which are counted
 * @param warmUpRounds which are run before and not counted
 * @param messages that are drained in a turn
 * @param seconds for which a state is watched
 * @param samples of a latency
 * @param campaign how many messages one has
 * @param lanes how many of them, step by step
 * @param idle how many organizations have nothing to send
 * @param parked how many have something to send tomorrow
 * @param stream how many messages are enqueued in one go
 * @param tenants how many a process sends for
 * @param seed decides who begins each round, and when somebody sends something urgent
 */
record SystemPlan(
        int rounds,
        int warmUpRounds,
        int messages,
        int seconds,
        int samples,
        int campaign,
        List<Integer> lanes,
        int idle,
        int parked,
        int stream,
        int tenants,
        long seed) {
    static final SystemPlan DEFAULT = new SystemPlan(
            10,
            2,
            2_000,
            20,
            200,
            100_000,
            List.of(200, 500, 1_000, 2_000, 4_000),
            100_000,
            10_000,
            1_000_000,
            10_000,
            1);

    /** To see that everything works. */
    static final SystemPlan TINY = new SystemPlan(1, 0, 40, 1, 2, 100, List.of(5), 1_010, 20, 2_000, 100, 1);

    SystemPlan {
        if (rounds < 1
                || warmUpRounds < 0
                || seconds < 1
                || samples < 1
                || messages < 1
                || stream < 1
                || tenants < 1
                || lanes.isEmpty()) {
            throw new IllegalArgumentException("a number is too small");
        }
        lanes = List.copyOf(lanes);
    }
}
