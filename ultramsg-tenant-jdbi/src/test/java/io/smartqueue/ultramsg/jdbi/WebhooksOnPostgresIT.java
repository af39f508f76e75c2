package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.webhook.WebhookEvent;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReceived;
import io.smartqueue.ultramsg.webhook.WebhookHandler;
import io.smartqueue.ultramsg.webhook.WebhookKeys;
import io.smartqueue.ultramsg.webhook.WebhookReply;
import io.smartqueue.ultramsg.webhook.WebhookRequest;
import io.smartqueue.ultramsg.webhook.WebhookSettings;
import io.smartqueue.ultramsg.webhook.Webhooks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes of a host on one PostgreSQL, behind one address. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@ExtendWith(PostgresExtension.class)
class WebhooksOnPostgresIT {
    private static final URI BASE = URI.create("https://shop.example.com/hooks");
    private static final WebhookKeys KEYS = WebhookKeys.parse("k1:ZmFrZS1mYWtlLWZha2UtZmFrZS1mYWtlLWZha2UtZmFrZS0=");
    private static final int DUPLICATES = 10_000;
    private static final int THREADS = 16;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<WebhookEvent> handled = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private TestDatabase database;
    private OrganizationId acme;
    private OrganizationId globex;
    private Webhooks one;
    private Webhooks other;

    @BeforeEach
    void start(@TestDatabase.Fresh TestDatabase database) throws SQLException {
        this.database = database;
        acme = organization("1150");
        globex = organization("3370");
        one = node();
        other = node();
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private OrganizationId organization(String instance) throws SQLException {
        return OrganizationId.of(database.organization("ultramsg_instance_id = '" + instance
                + "', ultramsg_token = 'fake-t0ken', whatsapp_instance_status = 'active'"));
    }

    private Webhooks node() throws SQLException {
        PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build();
        open.add(store);
        WebhookHandler handler = new WebhookHandler() {
            @Override
            public void received(MessageReceived event) {
                if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new IllegalStateException("the host has trouble of its own");
                }
                handled.add(event);
            }
        };
        UltraMessageInstanceManager node = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .withoutHealthChecks()
                .webhooks(WebhookSettings.builder(KEYS, handler).build())
                .build();
        open.add(node);
        return node.webhooks();
    }

    private static WebhookRequest message(String address, String instance, String id) {
        String body = "{\"event_type\":\"message_received\",\"instanceId\":\"" + instance
                + "\",\"data\":{\"id\":\"false_15550001111@c.us_" + id
                + "\",\"from\":\"15550001111@c.us\",\"body\":\"Am I next?\"}}";
        return WebhookRequest.post(address, body.getBytes(UTF_8));
    }

    private String address(OrganizationId organization) {
        return one.url(organization, BASE).getPath();
    }

    @Test
    void handleAnEventOnceThatComesTenThousandTimesAtOnceToBoth() throws Exception {
        WebhookRequest event = message(address(acme), "1150", "3EB0");
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<WebhookReply> replies = new CopyOnWriteArrayList<>();
        try {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Webhooks node = i % 2 == 0 ? one : other;
                callers.add(pool.submit(() -> {
                    start.await(1, TimeUnit.MINUTES);
                    List<WebhookReply> mine = new ArrayList<>();
                    for (int copy = 0; copy < DUPLICATES / THREADS; copy++) {
                        mine.add(node.receive(event));
                    }
                    return replies.addAll(mine);
                }));
            }
            for (Future<?> caller : callers) {
                caller.get(2, TimeUnit.MINUTES);
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(handled).hasSize(1);
        assertThat(replies).hasSize(DUPLICATES).contains(WebhookReply.DUPLICATE);
        assertThat(replies).filteredOn(WebhookReply.HANDLED::equals).hasSize(1);
        assertThat(replies)
                .filteredOn(reply -> reply != WebhookReply.DUPLICATE && reply != WebhookReply.BUSY)
                .containsExactly(WebhookReply.HANDLED);
    }

    @Test
    void handleWhatTheOtherOneHasFailedAt() {
        WebhookRequest event = message(address(acme), "1150", "3EB0");
        failures.set(1);

        assertThat(one.receive(event)).isEqualTo(WebhookReply.FAILED);
        assertThat(other.receive(event)).isEqualTo(WebhookReply.HANDLED);
        assertThat(one.receive(event)).isEqualTo(WebhookReply.DUPLICATE);
        assertThat(handled).hasSize(1);
    }

    @Test
    void keepOrganizationsApart() {
        assertThat(one.receive(message(address(acme), "3370", "3EB0"))).isEqualTo(WebhookReply.WRONG_INSTANCE);
        assertThat(one.receive(message(address(globex), "1150", "3EB0"))).isEqualTo(WebhookReply.WRONG_INSTANCE);

        assertThat(one.receive(message(address(acme), "1150", "3EB0"))).isEqualTo(WebhookReply.HANDLED);
        assertThat(other.receive(message(address(globex), "3370", "3EB0")))
                .as("another organization's message of the same id")
                .isEqualTo(WebhookReply.HANDLED);
        assertThat(handled).extracting(WebhookEvent::organization).containsExactly(acme, globex);
    }

    /** By a notice, which takes a moment. */
    @Test
    void refuseAddressesThatWereRevokedOnTheOther() throws SQLException {
        String known = KEYS.issue(acme, Instant.now().minusSeconds(60));
        assertThat(other.receive(message(known, "1150", "1"))).isEqualTo(WebhookReply.HANDLED);

        one.revokeOlder(acme, Instant.now().minusSeconds(30), Actor.operator("a test"));

        WebhookRequest late = message(known, "1150", "2");
        Await.until(() -> other.receive(late) == WebhookReply.UNKNOWN_SECRET);
        assertThat(one.receive(late)).isEqualTo(WebhookReply.UNKNOWN_SECRET);
        assertThat(other.receive(message(address(acme), "1150", "3"))).isEqualTo(WebhookReply.HANDLED);
        assertThat(other.receive(message(KEYS.issue(globex, Instant.now().minusSeconds(60)), "3370", "4")))
                .isEqualTo(WebhookReply.HANDLED);
    }
}
