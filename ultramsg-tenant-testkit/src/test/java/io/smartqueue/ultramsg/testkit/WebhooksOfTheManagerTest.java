package io.smartqueue.ultramsg.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.api.SettingsChange;
import io.smartqueue.ultramsg.error.NotConfiguredException;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.event.WebhookRefused;
import io.smartqueue.ultramsg.event.WebhookRefused.Reason;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.webhook.InstallOptions;
import io.smartqueue.ultramsg.webhook.WebhookCheck;
import io.smartqueue.ultramsg.webhook.WebhookCheck.Address;
import io.smartqueue.ultramsg.webhook.WebhookEvent;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageAcknowledged;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageCreated;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReacted;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReceived;
import io.smartqueue.ultramsg.webhook.WebhookHandler;
import io.smartqueue.ultramsg.webhook.WebhookKeys;
import io.smartqueue.ultramsg.webhook.WebhookReply;
import io.smartqueue.ultramsg.webhook.WebhookRequest;
import io.smartqueue.ultramsg.webhook.WebhookSettings;
import io.smartqueue.ultramsg.webhook.Webhooks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

import static io.smartqueue.ultramsg.organization.WebhookEventName.MESSAGE_ACK;
import static io.smartqueue.ultramsg.organization.WebhookEventName.MESSAGE_CREATE;
import static io.smartqueue.ultramsg.organization.WebhookEventName.MESSAGE_REACTION;
import static io.smartqueue.ultramsg.organization.WebhookEventName.MESSAGE_RECEIVED;
import static io.smartqueue.ultramsg.testkit.InboundMessage.from;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** From a customer's phone to the host's handler: the stub posts over HTTP to a host whose route gives requests to the manager. */
@Timeout(60)
class WebhooksOfTheManagerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final OrganizationId ACME = OrganizationId.of("acme");
    private static final OrganizationId GLOBEX = OrganizationId.of("globex");
    private static final String TOKEN = "fake-t0ken";
    private static final String KEY_1 = "k1:ZmFrZS1mYWtlLWZha2UtZmFrZS1mYWtlLWZha2UtZmFrZS0=";
    private static final String KEY_2 = "k2:LWZha2UtZmFrZS1mYWtlLWZha2UtZmFrZS1mYWtlLWZha2U=";
    private static final Actor.Operator ANN = Actor.operator("ann");
    private static final String ANNS_NUMBER = "+15550001111";

    private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-23T12:00:00Z"));
    private final InMemoryTenantStore store = InMemoryTenantStore.withClock(clock);
    private final List<WebhookEvent> handled = new CopyOnWriteArrayList<>();
    private final BlockingQueue<WebhookRefused> refused = new LinkedBlockingQueue<>();
    private final List<byte[]> posted = new CopyOnWriteArrayList<>();
    private final List<Integer> answered = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final List<UltraMessageInstanceManager> nodes = new ArrayList<>();
    private HttpServer host;
    private URI base;
    private UltraMsgServer server;
    private StubInstance instance;
    private UltraMessageInstanceManager manager;
    private Webhooks webhooks;

    @BeforeEach
    void start() throws IOException {
        host = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        host.createContext("/whatsapp/webhooks/", this::route);
        host.start();
        base = URI.create("http://localhost:" + host.getAddress().getPort() + "/whatsapp/webhooks");
        server = UltraMsgServer.builder().clock(clock).start();
        instance = server.addInstance("1150", TOKEN).isConnectedAs("+15550009999", "Desk");
        server.addInstance("2260", TOKEN).isConnectedAs("+15550008888", "Standby");
        server.addInstance("3370", TOKEN).isConnectedAs("+15550007777", "Globex");
        store.add(ACME, config("1150")).add(GLOBEX, config("3370"));
        manager = node(KEY_1);
        webhooks = manager.webhooks();
    }

    @AfterEach
    void stop() {
        nodes.forEach(UltraMessageInstanceManager::close);
        server.close();
        host.stop(0);
    }

    private ConfigDraft config(String id) {
        return ConfigDraft.builder()
                .instanceId(id)
                .token(TOKEN)
                .baseUrl(server.baseUrl().toString())
                .status(InstanceStatus.ACTIVE)
                .build();
    }

    private UltraMessageInstanceManager node(String keys) {
        UltraMessageInstanceManager node = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .clock(clock)
                .withoutHealthChecks()
                .logAllMessages()
                .webhooks(WebhookSettings.builder(WebhookKeys.parse(keys), new Recording())
                        .build())
                .listener(new UltraMessageListener() {
                    @Override
                    public void webhookRefused(WebhookRefused event) {
                        refused.add(event);
                    }
                })
                .build();
        nodes.add(node);
        return node;
    }

    /** What a host writes, once. */
    private void route(HttpExchange exchange) {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(webhooks.mostBytesToRead());
            posted.add(body);
            WebhookReply reply = webhooks.receive(WebhookRequest.of(
                    exchange.getRequestMethod(), exchange.getRequestURI().getPath(), body));
            answered.add(reply.status());
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] words = reply.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(reply.status(), words.length);
            exchange.getResponseBody().write(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Recording implements WebhookHandler {
        @Override
        public void received(MessageReceived event) {
            record(event);
        }

        @Override
        public void created(MessageCreated event) {
            record(event);
        }

        @Override
        public void acknowledged(MessageAcknowledged event) {
            record(event);
        }

        @Override
        public void reacted(MessageReacted event) {
            record(event);
        }

        private void record(WebhookEvent event) {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("the host has trouble of its own");
            }
            handled.add(event);
        }
    }

    @Test
    void bringWhatACustomerWrites() throws Exception {
        webhooks.install(ACME, base);
        instance.number(ANNS_NUMBER).isCalled("Ann");

        instance.receives(from(ANNS_NUMBER).text("Am I next?"));

        assertThat(instance.awaitWebhooks(PATIENCE)).isEqualTo(1);
        WebhookEvent event = handled.get(0);
        assertThat(event).isInstanceOf(MessageReceived.class);
        assertThat(event.organization()).isEqualTo(ACME);
        assertThat(event.text()).isEqualTo("Am I next?");
        assertThat(event.sender()
                        .flatMap(sender -> sender.number())
                        .orElseThrow()
                        .e164())
                .isEqualTo(ANNS_NUMBER);
        assertThat(event.message().senderName()).isEqualTo("Ann");
        assertThat(event.time()).contains(clock.instant());
        assertThat(store.conversations().lastInbound(ACME, Recipient.parse(ANNS_NUMBER)))
                .contains(clock.instant());
    }

    @Test
    void bringFilesGroupsAndReactions() throws Exception {
        webhooks.install(ACME, base, InstallOptions.events(Set.of(MESSAGE_RECEIVED, MESSAGE_REACTION)));
        manager.client(ACME)
                .instance()
                .changeSettings(SettingsChange.builder().mediaDownloadOn().build());

        instance.receives(from(ANNS_NUMBER)
                .media("image", "https://example.com/a.jpg", "Look")
                .inGroup("120363000000000001@g.us"));
        instance.receives(from(ANNS_NUMBER).reaction("👍", "true_15550001111@c.us_3EB0"));

        assertThat(instance.awaitWebhooks(PATIENCE)).isEqualTo(2);
        WebhookEvent file = handled.get(0);
        assertThat(file.media()).contains(URI.create("https://example.com/a.jpg"));
        assertThat(file.text()).isEqualTo("Look");
        assertThat(file.chat().orElseThrow().isGroup()).isTrue();
        assertThat(file.sender().orElseThrow().value()).isEqualTo("15550001111@c.us");
        MessageReacted reaction = (MessageReacted) handled.get(1);
        assertThat(reaction.emoji()).isEqualTo("👍");
        assertThat(reaction.target().orElseThrow().value()).isEqualTo("true_15550001111@c.us_3EB0");
    }

    @Test
    void tellHowFarAMessageHasCome() throws Exception {
        webhooks.install(ACME, base, InstallOptions.events(Set.of(MESSAGE_RECEIVED, MESSAGE_CREATE, MESSAGE_ACK)));
        manager.send(
                ACME,
                TextMessage.of(Recipient.parse(ANNS_NUMBER), "Your table is ready."),
                SendOptions.builder().reference(Reference.of("ticket-7")).build());
        clock.advance(Duration.ofSeconds(2));
        instance.messageIsRead(1);

        instance.awaitWebhooks(PATIENCE);

        assertThat(handled).hasSize(5).allSatisfy(event -> {
            assertThat(event.reference()).contains(Reference.of("ticket-7"));
            assertThat(event.queueId().orElseThrow().value()).isEqualTo("1");
            assertThat(event.isFromMe()).isTrue();
            assertThat(event.chat().orElseThrow().value()).isEqualTo("15550001111@c.us");
        });
        assertThat(handled.get(0)).isInstanceOf(MessageCreated.class);
        assertThat(handled.subList(1, 5))
                .extracting(event ->
                        ((MessageAcknowledged) event).state().orElseThrow().name())
                .containsExactly("SENT", "ON_SERVER", "DELIVERED", "READ");
    }

    /** What becomes of acks without a line of the host's. */
    @Nested
    class Acks {
        private static final Reference TICKET = Reference.of("ticket-7");

        @BeforeEach
        void install() {
            webhooks.install(ACME, base);
            webhooks.install(GLOBEX, base);
        }

        private void send(OrganizationId organization) {
            SendResult sent = manager.send(
                    organization,
                    TextMessage.of(Recipient.parse(ANNS_NUMBER), "Your table is ready."),
                    SendOptions.builder().reference(TICKET).build());
            assertThat(sent.isAccepted()).isTrue();
        }

        private DeliveryState state(OrganizationId organization) {
            return manager.loggedMessage(organization, TICKET).orElseThrow().delivery();
        }

        @Test
        void reachTheMessageAndTheDay() throws Exception {
            instance.holdsWebhooks();
            send(ACME);
            assertThat(state(ACME)).isEqualTo(DeliveryState.QUEUED);
            instance.releasesWebhooks();

            clock.advance(Duration.ofSeconds(2));
            instance.messageIsRead(1);
            instance.receives(from(ANNS_NUMBER).text("Thank you"));
            instance.awaitWebhooks(PATIENCE);

            assertThat(state(ACME)).isEqualTo(DeliveryState.READ);
            assertThat(manager.outcome(ACME, TICKET).orElseThrow())
                    .isInstanceOfSatisfying(
                            Accepted.class,
                            accepted -> assertThat(accepted.delivery()).isEqualTo(DeliveryState.READ));
            UsageCounts today = manager.usage().today(ACME).orElseThrow().day().counts();
            assertThat(today.count(UsageMeasure.DELIVERED)).isEqualTo(1);
            assertThat(today.count(UsageMeasure.READ)).isEqualTo(1);
            assertThat(today.count(UsageMeasure.RECEIVED)).isEqualTo(1);
        }

        @Test
        void undoNothingWhenTheyComeInReverseAndTwice() throws Exception {
            instance.holdsWebhooks().duplicatesWebhooks(2);
            send(ACME);
            clock.advance(Duration.ofSeconds(2));
            instance.messageIsRead(1);

            instance.releasesWebhooksInReverse();

            assertThat(instance.awaitWebhooks(PATIENCE)).as("all are taken").isEqualTo(8);
            assertThat(state(ACME)).isEqualTo(DeliveryState.READ);
            assertThat(manager.usage().today(ACME).orElseThrow().day().counts().count(UsageMeasure.READ))
                    .isEqualTo(1);
        }

        @Test
        void ofMessagesThatNobodyKnowsAreHandedOnAlone() {
            WebhookReply reply = webhooks.receive(ack(ACME, "1150", "ticket-8"));

            assertThat(reply).isEqualTo(WebhookReply.HANDLED);
            assertThat(handled).hasSize(1);
            assertThat(manager.loggedMessage(ACME, Reference.of("ticket-8"))).isEmpty();
        }

        /** Each organization speaks for its own messages, whatever they are called. */
        @Test
        void touchNoMessageOfAnotherOrganization() {
            instance.holdsWebhooks();
            send(ACME);
            send(GLOBEX);

            assertThat(webhooks.receive(ack(GLOBEX, "3370", "ticket-7"))).isEqualTo(WebhookReply.HANDLED);

            assertThat(state(GLOBEX)).isEqualTo(DeliveryState.READ);
            assertThat(state(ACME)).isEqualTo(DeliveryState.QUEUED);
        }

        private WebhookRequest ack(OrganizationId organization, String instance, String reference) {
            String body =
                    "{\"event_type\":\"message_ack\",\"instanceId\":\"" + instance + "\",\"id\":1,\"referenceId\":\""
                            + reference + "\",\"data\":{\"id\":\"true_15550001111@c.us_3EB0\",\"ack\":\"read\"}}";
            return WebhookRequest.post(webhooks.url(organization, base).getPath(), body.getBytes(UTF_8));
        }
    }

    @Nested
    class Repeats {
        @Test
        void areHandledOnce() throws Exception {
            webhooks.install(ACME, base);
            instance.duplicatesWebhooks(5);

            instance.receives(from(ANNS_NUMBER).text("Hello"));

            assertThat(instance.awaitWebhooks(PATIENCE)).as("all are taken").isEqualTo(5);
            assertThat(handled).hasSize(1);
        }

        @Test
        void areHandledIfTheHandlerHasFailed() throws Exception {
            webhooks.install(ACME, base);
            failures.set(2);

            instance.receives(from(ANNS_NUMBER).text("Hello"));

            assertThat(instance.awaitWebhooks(PATIENCE)).isEqualTo(1);
            assertThat(answered).containsExactly(500, 500, 200);
            assertThat(handled).hasSize(1);
        }

        @Test
        void areHandledByOneOfTwoNodes() throws Exception {
            webhooks.install(ACME, base);
            instance.receives(from(ANNS_NUMBER).text("Hello"));
            instance.awaitWebhooks(PATIENCE);

            webhooks = node(KEY_1).webhooks();
            clock.advance(Duration.ofDays(1));
            URI again = webhooks.url(ACME, base);

            assertThat(webhooks.receive(WebhookRequest.post(again.getPath(), posted.get(0))))
                    .as("somebody has recorded it")
                    .isEqualTo(WebhookReply.DUPLICATE);
            assertThat(handled).hasSize(1);
        }

        @Test
        void mayComeTenThousandTimesAtOnceToTwoNodes() throws Exception {
            webhooks.install(ACME, base);
            instance.receives(from(ANNS_NUMBER).text("Hello"));
            instance.awaitWebhooks(PATIENCE);
            String another = new String(posted.get(0), UTF_8).replace("_3EB1", "_3EB2");
            handled.clear();
            List<Webhooks> both = List.of(webhooks, node(KEY_1).webhooks());
            String secret = webhooks.url(ACME, base).getPath();

            List<Map<WebhookReply, Integer>> counts = atOnce(16, thread -> {
                Map<WebhookReply, Integer> replies = new EnumMap<>(WebhookReply.class);
                for (int i = 0; i < 10_000 / 16; i++) {
                    WebhookReply reply =
                            both.get((thread + i) % 2).receive(WebhookRequest.post(secret, another.getBytes(UTF_8)));
                    replies.merge(reply, 1, Integer::sum);
                }
                return replies;
            });

            assertThat(handled).hasSize(1);
            assertThat(counts.stream()
                            .mapToInt(each -> each.getOrDefault(WebhookReply.HANDLED, 0))
                            .sum())
                    .isEqualTo(1);
            assertThat(counts)
                    .allSatisfy(each -> assertThat(each.keySet())
                            .isSubsetOf(WebhookReply.HANDLED, WebhookReply.DUPLICATE, WebhookReply.BUSY));
        }

        private <T> List<T> atOnce(int threads, IntFunction<T> work) throws Exception {
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            CyclicBarrier start = new CyclicBarrier(threads);
            try {
                List<Future<T>> futures = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    int thread = i;
                    Callable<T> call = () -> {
                        start.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                        return work.apply(thread);
                    };
                    futures.add(pool.submit(call));
                }
                List<T> results = new ArrayList<>();
                for (Future<T> future : futures) {
                    results.add(future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
                }
                return results;
            } finally {
                pool.shutdownNow();
            }
        }
    }

    @Nested
    class Strangers {
        @Test
        void areRefused() throws Exception {
            instance.postsWebhooksTo(URI.create(base + "/k1.YWNtZQ.1795435200.AAAAAAAAAAAAAAAAAAAAAAAAAAA"));

            instance.receives(from(ANNS_NUMBER).text("Hello"));

            assertThat(instance.awaitWebhooks(PATIENCE)).isZero();
            assertThat(answered).containsExactly(401, 401, 401, 401);
            assertThat(handled).isEmpty();
            assertThat(refused.poll(20, TimeUnit.SECONDS)).isEqualTo(new WebhookRefused(null, Reason.UNKNOWN_SECRET));
        }

        /** Whoever has an address of his own cannot speak for somebody else. */
        @Test
        void areRefusedThoughTheyAreOrganizationsOfTheServices() throws Exception {
            instance.postsWebhooksTo(webhooks.url(GLOBEX, base));

            instance.receives(from(ANNS_NUMBER).text("Hello"));

            assertThat(instance.awaitWebhooks(PATIENCE)).isZero();
            assertThat(answered).containsOnly(403);
            assertThat(handled).isEmpty();
            assertThat(store.conversations().lastInbound(GLOBEX, Recipient.parse(ANNS_NUMBER)))
                    .isEmpty();
            assertThat(refused.poll(20, TimeUnit.SECONDS)).isEqualTo(new WebhookRefused(GLOBEX, Reason.WRONG_INSTANCE));
        }
    }

    @Nested
    class Installing {
        @Test
        void writesWhatItIsAboutAndNothingElse() {
            Map<String, ?> before = settings(instance);

            webhooks.install(ACME, base, InstallOptions.defaults().retries(5));

            Map<String, ?> after = settings(instance);
            assertThat(after.get("webhook_url").toString())
                    .startsWith(base + "/k1.YWNtZQ.1795435200.")
                    .isNotEqualTo(webhooks.url(GLOBEX, base).toString());
            assertThat(after.get("webhook_retries")).isEqualTo(5L);
            assertThat(webhooks.check(ACME, base, InstallOptions.defaults().retries(5))
                            .isInOrder())
                    .isTrue();
            assertThat(after.keySet()).isEqualTo(before.keySet());
            after.forEach((name, value) -> {
                boolean isConcerned = name.equals("webhook_url")
                        || name.equals("webhook_retries")
                        || name.equals("webhook_message_received")
                        || name.equals("webhook_message_ack");
                if (!isConcerned) {
                    assertThat(value).as(name).isEqualTo(before.get(name));
                }
            });
        }

        private Map<String, ?> settings(StubInstance of) {
            InstanceId id = InstanceId.parse(of.id());
            return manager.client(ACME, id).instance().settings().members().asMap();
        }

        @Test
        void switchesOffWhatIsNotNamedAnyMore() {
            webhooks.install(ACME, base, InstallOptions.events(EnumSet.allOf(WebhookEventName.class)));
            webhooks.install(ACME, base, InstallOptions.events(Set.of(MESSAGE_RECEIVED)));

            assertThat(manager.client(ACME).instance().settings().webhookEvents())
                    .containsExactly(MESSAGE_RECEIVED);
        }

        @Test
        void takesNoEmptySetForAllThatAnInstanceIsToPost() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> InstallOptions.events(Set.of()))
                    .withMessageContaining("name one or more");
        }

        @Test
        void isNotedInTheConfigurationWithoutTheSecret() {
            webhooks.install(ACME, base);

            ConfigDraft stored = store.organizations().find(ACME).orElseThrow();
            assertThat(stored.webhookUrl()).contains(base.toString());
            assertThat(stored.webhookEvents().orElseThrow())
                    .containsExactlyInAnyOrder("message_received", "message_ack");
            assertThat(store.organizations().history(ACME, Long.MAX_VALUE, 1))
                    .extracting(entry -> entry.note().actor())
                    .containsExactly(Actor.operator("ultramsg-webhooks"));
        }

        @Test
        void reachesStandbys() throws Exception {
            InstanceId standby = InstanceId.parse("2260");
            store.standbys()
                    .replace(
                            ACME,
                            List.of(StandbyInstance.of(
                                    new InstanceCredentials(standby, AccessToken.of(TOKEN), server.baseUrl()))),
                            AuditNote.by(ANN));

            webhooks.install(ACME, standby, base, InstallOptions.defaults());

            assertThat(webhooks.check(ACME, standby, base, InstallOptions.defaults())
                            .isInOrder())
                    .isTrue();
            assertThat(webhooks.check(ACME, base).address()).isEqualTo(Address.NONE);
            StubInstance stub = server.instance("2260");
            stub.receives(from(ANNS_NUMBER).text("Hello"));
            assertThat(stub.awaitWebhooks(PATIENCE)).isEqualTo(1);
            assertThat(handled.get(0).instance()).isEqualTo(standby);
        }

        @Test
        void leavesAnInstanceAloneThatIsAnothers() {
            store.add(GLOBEX, ConfigDraft.builder().instanceOf("acme").build());
            store.add(
                    ACME,
                    config("1150").toBuilder()
                            .lendsInstanceTo(List.of("globex"))
                            .build());

            assertThatExceptionOfType(NotConfiguredException.class)
                    .isThrownBy(() -> webhooks.install(GLOBEX, base))
                    .withMessageContaining("not its own");
            assertThat(webhooks.check(ACME, base).address()).isEqualTo(Address.NONE);
        }

        @Test
        void needsAnOrganizationThatCanBeUsed() {
            OrganizationId missing = OrganizationId.of("missing");

            assertThatExceptionOfType(NotConfiguredException.class).isThrownBy(() -> webhooks.install(missing, base));
            assertThatExceptionOfType(NotConfiguredException.class).isThrownBy(() -> webhooks.check(missing, base));
            assertThatExceptionOfType(NotConfiguredException.class)
                    .isThrownBy(() -> webhooks.revokeOlder(missing, clock.instant(), ANN));
            assertThatExceptionOfType(NotConfiguredException.class)
                    .isThrownBy(
                            () -> webhooks.install(ACME, InstanceId.parse("3370"), base, InstallOptions.defaults()));
        }

        @Test
        void saysWhatUltraMsgComplainsOf() {
            instance.isStoppedForNonPayment();

            assertThatExceptionOfType(ProviderException.class).isThrownBy(() -> webhooks.install(ACME, base));
            assertThat(store.organizations().find(ACME).orElseThrow().webhookUrl())
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "ftp://example.com/a",
                    "/whatsapp",
                    "https:/a",
                    "https://user:secret@example.com/",
                    "https://example.com/?a=b",
                    "https://example.com/#a"
                })
        void needsAnAddressToWhichASegmentCanBeAdded(String address) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> webhooks.install(ACME, URI.create(address)))
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
        }

        @Test
        void needsHttpsWhereHostsAreRestricted() {
            try (UltraMessageInstanceManager strict = UltraMessageInstanceManager.builder(store)
                    .withoutHealthChecks()
                    .webhooks(WebhookSettings.builder(WebhookKeys.parse(KEY_1), new Recording())
                            .build())
                    .build()) {
                for (String address : List.of("http://example.com/hooks", "https://127.0.0.1/hooks")) {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> strict.webhooks().install(ACME, URI.create(address)));
                }
            }
        }
    }

    @Nested
    class Checking {
        private Address address() {
            return webhooks.check(ACME, base).address();
        }

        @Test
        void findsNothing() {
            WebhookCheck check = webhooks.check(ACME, base);

            assertThat(check.address()).isEqualTo(Address.NONE);
            assertThat(check.missing()).containsExactlyInAnyOrder(MESSAGE_RECEIVED, MESSAGE_ACK);
            assertThat(check.isWorking()).isFalse();
        }

        @Test
        void findsWhatIsInOrderWheneverItWasMade() {
            webhooks.install(ACME, base);
            clock.advance(Duration.ofDays(100));

            assertThat(webhooks.check(ACME, base).isInOrder()).isTrue();
            assertThat(webhooks.check(ACME, URI.create(base + "/")).isInOrder()).isTrue();
        }

        @Test
        void findsAddressesThatBringNothing() {
            instance.postsWebhooksTo(URI.create("https://old.example.com/hook"));
            assertThat(address()).isEqualTo(Address.ELSEWHERE);

            instance.postsWebhooksTo(URI.create(base + "/deeper/" + "x"));
            assertThat(address()).isEqualTo(Address.ELSEWHERE);

            instance.postsWebhooksTo(URI.create(base + "/x"));
            assertThat(address()).isEqualTo(Address.UNKNOWN_SECRET);

            instance.postsWebhooksTo(webhooks.url(GLOBEX, base));
            assertThat(address()).isEqualTo(Address.OTHER_ORGANIZATION);
        }

        @Test
        void findsEventsAndRepeatsThatDiffer() {
            webhooks.install(
                    ACME,
                    base,
                    InstallOptions.events(Set.of(MESSAGE_RECEIVED, MESSAGE_REACTION))
                            .retries(7));

            WebhookCheck check =
                    webhooks.check(ACME, base, InstallOptions.defaults().retries(3));

            assertThat(check)
                    .isEqualTo(new WebhookCheck(
                            Address.MATCHES,
                            Set.of(MESSAGE_ACK),
                            Set.of(MESSAGE_REACTION),
                            WebhookCheck.Retries.DIFFER));
            assertThat(check.isWorking()).isFalse();
            assertThat(webhooks.check(ACME, base, InstallOptions.events(Set.of(MESSAGE_RECEIVED)))
                            .isWorking())
                    .isTrue();
        }
    }

    @Nested
    class Secrets {
        @Test
        void areRevokedByTheirAge() throws Exception {
            webhooks.install(ACME, base);
            URI leaked = webhooks.url(ACME, base);
            clock.advance(Duration.ofDays(3));

            webhooks.renew(ACME, base, InstallOptions.defaults(), ANN);

            assertThat(webhooks.check(ACME, base).isInOrder()).isTrue();
            instance.receives(from(ANNS_NUMBER).text("Hello"));
            assertThat(instance.awaitWebhooks(PATIENCE)).isEqualTo(1);
            assertThat(webhooks.receive(WebhookRequest.post(leaked.getPath(), posted.get(0))))
                    .isEqualTo(WebhookReply.UNKNOWN_SECRET);
            assertThat(refused.poll(20, TimeUnit.SECONDS)).isEqualTo(new WebhookRefused(ACME, Reason.REVOKED_SECRET));
            instance.postsWebhooksTo(leaked);
            assertThat(webhooks.check(ACME, base).address()).isEqualTo(Address.REVOKED);
        }

        @Test
        void areRevokedOnRecord() {
            webhooks.revokeOlder(ACME, clock.instant(), ANN);

            AuditEntry entry =
                    store.organizations().history(ACME, Long.MAX_VALUE, 1).get(0);
            assertThat(entry.note().actor()).isEqualTo(ANN);
            assertThat(entry.changes())
                    .extracting(change -> change.field().code())
                    .containsExactly("webhooks_issued_from");
            assertThat(manager.getOrganizationConfig(ACME).orElseThrow().webhooksIssuedFrom())
                    .contains(clock.instant());
        }

        /** First a node with both keys, then the new addresses, then none with the old key. */
        @Test
        void areRenewedWithTheHostsKey() throws Exception {
            webhooks.install(ACME, base);

            webhooks = node(KEY_2 + "," + KEY_1).webhooks();
            assertThat(webhooks.check(ACME, base).address()).isEqualTo(Address.OLDER_KEY);
            assertThat(webhooks.check(ACME, base).isWorking()).isTrue();
            instance.receives(from(ANNS_NUMBER).text("One"));
            assertThat(instance.awaitWebhooks(PATIENCE)).isEqualTo(1);

            webhooks.install(ACME, base);
            assertThat(webhooks.check(ACME, base).isInOrder()).isTrue();

            webhooks = node(KEY_2).webhooks();
            instance.receives(from(ANNS_NUMBER).text("Two"));
            assertThat(instance.awaitWebhooks(PATIENCE)).isEqualTo(2);
            assertThat(handled).extracting(WebhookEvent::text).containsExactly("One", "Two");
        }
    }

    @Test
    void areTakenByManagersThatWereBuiltForIt() {
        try (UltraMessageInstanceManager without =
                UltraMessageInstanceManager.builder(store).withoutHealthChecks().build()) {
            assertThatIllegalStateException().isThrownBy(without::webhooks).withMessageContaining("webhooks(settings)");
        }
    }

    @Test
    void arePutOffOnceTheManagerIsClosed() throws Exception {
        webhooks.install(ACME, base);
        manager.close();

        instance.receives(from(ANNS_NUMBER).text("Hello"));

        assertThat(instance.awaitWebhooks(PATIENCE)).isZero();
        assertThat(answered).containsOnly(503);
        assertThatIllegalStateException().isThrownBy(() -> webhooks.check(ACME, base));
    }
}
