package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.usage.Latencies;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageMeasure;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.Random;

/** What organizations send and receive, by day: written down, and read as bills and dashboards read it, beside the same by hand. */
final class UsageComparisons {
    private static final int THREADS = 8;
    private static final int MOST = 20;
    private static final Actor.Operator OPERATOR = Actor.operator("a benchmark");
    private static final String EMPTY = "truncate ultramsg_usage, bare.usage";

    /** What an organization that sends a message a second comes to in half a minute. */
    private static final int ATTEMPTED = 30;

    private static final int REJECTED = 1;

    private static final String OUR_DAYS = """
            insert into ultramsg_usage (organization_id, day, attempted, accepted, rejected, sent, delivered, read, failed,
                received, rejected_by, failed_by, kinds, latencies)
            select id, date '%s' - day, 1000, 980 + id %% 10, 20, 960, 930, 700, 20, 300,
                '{"QUOTA_EXCEEDED": 15, "CIRCUIT_OPEN": 5}', '{"INVALID": 20}', '{"TEXT": 900, "IMAGE": 100}',
                decode('%s', 'hex')
            from generate_series(0, %d - 1) as day, generate_series(1, %d) as id""";

    private static final String BARE_DAYS = """
            insert into bare.usage (organization_id, day, attempted, accepted, rejected, delivered, read, failed, received)
            select id, date '%s' - day, 1000, 980 + id %% 10, 20, 930, 700, 20, 300
            from generate_series(0, %d - 1) as day, generate_series(1, %d) as id""";

    private UsageComparisons() {}

    /** What each node does for each organization that has sent within half a minute. */
    static Comparison add(Servers servers, Opened opened) throws Exception {
        BareUsage bare = bare(servers, opened);
        PostgresTenantStore store = opened.add(
                servers.database().store(opened.add(servers.database().servingPool())));
        LocalDate today = today();
        UsageCounts counts = UsageCounts.builder()
                .count(UsageMeasure.ATTEMPTED, ATTEMPTED)
                .count(UsageMeasure.ACCEPTED, ATTEMPTED - REJECTED)
                .count(UsageMeasure.REJECTED, REJECTED)
                .rejectedBy(RejectionReason.QUOTA_EXCEEDED, REJECTED)
                .kind(MessageKind.TEXT, ATTEMPTED)
                .latencies(latencies(ATTEMPTED - REJECTED))
                .build();

        return Comparison.of(
                        "usage().add of the store",
                        () -> store.usage()
                                .add(Organizations.any(), today, counts)
                                .orElseThrow(),
                        "INSERT … ON CONFLICT DO UPDATE",
                        () -> require(
                                bare.add(Organizations.anyKey(), today, ATTEMPTED, ATTEMPTED - REJECTED, REJECTED)))
                .threads(THREADS);
    }

    /**
     * One organization's days with their sum, as a bill has them.
     *
     * @param days how many; each of the organizations has them
     */
    static Comparison report(int days, Servers servers, Opened opened) throws Exception {
        BareUsage bare = bareWithDays(days, servers, opened);
        UltraMessageInstanceManager manager = manager(servers, opened);
        LocalDate to = today();
        LocalDate from = to.minusDays(days - 1L);

        return Comparison.of(
                        "usage().report, total",
                        () -> {
                            UsageCounts total = manager.usage()
                                    .report(Organizations.any(), from, to)
                                    .total();
                            require(total.count(UsageMeasure.ATTEMPTED) == 1000L * days);
                            return total.latencies().percentile(99);
                        },
                        "SELECT of sums",
                        () -> require(
                                bare.sums(Organizations.anyKey(), from, to).get(0) == 1000L * days))
                .threads(2);
    }

    /** Who has sent the most, of all organizations over all of their days. */
    static Comparison top(int days, Servers servers, Opened opened) throws Exception {
        BareUsage bare = bareWithDays(days, servers, opened);
        UltraMessageInstanceManager manager = manager(servers, opened);
        LocalDate to = today();
        LocalDate from = to.minusDays(days - 1L);

        return Comparison.of(
                "usage().top",
                () -> require(manager.usage()
                                .top(OPERATOR, from, to, UsageMeasure.ACCEPTED, MOST)
                                .size()
                        == MOST),
                "SELECT … GROUP BY",
                () -> require(bare.top(from, to, MOST).size() == MOST));
    }

    private static UltraMessageInstanceManager manager(Servers servers, Opened opened) throws Exception {
        TenantDatabase database = servers.database();
        return opened.add(SendComparisons.manager(opened.add(database.store(opened.add(database.servingPool())))));
    }

    private static BareUsage bare(Servers servers, Opened opened) throws Exception {
        TenantDatabase database = servers.database();
        BareUsage bare = new BareUsage(opened.add(database.barePool()));
        database.execute(EMPTY);
        opened.add(() -> database.execute(EMPTY)); // what others find is theirs
        return bare;
    }

    private static BareUsage bareWithDays(int days, Servers servers, Opened opened) throws Exception {
        BareUsage bare = bare(servers, opened);
        String histogram = HexFormat.of().formatHex(latencies(980).encode());
        servers.database()
                .execute(
                        OUR_DAYS.formatted(today(), histogram, days, Organizations.COUNT),
                        BARE_DAYS.formatted(today(), days, Organizations.COUNT),
                        "vacuum analyze ultramsg_usage",
                        "vacuum analyze bare.usage");
        return bare;
    }

    /** The organizations' own. */
    private static LocalDate today() {
        return LocalDate.now(ZoneId.of("Europe/Berlin"));
    }

    /** Half of them within 0.3 seconds, a few of several seconds. */
    private static Latencies latencies(int sends) {
        Random random = new Random(1);
        Latencies.Recorder recorder = Latencies.recorder();
        for (int i = 0; i < sends; i++) {
            recorder.recordMillis((long) (300 * Math.exp(0.7 * random.nextGaussian())));
        }
        return recorder.latencies();
    }

    private static boolean require(boolean done) {
        if (!done) {
            throw new IllegalStateException("it was not done");
        }
        return true;
    }
}
