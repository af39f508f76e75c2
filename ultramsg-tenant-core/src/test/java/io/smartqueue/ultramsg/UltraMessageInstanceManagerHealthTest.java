package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.event.HealthChanged;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The watch as a manager runs it; what it makes of its findings is {@code HealthWatchTest}'s. */
@Timeout(60)
class UltraMessageInstanceManagerHealthTest {
    private final ScriptedServer server = new ScriptedServer();
    private final InMemoryStore store = new InMemoryStore();
    private final BlockingQueue<HealthChanged> told = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        server.close();
    }

    private UltraMessageInstanceManager.Builder builder() {
        store.health().useClock(Clock.systemUTC());
        store.organizations().put(ACME, Samples.draft(server.url()));
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .listener(new UltraMessageListener() {
                    @Override
                    public void healthChanged(HealthChanged event) {
                        told.add(event);
                    }
                });
    }

    @Test
    void tellsOfAnInstanceInTroubleWithoutBeingAsked() throws InterruptedException {
        server.on("instance/status", Replies.json(200, Samples.STOPPED));
        try (UltraMessageInstanceManager manager =
                builder().healthCheckInterval(Duration.ofSeconds(1)).build()) {
            HealthChanged event = told.poll(30, TimeUnit.SECONDS);

            assertThat(event).isNotNull();
            assertThat(event.now().finding()).isEqualTo(ConnectionFinding.INSTANCE_STOPPED);
            assertThat(manager.health(ACME))
                    .extracting(InstanceHealth::finding)
                    .containsExactly(ConnectionFinding.INSTANCE_STOPPED);
        }
    }

    @Test
    void asksNothingIfThatIsLeftToOthers() {
        try (UltraMessageInstanceManager manager = builder()
                .healthCheckInterval(Duration.ofSeconds(1))
                .withoutHealthChecks()
                .build()) {
            assertThat(manager.health(ACME)).isEmpty();
        }
        assertThat(store.health().size()).isZero();
    }

    @Test
    void doesNotAskMoreOftenThanEverySecond() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().healthCheckInterval(Duration.ofMillis(999)))
                .withMessageContaining("healthCheckInterval is PT0.999S, it must be a second or more");
    }
}
