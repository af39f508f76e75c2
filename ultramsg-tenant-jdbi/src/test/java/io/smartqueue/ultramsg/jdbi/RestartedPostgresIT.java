package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Batch;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchItem;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Pace;
import io.smartqueue.ultramsg.testkit.ReceivedMessage;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * PostgreSQL crashes, and is restarted, while two nodes send what waits in the outbox and callers send at once: each message arrives once.
 * The server's own setting of {@code synchronous_commit} is off, as embedded ones have it.
 */
@ExtendWith(UltraMsgExtension.class)
@Timeout(180)
class RestartedPostgresIT {
    private static final int ORGANIZATIONS = 3;
    private static final int QUEUED = 60;
    private static final int DIRECT = 60;
    private static final Recipient ADA = Recipient.parse("+15550001111");

    @TempDir
    Path data;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<StubInstance> instances = new ArrayList<>();
    private final List<OrganizationId> organizations = new ArrayList<>();
    private TestServer server;
    private TestDatabase database;

    @BeforeEach
    void start(UltraMsgServer ultraMsg) throws Exception {
        server = TestServer.startIn(data);
        database = server.migratedDatabase();
        for (int i = 1; i <= ORGANIZATIONS; i++) {
            instances.add(ultraMsg.addInstance("instance" + i, "fake-t0ken"));
            organizations.add(OrganizationId.of(database.organization("ultramsg_instance_id = 'instance" + i
                    + "', ultramsg_token = 'fake-t0ken', ultramsg_base_url = '" + ultraMsg.baseUrl() + "'")));
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        server.close();
    }

    private UltraMessageInstanceManager node() throws Exception {
        PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .laneHeartbeat(Duration.ofSeconds(1))
                .build();
        open.add(store);
        UltraMessageInstanceManager node = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .readBackWindow(Duration.ofSeconds(1))
                .withoutHealthChecks()
                .outbox(OutboxSettings.builder()
                        .pace(new Pace(1, Duration.ofMillis(50)))
                        .mostAtUltraMsg(1_000_000)
                        .build())
                .build();
        open.add(node);
        return node;
    }

    @Test
    void nothingIsLostOrSentTwice() throws Exception {
        UltraMessageInstanceManager first = node();
        UltraMessageInstanceManager second = node();
        List<Batch> batches = organizations.stream()
                .map(organization -> first.outbox()
                        .enqueueBatch(
                                organization,
                                bodies("Queued", QUEUED).map(body -> BatchItem.of(TextMessage.of(ADA, body)))))
                .toList();
        ExecutorService callers = Executors.newFixedThreadPool(ORGANIZATIONS);
        open.add(callers::shutdownNow);
        first.outbox().start();
        second.outbox().start();
        List<Future<?>> direct = organizations.stream()
                .<Future<?>>map(organization -> callers.submit(() -> sendAllAtOnce(second, organization)))
                .toList();

        Await.until(() -> arrived() > ORGANIZATIONS * QUEUED / 4);
        server.crashAndRestart(data);
        int before = arrived();
        Await.until(() -> arrived() > before + ORGANIZATIONS * QUEUED / 4);
        server.restart();

        for (Batch batch : batches) {
            assertThat(batch.await(Duration.ofMinutes(2)).counts()).isEqualTo(new BatchCounts(0, QUEUED, 0, 0, 0, 0));
        }
        for (Future<?> caller : direct) {
            caller.get();
        }
        for (StubInstance instance : instances) {
            assertThat(instance.receivedMessages())
                    .extracting(ReceivedMessage::body)
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(bodies("Queued", QUEUED), bodies("Direct", DIRECT))
                                    .toList());
        }
        assertThat(database.query("SELECT DISTINCT messages_sent_today FROM organizations"))
                .as("places taken in the day of each")
                .containsExactly(List.of(Integer.toString(QUEUED + DIRECT)));
    }

    private static Stream<String> bodies(String kind, int count) {
        return IntStream.range(0, count).mapToObj(i -> kind + " message " + i);
    }

    private int arrived() {
        return instances.stream()
                .mapToInt(instance -> instance.receivedMessages().size())
                .sum();
    }

    /** As a caller does who has to be certain: he asks again, under the same key, until he has an answer. */
    private static void sendAllAtOnce(UltraMessageInstanceManager node, OrganizationId organization) {
        bodies("Direct", DIRECT).forEach(body -> {
            SendOptions once = SendOptions.builder()
                    .idempotencyKey(IdempotencyKey.of(body.replace(' ', '-')))
                    .build();
            Await.until(() -> isAccepted(node, organization, TextMessage.of(ADA, body), once));
        });
    }

    private static boolean isAccepted(
            UltraMessageInstanceManager node, OrganizationId organization, TextMessage message, SendOptions once) {
        try {
            SendResult result = node.send(organization, message, once);
            assertThat(result).isNotInstanceOf(SendResult.Rejected.class);
            return result.isAccepted();
        } catch (StorageException whilePostgresIsAway) {
            assertThat(whilePostgresIsAway.isRetryable()).isTrue();
            return false;
        }
    }
}
