package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.CapacityModel.Load;
import io.smartqueue.ultramsg.benchmarks.CapacityModel.Manner;
import io.smartqueue.ultramsg.benchmarks.CapacityModel.Need;
import io.smartqueue.ultramsg.outbox.Pace;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the {@link CapacityModel} says, beside what was measured as far as that goes. Needs no server, and measures nothing. */
final class CapacityMeasurement {
    private static final double DAYS = 7;
    private static final double REPLY_SECONDS = 0.3;

    /** Not the default of 64, with which more nodes would be needed for their threads than for anything else. */
    private static final int LANES_AT_A_TIME = 512;

    private static final Manner ONE_A_TURN = Manner.backlog(Pace.oneEvery(Duration.ofSeconds(1)));
    private static final Manner FIVE_A_TURN = Manner.backlog(new Pace(5, Duration.ofSeconds(5)));
    private static final Manner NINE_A_TURN = Manner.backlog(new Pace(9, Duration.ofSeconds(9)));

    /** Of two cores that PostgreSQL, node and stub share: lanes at a message a second, and messages a second that came of it. */
    private static final Map<Integer, Double> MEASURED = measured();

    private CapacityMeasurement() {}

    /** From {@code results/outbox-jdk17.md}. */
    private static Map<Integer, Double> measured() {
        Map<Integer, Double> measured = new LinkedHashMap<>();
        measured.put(500, 465.0);
        measured.put(1_000, 651.0);
        measured.put(2_000, 747.0);
        return measured;
    }

    static List<Table> run(SystemPlan plan, Servers servers) {
        CapacityModel model = new CapacityModel(CapacityCosts.MEASURED);
        return List.of(tenants(model), lanes(model), beside(model));
    }

    private static Table tenants(CapacityModel model) {
        Table table = Table.of(
                "What tenants take in their busiest hour, by the model",
                "tenants",
                "each sends",
                "messages/s",
                "lanes at work",
                "turns/s",
                "posting at a time",
                "PostgreSQL, cores",
                "nodes",
                "their cores, busy",
                "connections",
                "heap of a node, MB",
                "WAL MB/s",
                "disk GB/day",
                "GB at " + (int) DAYS + " days");
        for (long tenants = 1_000; tenants <= 1_000_000; tenants *= 10) {
            row(table, model, "100 a day, one by one", load(tenants, 100, 0.15, Manner.ONE_BY_ONE));
            row(table, model, "a tenth of them 3,600 in an hour, Pace(5, 5 s)", load(tenants, 360, 1, FIVE_A_TURN));
            row(table, model, "3,600 in the hour, Pace(9, 9 s)", load(tenants, 3_600, 1, NINE_A_TURN));
        }
        return table.remark(String.format(
                        "PostgreSQL's cores are those that it should have, %.0f %% of them busy. Nodes have %d cores, of which as much"
                                + " may be busy, and %d lanes at a time; there are two at least.",
                        100 * CapacityModel.USABLE, CapacityModel.CORES_OF_A_NODE, LANES_AT_A_TIME))
                .remark("Assumed: UltraMsg answers within " + REPLY_SECONDS
                        + " s; of 100 a day, 15 come in the busiest hour; a campaign is all that its day has.");
    }

    private static Load load(long tenants, double perDay, double shareOfPeak, Manner manner) {
        return new Load(tenants, perDay, shareOfPeak, manner, DAYS, REPLY_SECONDS, LANES_AT_A_TIME);
    }

    private static void row(Table table, CapacityModel model, String each, Load load) {
        Need need = model.need(load);
        table.row(
                load.tenants(),
                each,
                need.messagesPerSecond(),
                Math.round(need.lanes()),
                need.turnsPerSecond(),
                Math.round(need.postsAtATime()),
                need.databaseCores(),
                need.nodes(),
                need.nodeCores(),
                need.connections(),
                need.heapMegabytesOfANode(),
                need.walMegabytesPerSecond(),
                need.diskGigabytesPerDay(),
                need.diskGigabytes());
    }

    static long lanesOn(CapacityModel model, int cores, Manner manner) {
        return model.lanesOn(cores, manner, REPLY_SECONDS, LANES_AT_A_TIME);
    }

    private static Table lanes(CapacityModel model) {
        Table table = Table.of(
                "Up to how many lanes at a message a second the pace bounds the drain, by the model",
                "cores of PostgreSQL's own",
                "Pace(1, 1 s)",
                "Pace(5, 5 s)",
                "Pace(9, 9 s)");
        for (int cores = 2; cores <= 64; cores *= 2) {
            table.row(
                    cores,
                    lanesOn(model, cores, ONE_A_TURN),
                    lanesOn(model, cores, FIVE_A_TURN),
                    lanesOn(model, cores, NINE_A_TURN));
        }
        return table.remark("With messages coming in, in batches, as fast as they go out; "
                + String.format("%.0f %% of the cores busy.", 100 * CapacityModel.USABLE));
    }

    private static Table beside(CapacityModel model) {
        Table table = Table.of(
                "The model beside what was measured: 2 cores that PostgreSQL, node and stub share",
                "lanes at a message a second",
                "messages/s by the model",
                "measured",
                "model : measured");
        MEASURED.forEach((lanes, measured) -> {
            double predicted = model.messagesOfSharedCores(2, lanes, ONE_A_TURN);
            table.row(lanes, predicted, measured, predicted / measured);
        });
        return table.remark(String.format(
                "By the model these cores are busy from %,.0f lanes on at Pace(1, 1 s), from %,.0f at Pace(5, 5 s), and from %,.0f at"
                        + " Pace(9, 9 s).",
                model.lanesOfSharedCores(2, ONE_A_TURN),
                model.lanesOfSharedCores(2, FIVE_A_TURN),
                model.lanesOfSharedCores(2, NINE_A_TURN)));
    }
}
