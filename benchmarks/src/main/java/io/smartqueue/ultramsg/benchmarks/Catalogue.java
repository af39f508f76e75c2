package io.smartqueue.ultramsg.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** All there is to compare. */
final class Catalogue {
    /** As many callers again as may be under way through one instance. */
    private static final int TWICE_THE_ROOM = 64;

    /** Each can be told of five times, which is more than a run with the defaults does. */
    private static final int MESSAGES_OF_EACH = 100;

    private static final int A_YEAR = 365;

    static final List<Entry> ALL = List.of(
            new Entry(
                    "control-16",
                    "HttpClient.send beside itself: what the harness makes of no difference",
                    (servers, opened) -> SendComparisons.control(servers, opened, 16)),
            new Entry(
                    "cached-config",
                    "a configuration that is at hand, beside a Caffeine cache",
                    StoreComparisons::cachedConfig),
            new Entry(
                    "send-16",
                    "sendMessage from 16 threads, stores in memory, beside HttpClient.send",
                    (servers, opened) -> SendComparisons.inMemory(servers, opened, 16)),
            new Entry(
                    "send-64",
                    "the same from 64 threads",
                    (servers, opened) -> SendComparisons.inMemory(servers, opened, 64)),
            new Entry(
                    "send-256",
                    "the same from 256 threads",
                    (servers, opened) -> SendComparisons.inMemory(servers, opened, 256)),
            onVirtualThreads(16),
            onVirtualThreads(64),
            onVirtualThreads(256),
            new Entry(
                    "send-to-recipient-16",
                    "send from 16 threads to a recipient that was read before, stores in memory, beside HttpClient.send",
                    (servers, opened) -> SendComparisons.toRecipient(servers, opened, 16)),
            new Entry(
                    "send-postgres-16",
                    "sendMessage from 16 threads, stores on PostgreSQL, beside UPDATE … RETURNING and HttpClient.send",
                    (servers, opened) -> SendComparisons.onPostgres(servers, opened, 16)),
            new Entry(
                    "send-postgres-64",
                    "the same from 64 threads",
                    (servers, opened) -> SendComparisons.onPostgres(servers, opened, 64)),
            new Entry(
                    "send-everything-16",
                    "send with a key, all messages and texts logged, health asked for, beside UPDATE … RETURNING and HttpClient.send",
                    (servers, opened) -> SendComparisons.everythingOn(servers, opened, 16)),
            new Entry(
                    "send-everything-64",
                    "the same from 64 threads",
                    (servers, opened) -> SendComparisons.everythingOn(servers, opened, 64)),
            new Entry(
                    "send-everything-256",
                    "the same from 256 threads",
                    (servers, opened) -> SendComparisons.everythingOn(servers, opened, 256)),
            new Entry(
                    "send-everything-virtual-256",
                    "the same from 256 virtual threads, JDK 21 and newer",
                    (servers, opened) ->
                            SendComparisons.everythingOn(servers, opened, 256).on(ThreadKind.VIRTUAL)),
            new Entry(
                    "send-keyed-16",
                    "send with an idempotency key, beside the same without, stores on PostgreSQL",
                    (servers, opened) -> SendComparisons.keyed(servers, opened, 16)),
            new Entry(
                    "send-logged-16",
                    "send where all messages are logged, beside the same where none is, stores on PostgreSQL",
                    (servers, opened) -> SendComparisons.logged(servers, opened, 16)),
            new Entry(
                    "peer-default-16",
                    "sendMessage, stores in memory, beside a POST by the JDK's client as it comes",
                    PeerComparisons::defaultClient),
            new Entry("peer-okhttp-16", "the same beside a POST by OkHttp", PeerComparisons::okHttp),
            new Entry("peer-apache-16", "the same beside a POST by Apache HttpClient 5", PeerComparisons::apache),
            new Entry("peer-twilio-16", "the same beside Twilio's SDK, 1,000 tenants each", PeerComparisons::twilio),
            new Entry("peer-vonage-16", "the same beside Vonage's SDK, 1,000 tenants each", PeerComparisons::vonage),
            new Entry(
                    "send-managed-16",
                    "send, stores in memory, beside UltraMsgClient's: what the manager's own steps cost",
                    (servers, opened) -> SendComparisons.managed(servers, opened, 16)),
            new Entry(
                    "read",
                    "one organization's configuration from PostgreSQL, beside the SELECT by hand",
                    StoreComparisons::read),
            new Entry(
                    "read-with-token",
                    "the same with its sealed token opened, which the SELECT by hand does not do",
                    StoreComparisons::readWithToken),
            new Entry("write", "one column of it written, beside the UPDATE by hand", StoreComparisons::write),
            new Entry(
                    "admin-view",
                    "a configuration shown to an admin of the organization, beside SELECTs of his role and of the row by hand",
                    AdminComparisons::view),
            new Entry(
                    "admin-view-employee",
                    "the same shown to an employee, without token and limit",
                    AdminComparisons::viewOfEmployee),
            new Entry(
                    "admin-update",
                    "one field of the version that an admin was shown, beside a transaction of SELECT, UPDATE and INSERT by hand",
                    AdminComparisons::update),
            new Entry(
                    "admin-history",
                    "20 changes shown to an admin, beside SELECTs of his role and of the rows by hand",
                    AdminComparisons::history),
            new Entry(
                    "reservation",
                    "a place in the daily limit, beside UPDATE … RETURNING by hand",
                    StoreComparisons::reservation),
            new Entry(
                    "reservation-bucket4j",
                    "a place in the daily limit, beside bucket4j",
                    StoreComparisons::reservationBesideBucket4j),
            new Entry(
                    "enqueue-one",
                    "a text put into the outbox, beside the INSERT of one row by hand",
                    EnqueueComparisons::one),
            new Entry(
                    "enqueue-batch",
                    "a batch of 1,000 texts put into it, beside one INSERT of 1,000 rows; an operation is all of them",
                    EnqueueComparisons::batch),
            new Entry(
                    "webhook-claim",
                    "one webhook event begun, once whoever else has it, beside the INSERT of its id by hand",
                    InboundComparisons::claim),
            new Entry(
                    "webhook-intake",
                    "a customer's message from the host's route to the answer, beside the INSERT of its id by hand",
                    InboundComparisons::intake),
            new Entry(
                    "webhook-repeat",
                    "one that was handled before, beside the INSERT that finds its id there",
                    InboundComparisons::repeated),
            ackUpdate(MESSAGES_OF_EACH),
            ackIntake(MESSAGES_OF_EACH),
            new Entry(
                    "usage-add",
                    "half a minute of an organization's messages added to its day, beside INSERT … ON CONFLICT DO UPDATE by hand",
                    UsageComparisons::add),
            usageReport(A_YEAR),
            usageTop(A_YEAR),
            new Entry(
                    "direct-route-16",
                    "POST whatsapp-direct of the example Smart Queue from 16 threads, beside the call that it makes",
                    (servers, opened) -> ServiceComparisons.directRoute(servers, opened, 16)),
            new Entry(
                    "picture",
                    "a picture of 7 MB, beside Base64, URLEncoder and HttpClient.send",
                    ApiComparisons::picture),
            new Entry(
                    "page", "a page of 100 queued messages, beside HttpClient.send and Jackson", ApiComparisons::page),
            new Entry(
                    "stub-16",
                    "a text to the testkit's stub from 16 threads, beside a WireMock with one answer",
                    (servers, opened) -> StubComparisons.requests(servers, opened, 16)),
            new Entry("stub-start", "the stub started and closed, beside WireMock", StubComparisons::starts),
            new Entry(
                    "apart-dead",
                    "500 messages a second while another organization's instance never answers, beside the same undisturbed",
                    (servers, opened) -> ApartComparisons.troubledBy(Temper.DEAD, TWICE_THE_ROOM, servers, opened)),
            new Entry(
                    "apart-refused",
                    "the same while it refuses connections",
                    (servers, opened) -> ApartComparisons.troubledByNobodyThere(TWICE_THE_ROOM, servers, opened)),
            new Entry(
                    "apart-trickling",
                    "the same while it sends a byte at a time",
                    (servers, opened) ->
                            ApartComparisons.troubledBy(Temper.TRICKLING, TWICE_THE_ROOM, servers, opened)),
            new Entry(
                    "apart-throttling",
                    "the same while it answers 429 to everything",
                    (servers, opened) ->
                            ApartComparisons.troubledBy(Temper.THROTTLING, TWICE_THE_ROOM, servers, opened)),
            crowded(10_000));

    private Catalogue() {}

    private static Entry onVirtualThreads(int threads) {
        return new Entry(
                "send-virtual-" + threads,
                "send-" + threads + " from virtual threads, JDK 21 and newer",
                (servers, opened) ->
                        SendComparisons.inMemory(servers, opened, threads).on(ThreadKind.VIRTUAL));
    }

    /** Those that can be run on this JDK. */
    static List<Entry> here() {
        return ALL.stream()
                .filter(entry -> !entry.name().contains("-virtual-") || ThreadKind.VIRTUAL.isThere())
                .toList();
    }

    static Entry crowded(int threads) {
        return new Entry(
                "apart-crowded",
                String.format(Locale.ROOT, "the same while it is slow and %,d threads send through it", threads),
                (servers, opened) -> ApartComparisons.troubledBy(Temper.SLOW, threads, servers, opened));
    }

    static Entry ackUpdate(int messagesOfEach) {
        return new Entry(
                "ack-update",
                "how far a message has come, kept in the log, beside the UPDATE by hand",
                (servers, opened) -> InboundComparisons.ack(messagesOfEach, servers, opened));
    }

    static Entry ackIntake(int messagesOfEach) {
        return new Entry(
                "ack-intake",
                "the same from the host's route to the answer, beside INSERT and UPDATE by hand in one transaction",
                (servers, opened) -> InboundComparisons.ackIntake(messagesOfEach, servers, opened));
    }

    static Entry usageReport(int days) {
        return new Entry(
                "usage-report",
                "a year of one of 1,000 organizations with its sum and percentiles, beside a SELECT of sums by hand",
                (servers, opened) -> UsageComparisons.report(days, servers, opened));
    }

    static Entry usageTop(int days) {
        return new Entry(
                "usage-top",
                "the 20 of them that sent the most in a year, beside SELECT … GROUP BY by hand",
                (servers, opened) -> UsageComparisons.top(days, servers, opened));
    }

    static Entry named(String name) {
        Entry named = ALL.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no comparison " + name + ", only "
                        + ALL.stream().map(Entry::name).collect(Collectors.joining(", "))));
        if (!here().contains(named)) {
            throw new IllegalArgumentException(name + " needs JDK 21 or newer, for its virtual threads");
        }
        return named;
    }

    /**
     * A comparison that can be opened.
     *
     * @param name on the command line and in reports
     * @param description for people
     * @param opening opens it
     */
    record Entry(String name, String description, Opening opening) {}

    /** Opens what a comparison needs; servers are shared, all else is its own. */
    @FunctionalInterface
    interface Opening {
        Comparison open(Servers servers, Opened opened) throws Exception;
    }
}
