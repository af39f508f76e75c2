package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.event.DeliveryChanged;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** How far messages come shows where no webhook tells it: the list of messages does, with each check of an instance. */
@Timeout(120)
class DeliveryStatesTest {
    private static final OrganizationId ACME = OrganizationId.of("acme");
    private static final OrganizationId OTHER = OrganizationId.of("other");
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-26T09:00:00Z"));
    private final UltraMsgServer server = UltraMsgServer.builder().clock(clock).start();
    private final StubInstance instance = server.addInstance("instance1150", "fake-t0ken");
    private final InMemoryTenantStore store = InMemoryTenantStore.withClock(clock);
    private final BlockingQueue<DeliveryChanged> told = new LinkedBlockingQueue<>();
    private final UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
            .allowedHosts(AllowedHosts.anyIncludingLocal())
            .clock(clock)
            .healthCheckInterval(INTERVAL)
            .logAllMessages()
            .listener(new UltraMessageListener() {
                @Override
                public void deliveryChanged(DeliveryChanged event) {
                    told.add(event);
                }
            })
            .build();

    @BeforeEach
    void configure() {
        store.add(ACME, config("instance1150"));
        server.addInstance("instance2260", "fake-t0ken");
        store.add(OTHER, config("instance2260"));
    }

    @AfterEach
    void close() {
        manager.close();
        server.close();
    }

    private ConfigDraft config(String instanceId) {
        return ConfigDraft.builder()
                .instanceId(instanceId)
                .token("fake-t0ken")
                .baseUrl(server.baseUrl().toString())
                .status(InstanceStatus.ACTIVE)
                .build();
    }

    private Accepted send(OrganizationId organization, String to) {
        return manager.sendMessage(organization, to, "Your table is ready.").orThrow();
    }

    /** Moves the time on until the next check, and the next, has told of it; nobody else moves it. */
    private DeliveryChanged heard() throws InterruptedException {
        DeliveryChanged event = null;
        while (event == null) {
            clock.advance(INTERVAL);
            event = told.poll(1, TimeUnit.SECONDS);
        }
        return event;
    }

    private DeliveryState outcome(OrganizationId organization, SendResult sent) {
        return ((Accepted) manager.outcome(organization, sent.reference()).orElseThrow()).delivery();
    }

    @Test
    void showsWhatIsDeliveredAndRead() throws InterruptedException {
        Accepted sent = send(ACME, "+15550001111");
        assertThat(sent.delivery()).isEqualTo(DeliveryState.QUEUED);

        assertThat(heard())
                .isEqualTo(new DeliveryChanged(ACME, sent.reference(), DeliveryState.QUEUED, DeliveryState.DELIVERED));
        assertThat(outcome(ACME, sent)).isEqualTo(DeliveryState.DELIVERED);

        instance.messageIsRead(1);
        assertThat(heard())
                .isEqualTo(new DeliveryChanged(ACME, sent.reference(), DeliveryState.DELIVERED, DeliveryState.READ));
        assertThat(manager.loggedMessage(ACME, sent.reference())).hasValueSatisfying(kept -> {
            assertThat(kept.delivery()).isEqualTo(DeliveryState.READ);
            assertThat(kept.deliveredAt()).isBefore(kept.readAt());
            assertThat(kept.readAt()).isBeforeOrEqualTo(clock.instant());
        });
    }

    @Test
    void showsItToWhoeverSendsThroughAnothersInstanceToo() throws InterruptedException {
        OrganizationId branch = OrganizationId.of("branch");
        store.add(branch, ConfigDraft.builder().status(InstanceStatus.ACTIVE).build());
        manager.environment(Actor.operator("ops")).shareInstance(branch, ACME);
        Accepted sent = send(branch, "+15550001111");

        DeliveryChanged heard = heard();

        assertThat(heard.organization()).isEqualTo(branch);
        assertThat(outcome(branch, sent)).isEqualTo(DeliveryState.DELIVERED);
        assertThat(manager.loggedMessage(ACME, sent.reference())).isEmpty();
    }

    @Test
    void showsWhatUltraMsgGivesUp() throws InterruptedException {
        instance.number("+15550009999").isNotOnWhatsApp();
        Accepted invalid = send(ACME, "+15550009999");

        assertThat(heard().now()).isEqualTo(DeliveryState.INVALID);

        assertThat(outcome(ACME, invalid)).isEqualTo(DeliveryState.INVALID);
        assertThat(manager.outcome(ACME, invalid.reference()).orElseThrow().isAccepted())
                .isTrue();
    }

    @Test
    void leavesOneInstancesTroubleToItself() throws InterruptedException {
        Accepted stuck = send(ACME, "+15550001111");
        Accepted fine = send(OTHER, "+15550002222");
        instance.answersHtml(503);

        assertThat(heard().reference()).isEqualTo(fine.reference());
        assertThat(outcome(ACME, stuck)).isEqualTo(DeliveryState.QUEUED);

        instance.worksNormally();
        assertThat(heard().reference()).isEqualTo(stuck.reference());
        assertThat(told).isEmpty();
    }

    @Test
    void passesOverWhatWasSentPastTheLibrary() throws InterruptedException {
        manager.client(ACME, InstanceId.parse("1150"))
                .messages()
                .send(TextMessage.of(Recipient.parse("+15550001111"), "Past it."), SendOptions.defaults());
        Accepted sent = send(ACME, "+15550001111");

        assertThat(heard().reference()).isEqualTo(sent.reference());
        assertThat(told).isEmpty();
    }
}
