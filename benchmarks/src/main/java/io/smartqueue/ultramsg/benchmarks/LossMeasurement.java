package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.benchmarks.BareQueue.Sending;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.BatchItem;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What becomes of messages while one reply in a hundred gets lost although the message was taken: half of the connections are closed, on the
 * others nothing more comes, see {@link Losses}. Each contender sends as many, one after the other, and meets the same losses.
 */
final class LossMeasurement {
    /** How long everybody waits for an answer, where that can be set. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final int ORGANIZATIONS = DrainMeasurement.ORGANIZATIONS;
    private static final int THREADS = TenantDatabase.POOL_SIZE;

    /** Not less, or transaction-outbox takes up again what still waits for a thread of its own. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** So many that a reply is lost in either way. */
    private static final int FEWEST = 2 * Losses.ONE_OF;

    /** Besides what waits or is being sent, what is looked for. */
    private static final String UNSETTLED =
            "select count(*) from ultramsg_messages where ready is not null or due_at is not null";

    private static final String UNSURE =
            "select coalesce(idempotency_key, given_key) from ultramsg_messages where state <> 'accepted'";

    private final TenantDatabase database;
    private final URI stub;
    private final StubJournal journal;
    private final int ofEach;
    private final long seed;
    private final Table table;
    private final List<String> missed = new ArrayList<>();

    private LossMeasurement(TenantDatabase database, StubProcess stub, SystemPlan plan) {
        this.database = database;
        this.stub = stub.address();
        this.journal = stub.journal();
        this.ofEach = Math.max(FEWEST, plan.messages()) / ORGANIZATIONS;
        this.seed = plan.seed();
        this.table = Table.of(
                "One reply of " + Losses.ONE_OF + " lost: messages of " + ORGANIZATIONS + " organizations",
                "by way of",
                "messages",
                "replies lost",
                "sent twice",
                "never sent",
                "unsettled",
                "seconds");
    }

    /** Opens a contender. */
    @FunctionalInterface
    private interface Opening {
        LossContender open(Opened opened) throws Exception;
    }

    /** What is hoped for. */
    private enum Hope {
        NOTHING_TWICE_LOST_OR_UNSETTLED,
        NONE
    }

    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        TenantDatabase database = servers.database();
        StubProcess stub = servers.stub();
        database.sendTo(stub.address());
        try (Opened opened = new Opened()) {
            opened.add(database::emptyOutbox);
            LossMeasurement losses = new LossMeasurement(database, stub, plan);
            losses.measureOurs();
            losses.measureOthers();
            return List.of(losses.table());
        }
    }

    private void measureOurs() throws Exception {
        measure("outbox", Hope.NOTHING_TWICE_LOST_OR_UNSETTLED, this::outbox);
        measure(
                "send with an idempotency key, again with the same unless accepted",
                Hope.NOTHING_TWICE_LOST_OR_UNSETTLED,
                opened -> calls(2, keyed(manager(opened))));
        measure("sendMessage", Hope.NONE, opened -> calls(1, plain(manager(opened))));
    }

    private void measureOthers() throws Exception {
        for (int tries = 1; tries <= 2; tries++) {
            int most = tries;
            String again = tries == 1 ? "" : ", again after an exception";
            measure("Twilio's SDK" + again, Hope.NONE, opened -> calls(most, twilio()));
            measure("Vonage's SDK" + again, Hope.NONE, opened -> calls(most, vonage()));
        }
        measure("java.net.http, again after an exception", Hope.NONE, opened -> calls(2, posting(opened)::post));
        measure(
                "FOR UPDATE SKIP LOCKED by hand",
                Hope.NONE,
                opened -> waiting(opened.add(new BareContender(database, posting(opened), THREADS))));
        measure(
                "db-scheduler, a task for each message",
                Hope.NONE,
                opened -> waiting(opened.add(new TaskContender(database, posting(opened), THREADS, RETRY_AFTER))));
        measure(
                "transaction-outbox",
                Hope.NONE,
                opened -> waiting(
                        opened.add(new TransactionOutboxContender(database, posting(opened), THREADS, RETRY_AFTER))));
    }

    private Sending twilio() {
        TwilioPeer peer = TwilioPeer.waitingFor(TIMEOUT, stub);
        peer.addTenants(ORGANIZATIONS);
        return new Peer(peer::send);
    }

    private Sending vonage() {
        VonagePeer peer = VonagePeer.waitingFor(TIMEOUT, stub);
        peer.addTenants(ORGANIZATIONS);
        return new Peer(peer::send);
    }

    private void measure(String name, Hope hope, Opening opening) throws Exception {
        database.emptyOutbox();
        journal.take();
        int messages = ORGANIZATIONS * ofEach;
        try (Opened opened = new Opened()) {
            LossContender contender = opening.open(opened);
            journal.beginLosing(seed);
            long start = System.nanoTime();
            Set<Integer> unsure = contender.send(ORGANIZATIONS, ofEach);
            double seconds = (System.nanoTime() - start) / 1e9;
            int lost = journal.endLosing();
            LossCount count = LossCount.of(messages, journal.take(), unsure);
            System.err.println(name + ": " + count);
            table.row(name, messages, lost, count.twice(), count.neverSent(), count.unsettled(), seconds);
            if (hope == Hope.NOTHING_TWICE_LOST_OR_UNSETTLED && !count.isNone()) {
                missed.add(name);
            }
        }
    }

    private static CallingContender calls(int tries, Sending call) {
        return new CallingContender(THREADS, tries, call);
    }

    /** A third of a call's time is kept to look for a message whose reply was lost. */
    private UltraMessageInstanceManager manager(Opened opened) {
        return opened.add(SendComparisons.builder(opened.add(database.store(opened.add(database.servingPool()))))
                .deadline(TIMEOUT.plus(TIMEOUT.dividedBy(2)))
                .build());
    }

    private static Sending keyed(UltraMessageInstanceManager manager) {
        Recipient recipient = Recipient.parse(Texts.RECIPIENT);
        return (organization, text) -> manager.send(
                        OrganizationId.of(organization),
                        TextMessage.of(recipient, text),
                        SendOptions.builder()
                                .idempotencyKey(IdempotencyKey.of(text.replace(' ', '-')))
                                .build())
                .isAccepted();
    }

    private static Sending plain(UltraMessageInstanceManager manager) {
        return (organization, text) -> manager.sendMessage(OrganizationId.of(organization), Texts.RECIPIENT, text)
                .isAccepted();
    }

    private Posting posting(Opened opened) {
        return opened.add(Posting.leavingUnansweredToCallers(stub, TIMEOUT));
    }

    /** Each message with a key, by which it is known afterwards. */
    private LossContender outbox(Opened opened) {
        Node node = opened.add(Node.open(database, Node.unpaced(THREADS)));
        return (organizations, ofEachOne) -> {
            for (int organization = 1; organization <= organizations; organization++) {
                int first = (organization - 1) * ofEachOne;
                node.outbox()
                        .enqueueBatch(
                                OrganizationId.of(organization),
                                IntStream.range(first, first + ofEachOne).mapToObj(LossMeasurement::item));
            }
            node.outbox().start();
            database.awaitNone(UNSETTLED, PATIENCE);
            node.outbox().stop();
            return new HashSet<>(database.rows(UNSURE, row -> Integer.valueOf(row.getString(1))));
        };
    }

    private static BatchItem item(int number) {
        EnqueueOptions options = EnqueueOptions.builder()
                .idempotencyKey(IdempotencyKey.of(Integer.toString(number)))
                .build();
        return new BatchItem(Node.text(number), options);
    }

    /** It deletes what it knows to be sent, and goes on until nothing is left. */
    private LossContender waiting(Contender contender) {
        return (organizations, ofEachOne) -> {
            contender.enqueue(organizations, ofEachOne);
            contender.start();
            database.awaitNone(contender.unfinished(), PATIENCE);
            contender.stop();
            return Set.of();
        };
    }

    private Table table() {
        return table.remark("Aims: 0, 0 and 0 for the outbox and for sends with a key: "
                        + (missed.isEmpty() ? "met." : "missed by " + String.join(", ", missed) + "."))
                .remark(
                        "Sent twice: messages that the stub took more than once. Never sent: that it had not taken when nobody sent"
                                + " any more. Unsettled: that it took, while the last that a caller was told, or what was written down, was"
                                + " that they failed or are not known to be sent.")
                .remark(
                        "Callers, of which there are " + THREADS + ", wait " + TIMEOUT.toSeconds()
                                + " s for an answer; the outbox has no setting for it and waits 10 s, two thirds of what a turn may take.")
                .remark(
                        "Only answers to messages are lost. The library's looks for a message are answered, and tell what the stub took.")
                .remark("db-scheduler and transaction-outbox repeat after " + RETRY_AFTER.toSeconds()
                        + " s what failed, by default after 5 and 2 minutes.");
    }

    /** A client that throws when it is not told that its message was taken. */
    private record Peer(Client client) implements Sending {
        @Override
        public boolean send(int organization, String text) {
            client.send(organization - 1, text);
            return true;
        }
    }

    /** Sends for one of its tenants, counted from 0. */
    @FunctionalInterface
    private interface Client {
        void send(int tenant, String text);
    }
}
