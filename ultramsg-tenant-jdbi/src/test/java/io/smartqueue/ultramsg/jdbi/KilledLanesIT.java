package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Batch;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchItem;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.OrderingKey;
import io.smartqueue.ultramsg.outbox.Urgency;
import io.smartqueue.ultramsg.testkit.ReceivedMessage;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three processes that send what waits in the outbox; one after the other is killed or stopped in the middle, PostgreSQL crashes and is
 * restarted, and replies get lost: each message arrives once, those of an ordering key in order, and the batches add up.
 *
 * <p>The system property {@code ultramsg.outbox.kills} says how often one is killed, {@code ultramsg.outbox.stops} how often one is stopped for half
 * a minute, {@code ultramsg.outbox.messages} among how many messages, and {@code ultramsg.seed} at which moments.
 */
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class KilledLanesIT {
    private static final int KILLS = Integer.getInteger("ultramsg.outbox.kills", 4);
    private static final int STOPS = Integer.getInteger("ultramsg.outbox.stops", 1);
    private static final Duration STOPPED_FOR = Duration.ofSeconds(30);
    private static final int ORGANIZATIONS = 6;
    private static final int MESSAGES_OF_EACH = Integer.getInteger("ultramsg.outbox.messages", 600) / ORGANIZATIONS;
    private static final int MESSAGES = MESSAGES_OF_EACH * ORGANIZATIONS;
    private static final int NODES = 3;
    private static final int ORDERS = 5;

    /** A dead node is noticed after five seconds, so that the test does not wait for that; one that stalls for less is not dead. */
    private static final Duration NOTICED_SOON = Duration.ofSeconds(1);

    private final Random random = new Random(Long.getLong("ultramsg.seed", System.nanoTime()));
    private final List<OrganizationId> organizations = new ArrayList<>();
    private final List<StubInstance> instances = new ArrayList<>();
    private final List<Process> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(Process::destroyForcibly);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void loseNothingSendNothingTwiceAndKeepTheOrderWhenNodesAndPostgresDie(UltraMsgServer ultraMsg, @TempDir Path data)
            throws Exception {
        try (TestServer postgres = TestServer.startIn(data)) {
            sendWhileNodesAndPostgresDie(postgres, data, ultraMsg);
        }
    }

    private void sendWhileNodesAndPostgresDie(TestServer postgres, Path data, UltraMsgServer ultraMsg)
            throws Exception {
        TestDatabase database = postgres.migratedDatabase();
        addOrganizations(database, ultraMsg);
        for (int i = 0; i < NODES; i++) {
            nodes.add(start(database, NOTICED_SOON, 5, Duration.ofMillis(50)));
        }

        whileMessagesAreSent(database, () -> {
            for (int kill = 0; kill < KILLS; kill++) {
                awaitRequests(random.nextInt(2 * MESSAGES / (KILLS + 1)));
                instances.get(random.nextInt(ORGANIZATIONS)).losesReplyAfterAccepting(1 + random.nextInt(2));
                if (kill % 6 == 2) {
                    postgres.crashAndRestart(data);
                } else if (kill % 6 == 5) {
                    postgres.restart();
                }
                Process victim = nodes.remove(random.nextInt(NODES));
                victim.destroyForcibly().waitFor(); // SIGKILL
                nodes.add(start(database, NOTICED_SOON, 5, Duration.ofMillis(50)));
            }
        });

        assertThatAllArrivedOnceAndInOrder(database);
    }

    /** Not noticed sooner than in earnest: only then is the one who was stopped certain to find its time over. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void loseNothingKeepTheOrderAndCountWhatIsSentTwiceWhenANodeHangs(
            @TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg) throws Exception {
        Program kill = Program.named("kill", "procps");
        addOrganizations(database, ultraMsg);
        for (int i = 0; i < NODES; i++) {
            nodes.add(start(database, RunningLanes.HEARTBEAT, 1, Duration.ofMillis(100)));
        }

        whileMessagesAreSent(database, () -> {
            for (int stop = 0; stop < STOPS; stop++) {
                awaitRequests(ORGANIZATIONS * (2 + random.nextInt(5)));
                Process victim = nodes.get(random.nextInt(NODES));
                signal(kill, "-STOP", victim);
                List<Integer> before = arrivedOfEach();
                TimeUnit.NANOSECONDS.sleep(STOPPED_FOR.toNanos()); // how long it hangs is what is tried
                Await.until(() -> allWentOn(before)); // its lanes are others' by now
                signal(kill, "-CONT", victim);
            }
        });

        assertThatAllArrivedInOrder(database);
    }

    private static int countedTwice(TestDatabase database) throws SQLException {
        return Integer.parseInt(database.query(
                        "SELECT coalesce(sum(copies_found - 1), 0) FROM ultramsg_messages WHERE copies_found > 1")
                .get(0)
                .get(0));
    }

    private List<Integer> arrivedOfEach() {
        return instances.stream()
                .map(instance -> instance.receivedMessages().size())
                .toList();
    }

    private boolean allWentOn(List<Integer> before) {
        List<Integer> now = arrivedOfEach();
        return IntStream.range(0, ORGANIZATIONS)
                .allMatch(i -> now.get(i) > before.get(i) || now.get(i) == MESSAGES_OF_EACH);
    }

    private static void signal(Program kill, String signal, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(kill.path().toString(), signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private void addOrganizations(TestDatabase database, UltraMsgServer ultraMsg) throws SQLException {
        for (int i = 1; i <= ORGANIZATIONS; i++) {
            instances.add(ultraMsg.addInstance("instance" + i, "fake-t0ken"));
            organizations.add(OrganizationId.of(database.organization("ultramsg_instance_id = 'instance" + i
                    + "', ultramsg_token = 'fake-t0ken', daily_message_limit = 1000000, ultramsg_base_url = '"
                    + ultraMsg.baseUrl() + "'")));
        }
    }

    private interface Disturbance {
        void takePlace() throws Exception;
    }

    /** Enqueues a batch for each organization, and returns when all are settled and the nodes have ended. */
    private void whileMessagesAreSent(TestDatabase database, Disturbance disturbance) throws Exception {
        try (PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                        .tokenKeys(Keys.ONE)
                        .build();
                UltraMessageInstanceManager host = UltraMessageInstanceManager.builder(store)
                        .allowedHosts(AllowedHosts.anyIncludingLocal())
                        .withoutHealthChecks()
                        .build()) {
            List<Batch> batches = organizations.stream()
                    .map(organization -> host.outbox().enqueueBatch(organization, messages()))
                    .toList();

            disturbance.takePlace();

            for (Batch batch : batches) {
                assertThat(batch.await(Duration.ofMinutes(10)).counts())
                        .as("a batch in the end")
                        .isEqualTo(new BatchCounts(0, MESSAGES_OF_EACH, 0, 0, 0, 0));
            }
            // what ADR 19 leaves open: a process that is stopped between its last look at the clock and the write
            Await.until(() -> arrived() - MESSAGES == countedTwice(database));
            stopGracefully();
        }
    }

    private void assertThatAllArrivedOnceAndInOrder(TestDatabase database) throws SQLException {
        assertThatAllArrivedInOrder(database);
        assertThat(arrived()).isEqualTo(MESSAGES);
        assertThat(countedTwice(database)).isZero();
    }

    private void assertThatAllArrivedInOrder(TestDatabase database) throws SQLException {
        for (int i = 0; i < ORGANIZATIONS; i++) {
            List<String> received = instances.get(i).receivedMessages().stream()
                    .map(ReceivedMessage::body)
                    .distinct()
                    .toList();
            assertThat(received).as("what instance %s was given", i + 1).containsExactlyInAnyOrderElementsOf(bodies());
            for (int order = 0; order < ORDERS; order++) {
                String its = "Order " + order + " ";
                assertThat(received.stream().filter(body -> body.startsWith(its)))
                        .containsExactlyElementsOf(bodies().stream()
                                .filter(body -> body.startsWith(its))
                                .toList());
            }
        }
        assertThat(database.query("SELECT id, messages_sent_today FROM organizations"))
                .as("places taken in the day of each")
                .containsExactlyInAnyOrderElementsOf(organizations.stream()
                        .map(organization -> List.of(organization.value(), Integer.toString(MESSAGES_OF_EACH)))
                        .toList());
        assertThat(database.query("SELECT count(*) FROM ultramsg_lanes WHERE picked"))
                .containsExactly(List.of("0"));
    }

    private static String body(int i) {
        return "Order %d message %06d".formatted(i % ORDERS, i);
    }

    private static List<String> bodies() {
        return IntStream.range(0, MESSAGES_OF_EACH)
                .mapToObj(KilledLanesIT::body)
                .toList();
    }

    private static Stream<BatchItem> messages() {
        return IntStream.range(0, MESSAGES_OF_EACH)
                .mapToObj(i -> new BatchItem(
                        TextMessage.of(Recipient.parse("+15550001111"), body(i)),
                        EnqueueOptions.builder()
                                .orderingKey(OrderingKey.of("order-" + i % ORDERS))
                                .urgency(Urgency.values()[i % Urgency.values().length])
                                .build()));
    }

    private void awaitRequests(int more) {
        long enough = requests() + more;
        Await.until(() -> requests() >= enough || arrived() == MESSAGES);
    }

    private long requests() {
        return instances.stream().mapToLong(StubInstance::requestCount).sum();
    }

    private int arrived() {
        return arrivedOfEach().stream().mapToInt(Integer::intValue).sum();
    }

    private void stopGracefully() throws IOException, InterruptedException {
        for (Process node : nodes) {
            node.getOutputStream().close();
        }
        for (Process node : nodes) {
            assertThat(node.waitFor(30, TimeUnit.SECONDS)).as("a node ends").isTrue();
        }
    }

    private static Process start(TestDatabase database, Duration heartbeat, int messages, Duration pace)
            throws IOException, SQLException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OutboxNode.class.getName(),
                        database.jdbcUrl(),
                        database.servingLogin(),
                        Long.toString(heartbeat.toMillis()),
                        Integer.toString(messages),
                        Long.toString(pace.toMillis()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
