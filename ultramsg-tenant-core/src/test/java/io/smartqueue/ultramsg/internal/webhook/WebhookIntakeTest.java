package io.smartqueue.ultramsg.internal.webhook;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.api.PostedEvent;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.event.WebhookRefused;
import io.smartqueue.ultramsg.event.WebhookRefused.Reason;
import io.smartqueue.ultramsg.fixtures.CapturedLog;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.internal.config.CacheLimits;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.webhook.EventKey;
import io.smartqueue.ultramsg.webhook.LegacyWebhooks;
import io.smartqueue.ultramsg.webhook.WebhookEvent;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageAcknowledged;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageCreated;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReacted;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReceived;
import io.smartqueue.ultramsg.webhook.WebhookEvent.Other;
import io.smartqueue.ultramsg.webhook.WebhookHandler;
import io.smartqueue.ultramsg.webhook.WebhookKeys;
import io.smartqueue.ultramsg.webhook.WebhookReply;
import io.smartqueue.ultramsg.webhook.WebhookRequest;
import io.smartqueue.ultramsg.webhook.WebhookSettings;
import io.smartqueue.ultramsg.webhook.WebhookStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class WebhookIntakeTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final OrganizationId GLOBEX = OrganizationId.of("globex");
    private static final URI BASE = URI.create("http://localhost");
    private static final WebhookKeys KEYS = WebhookKeys.parse("k1:ZmFrZS1mYWtlLWZha2UtZmFrZS1mYWtlLWZha2UtZmFrZS0=");
    private static final String RECEIVED = """
            {"event_type":"message_received","instanceId":"1150","data":{"id":"false_12015550177@c.us_3EB0",
            "from":"12015550177@c.us","to":"12015550123@c.us","type":"chat","body":"Am I next?","time":1795435000}}""";
    private static final String ACK = """
            {"event_type":"message_ack","instanceId":"1150","id":"7","referenceId":"ticket-7",
            "data":{"id":"true_12015550177@c.us_3EB1","ack":"device","fromMe":true,"time":1795435000}}""";

    private final InMemoryStore store = new InMemoryStore();
    private final MovableClock clock = new MovableClock(NOON);
    private final List<WebhookEvent> handled = new ArrayList<>();
    private final List<WebhookRefused> refused = new ArrayList<>();
    private final List<DeliveryReport> reports = new ArrayList<>();
    private final List<OrganizationId> counted = new ArrayList<>();
    private @Nullable Exception failure;
    private boolean isClosed;
    private WebhookStore events = store.webhooks();
    private UnaryOperator<WebhookSettings.Builder> options = builder -> builder;

    @BeforeEach
    void configure() {
        store.organizations().put(ACME, Samples.draft(BASE));
        store.organizations()
                .put(GLOBEX, Samples.draft(BASE).toBuilder().instanceId("3370").build());
    }

    private final WebhookHandler handler = new WebhookHandler() {
        @Override
        public void received(MessageReceived event) throws Exception {
            handle(event);
        }

        @Override
        public void created(MessageCreated event) throws Exception {
            handle(event);
        }

        @Override
        public void acknowledged(MessageAcknowledged event) throws Exception {
            handle(event);
        }

        @Override
        public void reacted(MessageReacted event) throws Exception {
            handle(event);
        }

        @Override
        public void other(Other event) throws Exception {
            handle(event);
        }

        private void handle(WebhookEvent event) throws Exception {
            if (failure != null) {
                throw failure;
            }
            handled.add(event);
        }
    };

    private WebhookIntake intake() {
        ConfigCache configs = new ConfigCache(
                store.organizations(),
                store.standbys(),
                ConfigValidator.of(AllowedHosts.anyIncludingLocal()),
                new CacheLimits(10, Duration.ofMinutes(1)),
                Ticker.systemTicker());
        WebhookSettings settings =
                options.apply(WebhookSettings.builder(KEYS, handler)).build();
        return new WebhookIntake(
                new RequestCheck(settings, configs, store.organizations(), null),
                new EventHandling(
                        events,
                        handler,
                        settings.lease(),
                        List.of(
                                new DeliveryNews((organization, report) -> reports.add(report), clock),
                                new ConversationNote(store.conversations(), clock)),
                        List.of(new ReceivedCount(counted::add))),
                new Refusals(new UltraMessageListener() {
                    @Override
                    public void webhookRefused(WebhookRefused event) {
                        refused.add(event);
                    }
                }),
                () -> isClosed);
    }

    private static String secret(OrganizationId organization) {
        return KEYS.issue(organization, NOON);
    }

    private WebhookReply post(String body) {
        return post(secret(ACME), body);
    }

    private WebhookReply post(@Nullable String secret, String body) {
        return intake().receive(WebhookRequest.post(secret, body.getBytes(UTF_8)));
    }

    @Test
    void handsAnEventToTheHost() {
        assertThat(post(RECEIVED)).isEqualTo(WebhookReply.HANDLED);

        WebhookEvent event = handled.get(0);
        assertThat(event).isInstanceOf(MessageReceived.class);
        assertThat(event.organization()).isEqualTo(ACME);
        assertThat(event.instance()).isEqualTo(InstanceId.parse("1150"));
        assertThat(event.text()).isEqualTo("Am I next?");
        assertThat(event.sender().orElseThrow().value()).isEqualTo("12015550177@c.us");
        assertThat(event.chat()).isEqualTo(event.sender());
        assertThat(event.isFromMe()).isFalse();
        assertThat(event.time()).contains(Instant.ofEpochSecond(1795435000));
        assertThat(refused).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "message_received, MessageReceived",
        "webhook_message_create, MessageCreated",
        "message_ack, MessageAcknowledged",
        "message_reaction, MessageReacted",
        "call_received, Other"
    })
    void handsEachKindToItsMethod(String name, String type) {
        assertThat(post("{\"event_type\":\"" + name + "\",\"instanceId\":\"instance1150\"}"))
                .isEqualTo(WebhookReply.HANDLED);

        assertThat(handled.get(0).getClass().getSimpleName()).isEqualTo(type);
    }

    @Test
    void takesThePathForTheSecretAndAnySpellingOfTheOrganization() {
        String secret = secret(OrganizationId.of("ACME"));

        assertThat(post("/whatsapp/webhooks/" + secret, RECEIVED)).isEqualTo(WebhookReply.HANDLED);

        assertThat(handled.get(0).organization()).as("canonical").isEqualTo(ACME);
    }

    @Test
    void printsNothingOfAMessage() {
        post(RECEIVED);

        assertThat(handled.get(0).toString()).doesNotContain("1201555", "next?");
    }

    @Nested
    class Refuses {
        private void assertRefused(
                WebhookReply expected, WebhookReply actual, @Nullable OrganizationId of, Reason reason) {
            assertThat(actual).isEqualTo(expected);
            assertThat(refused).containsExactly(new WebhookRefused(of, reason));
            assertThat(handled).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "x", "k1.YWNtZQ.1795435200.AAAAAAAAAAAAAAAAAAAAAAAAAAA", "../../etc/passwd"})
        void whoKnowsNoSecret(String secret) {
            assertRefused(WebhookReply.UNKNOWN_SECRET, post(secret, RECEIVED), null, Reason.UNKNOWN_SECRET);
            assertThat(store.organizations().loads()).as("nothing is looked up").isZero();
        }

        @Test
        void whoHasNothingAtAll() {
            assertRefused(WebhookReply.UNKNOWN_SECRET, post(null, RECEIVED), null, Reason.UNKNOWN_SECRET);
        }

        @Test
        void eventsOfInstancesThatAreAnothers() {
            assertRefused(WebhookReply.WRONG_INSTANCE, post(secret(GLOBEX), RECEIVED), GLOBEX, Reason.WRONG_INSTANCE);
            assertThat(store.conversations().lastInbound(GLOBEX, Recipient.parse("+12015550177")))
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"\"", "null", "\"instance\"", "[]", "1150.5", "\"1150 OR 1=1\""})
        void eventsThatNameNoInstance(String instance) {
            assertRefused(
                    WebhookReply.WRONG_INSTANCE,
                    post("{\"event_type\":\"message_ack\",\"instanceId\":" + instance + "}"),
                    ACME,
                    Reason.WRONG_INSTANCE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "{}", "[]", "{\"event_type\":", "hello"})
        void whatIsNoEvent(String body) {
            assertRefused(WebhookReply.UNREADABLE, post(body), ACME, Reason.UNREADABLE);
        }

        @Test
        void bodiesThatAreTooLongWithoutReadingThem() {
            options = builder -> builder.mostBodyBytes(1024);
            String long1024 = RECEIVED + " ".repeat(1024 - RECEIVED.length());
            assertThat(post(long1024)).isEqualTo(WebhookReply.HANDLED);
            handled.clear();

            assertRefused(WebhookReply.TOO_LARGE, post(long1024 + " "), null, Reason.TOO_LARGE);
        }

        @Test
        void fiftyMegabytes() {
            WebhookReply reply = intake().receive(WebhookRequest.post(secret(ACME), new byte[50_000_000]));

            assertRefused(WebhookReply.TOO_LARGE, reply, null, Reason.TOO_LARGE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"GET", "PUT", "HEAD", "post", ""})
        void otherMethods(String method) {
            WebhookReply reply = intake().receive(WebhookRequest.of(method, secret(ACME), RECEIVED.getBytes(UTF_8)));

            assertRefused(WebhookReply.WRONG_METHOD, reply, null, Reason.WRONG_METHOD);
            assertThat(reply.headers()).containsEntry("Allow", "POST");
        }

        @Test
        void secretsOfOrganizationsThatAreNoMore() {
            assertRefused(
                    WebhookReply.UNKNOWN_SECRET,
                    post(secret(OrganizationId.of("gone")), RECEIVED),
                    OrganizationId.of("gone"),
                    Reason.NO_ORGANIZATION);
        }

        @Test
        void organizationsWhoseInstancesNobodyKnows() {
            store.organizations()
                    .put(ACME, ConfigDraft.builder().instanceId("1150").build());

            assertRefused(WebhookReply.UNAVAILABLE, post(RECEIVED), ACME, Reason.NOT_CONFIGURED);
        }

        @Test
        void secretsThatWereRevoked() {
            revoke(NOON.plusSeconds(1));

            assertRefused(WebhookReply.UNKNOWN_SECRET, post(RECEIVED), ACME, Reason.REVOKED_SECRET);
            assertThat(post(KEYS.issue(ACME, NOON.plusSeconds(1)), RECEIVED)).isEqualTo(WebhookReply.HANDLED);
        }

        private void revoke(Instant from) {
            store.organizations()
                    .update(
                            ACME,
                            ConfigDraft.builder().webhooksIssuedFrom(from).build(),
                            AuditNote.by(Actor.operator("a test")));
        }

        /** At most a line a minute, whatever is posted, and nothing of it. */
        @Test
        void withoutFillingTheLog() {
            try (CapturedLog log = new CapturedLog()) {
                WebhookIntake intake = intake();
                for (int i = 0; i < 1_000; i++) {
                    intake.receive(WebhookRequest.post("secret-" + i, RECEIVED.getBytes(UTF_8)));
                }

                assertThat(refused).hasSize(1_000);
                assertThat(log.text().lines().filter(line -> line.contains("WARN")))
                        .singleElement()
                        .asString()
                        .contains("{UNKNOWN_SECRET=1}");
                assertThat(log.text()).doesNotContain("secret-", "1201555", "next?");
            }
        }
    }

    @Test
    void takesEventsOfStandbysWhateverTheirStatus() {
        store.standbys().replace(ACME, List.of(Samples.standby(BASE)), AuditNote.by(Actor.operator("a test")));

        assertThat(post(RECEIVED.replace("1150", "2260"))).isEqualTo(WebhookReply.HANDLED);
        assertThat(handled.get(0).instance()).isEqualTo(InstanceId.parse("2260"));
    }

    @ParameterizedTest
    @EnumSource(InstanceStatus.class)
    void takesEventsWhateverTheOrganizationsStatus(InstanceStatus status) {
        store.organizations()
                .put(ACME, Samples.draft(BASE).toBuilder().status(status).build());

        assertThat(post(RECEIVED)).isEqualTo(WebhookReply.HANDLED);
    }

    @Nested
    class Repeats {
        @Test
        void areNotHandled() {
            WebhookIntake intake = intake();
            for (int i = 0; i < 5; i++) {
                intake.receive(WebhookRequest.post(secret(ACME), RECEIVED.getBytes(UTF_8)));
            }

            assertThat(handled).hasSize(1);
            assertThat(counted).containsExactly(ACME);
            assertThat(post(RECEIVED.replace("3EB0", "3EB9"))).isEqualTo(WebhookReply.HANDLED);
            assertThat(post(RECEIVED)).isEqualTo(WebhookReply.DUPLICATE);
        }

        @Test
        void areHandledIfTheHandlerHasFailed() {
            failure = new IllegalStateException("the host's database is away");
            assertThat(post(RECEIVED)).isEqualTo(WebhookReply.FAILED);
            assertThat(counted).isEmpty();

            failure = null;
            assertThat(post(RECEIVED)).isEqualTo(WebhookReply.HANDLED);
            assertThat(handled).hasSize(1);
            assertThat(counted).containsExactly(ACME);
        }

        @Test
        void arePutOffWhileItIsBeingHandled() {
            List<WebhookReply> meanwhile = new ArrayList<>();
            WebhookHandler slow = new WebhookHandler() {
                @Override
                public void received(MessageReceived event) {
                    meanwhile.add(post(RECEIVED));
                }
            };
            EventHandling handling =
                    new EventHandling(store.webhooks(), slow, Duration.ofMinutes(1), List.of(), List.of());
            post("{\"event_type\":\"message_received\",\"instanceId\":1150,\"data\":{\"id\":\"other\"}}");
            WebhookEvent.Source any = handled.get(0).source();

            handling.handle(WebhookEvent.of(new WebhookEvent.Source(
                    ACME, any.instance(), EventKey.of(posted(), RECEIVED.getBytes(UTF_8)), posted())));

            assertThat(meanwhile).containsExactly(WebhookReply.BUSY);
            assertThat(WebhookReply.BUSY.headers()).containsEntry("Retry-After", "5");
        }

        private PostedEvent posted() {
            return PostedEvent.read(RECEIVED.getBytes(UTF_8)).orElseThrow();
        }
    }

    @Nested
    class HandlersThatFail {
        @Test
        void leaveTheThreadInterruptedIfItWas() {
            failure = new InterruptedException();

            assertThat(post(RECEIVED)).isEqualTo(WebhookReply.FAILED);
            assertThat(Thread.interrupted()).isTrue();
        }

        @Test
        void areToldOfOnceAMinute() {
            failure = new IllegalStateException("of the host");
            try (CapturedLog log = new CapturedLog()) {
                WebhookIntake intake = intake();
                for (int i = 0; i < 3; i++) {
                    intake.receive(WebhookRequest.post(secret(ACME), RECEIVED.getBytes(UTF_8)));
                }

                assertThat(log.text().lines().filter(line -> line.contains("WARN") && line.contains("has failed")))
                        .hasSize(1);
                assertThat(log.text()).doesNotContain("1201555", "next?");
            }
        }

        /** What only the JVM throws is not swallowed, and what was begun is let go of. */
        @Test
        void letGoOfTheEventWhateverTheyThrow() {
            WebhookHandler broken = new WebhookHandler() {
                @Override
                public void received(MessageReceived event) {
                    throw new OutOfMemoryError("in a test");
                }
            };
            post(RECEIVED);
            EventHandling handling =
                    new EventHandling(store.webhooks(), broken, Duration.ofMinutes(1), List.of(), List.of());
            WebhookEvent.Source source = handled.get(0).source();
            EventKey other = new EventKey("0".repeat(64));
            WebhookEvent event =
                    WebhookEvent.of(new WebhookEvent.Source(ACME, source.instance(), other, source.posted()));

            assertThatThrownBy(() -> handling.handle(event)).isInstanceOf(OutOfMemoryError.class);
            assertThat(store.webhooks().begin(ACME, other, Duration.ofMinutes(1)))
                    .isInstanceOf(WebhookStore.Intake.First.class);
        }
    }

    @Nested
    class AStoreThatIsAway {
        private enum Call {
            BEGIN,
            FINISH,
            RELEASE
        }

        private WebhookStore away(Call call) {
            WebhookStore real = store.webhooks();
            return new WebhookStore() {
                @Override
                public Intake begin(OrganizationId organization, EventKey key, Duration lease) {
                    throwIf(Call.BEGIN);
                    return real.begin(organization, key, lease);
                }

                @Override
                public void finish(OrganizationId organization, EventKey key) {
                    throwIf(Call.FINISH);
                    real.finish(organization, key);
                }

                @Override
                public void release(OrganizationId organization, EventKey key, long claim) {
                    throwIf(Call.RELEASE);
                    real.release(organization, key, claim);
                }

                @Override
                public int purge(Duration olderThan) {
                    return real.purge(olderThan);
                }

                private void throwIf(Call now) {
                    if (now == call) {
                        throw StorageException.unavailable("the store is away", null);
                    }
                }
            };
        }

        @Test
        void hasTheEventRepeated() {
            events = away(Call.BEGIN);

            assertThat(post(RECEIVED)).isEqualTo(WebhookReply.UNAVAILABLE);
            assertThat(handled).isEmpty();
            assertThat(WebhookReply.UNAVAILABLE.headers()).containsEntry("Retry-After", "30");
        }

        @Test
        void hasTheEventRepeatedIfTheConfigurationCannotBeRead() {
            store.organizations().onLoad(draft -> {
                throw StorageException.unavailable("the store is away", null);
            });

            assertThat(post(RECEIVED)).isEqualTo(WebhookReply.UNAVAILABLE);
        }

        /** The handler has succeeded: it must not be called again. */
        @Test
        void hasNothingRepeatedThatTheHostHasHandled() {
            events = away(Call.FINISH);

            assertThat(post(RECEIVED)).isEqualTo(WebhookReply.HANDLED);
        }

        @Test
        void isNoneOfTheHandlersTrouble() {
            events = away(Call.RELEASE);
            failure = new IllegalStateException("of the host");

            assertThat(post(RECEIVED)).isEqualTo(WebhookReply.FAILED);
        }

        @Test
        void hasTheEventRepeatedIfTheLibraryCannotDoItsPart() {
            store.conversations().fail();

            assertThat(post(RECEIVED)).isEqualTo(WebhookReply.UNAVAILABLE);
            assertThat(handled).isEmpty();
        }
    }

    @Test
    void takesNothingOnceTheManagerIsClosed() {
        isClosed = true;

        assertThat(post(RECEIVED)).isEqualTo(WebhookReply.UNAVAILABLE);
        assertThat(post("x", RECEIVED)).isEqualTo(WebhookReply.UNAVAILABLE);
    }

    @Nested
    class TheLibraryItself {
        private final Recipient customer = Recipient.parse("+12015550177");

        @Test
        void notesWhenACustomerWrote() {
            post(RECEIVED);

            assertThat(store.conversations().lastInbound(ACME, customer)).contains(Instant.ofEpochSecond(1795435000));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "\"time\":0", "\"time\":1995435000", "\"time\":\"soon\""})
        void takesNowForATimeThatIsNoneOrLater(String time) {
            post("{\"event_type\":\"message_received\",\"instanceId\":1150,\"data\":{\"from\":\"12015550177@c.us\""
                    + (time.isEmpty() ? "" : "," + time) + "}}");

            assertThat(store.conversations().lastInbound(ACME, customer)).contains(NOON);
        }

        @ParameterizedTest
        @CsvSource({
            "message_received, 120363000000000001@g.us, 12015550177@c.us, false",
            "message_received, 12015550177@c.us, '', true",
            "message_create, 12015550177@c.us, '', false",
            "message_received, 12015550177@newsletter, '', false",
            "message_received, '', '', false"
        })
        void notesNoCustomerWhereThereIsNone(String event, String from, String author, boolean fromMe) {
            post("{\"event_type\":\"" + event + "\",\"instanceId\":1150,\"data\":{\"from\":\"" + from
                    + "\",\"author\":\"" + author + "\",\"fromMe\":" + fromMe + "}}");

            assertThat(handled).hasSize(1);
            assertThat(store.conversations().lastInbound(ACME, customer)).isEmpty();
        }

        @Test
        void handsOnHowFarAMessageHasCome() {
            post(ACK);

            assertThat(reports)
                    .containsExactly(new DeliveryReport(
                            Reference.of("ticket-7"),
                            new QueueId("7"),
                            InstanceId.parse("1150"),
                            DeliveryState.DELIVERED,
                            NOON));
        }

        @ParameterizedTest
        @CsvSource({
            "message_create, '', SENT",
            "message_create, server, ON_SERVER",
            "message_ack, pending, SENT",
            "message_ack, PLAYED, PLAYED"
        })
        void readsItFromCreatedMessagesAsWell(String event, String ack, DeliveryState state) {
            post(ACK.replace("message_ack", event).replace("device", ack));

            assertThat(reports).extracting(DeliveryReport::state).containsExactly(state);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"event_type\":\"message_ack\",\"instanceId\":1150,\"id\":7,\"data\":{\"ack\":\"melted\"}}",
                    "{\"event_type\":\"message_ack\",\"instanceId\":1150,\"id\":7,\"data\":{}}",
                    "{\"event_type\":\"message_ack\",\"instanceId\":1150,\"data\":{\"ack\":\"read\"}}",
                    "{\"event_type\":\"message_create\",\"instanceId\":1150,\"data\":{\"fromMe\":true}}",
                    "{\"event_type\":\"message_create\",\"instanceId\":1150,\"id\":7,\"data\":{\"fromMe\":false}}",
                    "{\"event_type\":\"message_received\",\"instanceId\":1150,\"id\":7,\"data\":{\"ack\":\"read\"}}"
                })
        void handsNothingOnOfWhatSaysNothing(String body) {
            assertThat(post(body)).isEqualTo(WebhookReply.HANDLED);

            assertThat(reports).isEmpty();
        }

        @Test
        void countsWhatCustomersWriteAlone() {
            post(RECEIVED);
            post(ACK);
            post(RECEIVED.replace("\"type\"", "\"fromMe\":true,\"type\"").replace("3EB0", "3EB9"));

            assertThat(counted).containsExactly(ACME);
        }
    }

    @Nested
    class TheWebhookThatWasThereBefore {
        private static final String TOKEN = "fake-shared-t0ken";

        private void switchOn() {
            LegacyWebhooks legacy = LegacyWebhooks.of(Map.of(LegacyWebhooks.TOKEN, TOKEN));
            options = builder -> builder.legacy(legacy);
        }

        @Test
        void isOfTheOneOrganizationThatHasTheInstance() {
            switchOn();

            assertThat(post(TOKEN, RECEIVED)).isEqualTo(WebhookReply.HANDLED);
            assertThat(post("/old/route/" + TOKEN, RECEIVED.replace("1150", "3370")))
                    .isEqualTo(WebhookReply.HANDLED);
            assertThat(handled).extracting(WebhookEvent::organization).containsExactly(ACME, GLOBEX);
        }

        @Test
        void isRefusedIfSeveralHaveIt() {
            switchOn();
            store.organizations()
                    .put(
                            GLOBEX,
                            Samples.draft(BASE).toBuilder().instanceId("1150").build());

            assertThat(post(TOKEN, RECEIVED)).isEqualTo(WebhookReply.WRONG_INSTANCE);
            assertThat(refused).containsExactly(new WebhookRefused(null, Reason.SHARED_INSTANCE));
        }

        @Test
        void isRefusedIfNobodyHasItOrItIsNoEvent() {
            switchOn();

            assertThat(post(TOKEN, RECEIVED.replace("1150", "4480"))).isEqualTo(WebhookReply.WRONG_INSTANCE);
            assertThat(post(TOKEN, "{}")).isEqualTo(WebhookReply.UNREADABLE);
        }

        @Test
        void isRefusedWithAnotherTokenOrUnlessTheHostStillUsesIt() {
            assertThat(post(TOKEN, RECEIVED)).isEqualTo(WebhookReply.UNKNOWN_SECRET);

            switchOn();
            assertThat(post(TOKEN + "x", RECEIVED)).isEqualTo(WebhookReply.UNKNOWN_SECRET);
        }

        @Test
        void goesOnBesideSecretsOfTheirOwn() {
            switchOn();

            assertThat(post(RECEIVED)).isEqualTo(WebhookReply.HANDLED);
            assertThat(post(TOKEN, RECEIVED)).as("the same event").isEqualTo(WebhookReply.DUPLICATE);
        }

        @Test
        void closesTheRouteIfItsSwitchSaysSo() {
            LegacyWebhooks off =
                    LegacyWebhooks.of(Map.of(LegacyWebhooks.TOKEN, TOKEN, LegacyWebhooks.ENABLED, "false"));
            options = builder -> builder.legacy(off);

            assertThat(post(RECEIVED)).isEqualTo(WebhookReply.SWITCHED_OFF);
            assertThat(post(TOKEN, RECEIVED)).isEqualTo(WebhookReply.SWITCHED_OFF);
            assertThat(refused).containsOnly(new WebhookRefused(null, Reason.SWITCHED_OFF));
        }
    }

    @ParameterizedTest
    @EnumSource(WebhookReply.class)
    void answersInAFewFixedWords(WebhookReply reply) {
        assertThat(reply.body()).matches("\\{\"status\":\"[a-z_]+\"}");
        assertThat(reply.headers()).containsEntry("Content-Type", "application/json");
        assertThat(reply.status()).isBetween(200, 503);
    }
}
