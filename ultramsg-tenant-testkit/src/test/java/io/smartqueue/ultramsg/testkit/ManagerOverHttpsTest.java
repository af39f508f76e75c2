package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** The library and the stub over TLS, as in production. */
@ExtendWith(UltraMsgExtension.class)
class ManagerOverHttpsTest {
    /** For 64 handshakes at once on a busy machine: speed is not at stake here. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final OrganizationId ACME = OrganizationId.of("acme");

    private final InMemoryTenantStore store = InMemoryTenantStore.create();
    private UltraMsgServer ultraMsg;
    private StubInstance instance;

    @BeforeEach
    void configure(UltraMsgServer ultraMsg) {
        this.ultraMsg = ultraMsg;
        this.instance = ultraMsg.addInstance("1150", "fake-t0ken");
        store.add(
                ACME,
                ConfigDraft.builder()
                        .instanceId("1150")
                        .token("fake-t0ken")
                        .baseUrl(ultraMsg.httpsBaseUrl().toString())
                        .status(InstanceStatus.ACTIVE)
                        .build());
    }

    @Test
    void sendsManyMessagesAtOnceOverTls() throws Exception {
        HttpSettings trusting = HttpSettings.builder()
                .sslContext(ultraMsg.sslContext())
                .connectTimeout(PATIENCE)
                .build();
        ExecutorService callers = Executors.newFixedThreadPool(64);
        try (UltraMessageInstanceManager manager = manager(trusting)) {
            List<Future<SendResult>> results = IntStream.range(0, 300)
                    .mapToObj(i -> callers.submit(() -> manager.sendMessage(ACME, "+15550001111", "Number " + i)))
                    .toList();

            for (Future<SendResult> result : results) {
                assertThat(result.get()).isInstanceOf(SendResult.Accepted.class);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(instance).receivedMessages(300);
    }

    @Test
    void sendsNothingToAServerItDoesNotTrust() {
        try (UltraMessageInstanceManager manager = manager(HttpSettings.defaults())) {
            SendResult result = manager.sendMessage(ACME, "+15550001111", "Hello");

            assertThat(result)
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.UNREACHABLE));
        }
        assertThat(instance).receivedNothing();
    }

    private UltraMessageInstanceManager manager(HttpSettings http) {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .http(http)
                .deadline(PATIENCE)
                .build();
    }
}
