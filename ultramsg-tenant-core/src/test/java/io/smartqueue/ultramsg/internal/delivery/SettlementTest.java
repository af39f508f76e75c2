package io.smartqueue.ultramsg.internal.delivery;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.event.DuplicateFound;
import io.smartqueue.ultramsg.event.MessageSettled;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.fixtures.CapturedLog;
import io.smartqueue.ultramsg.fixtures.Counters;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.internal.config.CacheLimits;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.internal.usage.UsageCounter;
import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class SettlementTest {
    private static final OrganizationId OTHER = OrganizationId.of("other");
    private static final String NOTHING = "{\"messages\":[]}";

    private final ScriptedServer server = new ScriptedServer();
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final ConfigCache configs = new ConfigCache(
            store.organizations(),
            store.standbys(),
            ConfigValidator.of(AllowedHosts.anyIncludingLocal()),
            new CacheLimits(10, Duration.ofMinutes(1)),
            Ticker.systemTicker());
    private final BlockingQueue<MessageSettled> settled = new LinkedBlockingQueue<>();
    private final BlockingQueue<DuplicateFound> duplicates = new LinkedBlockingQueue<>();
    private final UltraMessageListener listener = new UltraMessageListener() {
        @Override
        public void settled(MessageSettled event) {
            settled.add(event);
        }

        @Override
        public void duplicateFound(DuplicateFound event) {
            duplicates.add(event);
        }
    };
    private final UsageCounter usage = Counters.of(store, configs);
    private final Settlement settlement = new Settlement(
            store.messages(),
            new Purge(
                    store.messages(),
                    store.outbox(),
                    store.conversations(),
                    store.webhooks(),
                    store.usage(),
                    Duration.ofDays(7),
                    Duration.ofDays(400)),
            configs,
            http,
            new Listeners(List.of(listener)),
            usage);

    @BeforeEach
    void configure() {
        store.organizations().put(Samples.ACME, Samples.draft(server.url()));
        store.organizations()
                .put(
                        OTHER,
                        Samples.draft(server.url()).toBuilder()
                                .instanceId("2260")
                                .build());
    }

    @AfterEach
    void close() {
        settlement.close();
        usage.close();
        configs.close();
        http.close();
        server.close();
    }

    private Reference isUnknown(OrganizationId organization, String instance, String name) {
        Reference reference = Reference.of(name);
        store.messages()
                .claim(
                        organization,
                        new NewEntry(
                                IdempotencyKey.of(name),
                                ContentHash.of(Samples.message()),
                                Samples.message().to(),
                                reference,
                                InstanceId.parse(instance),
                                null),
                        Duration.ofMinutes(1));
        store.messages().settle(organization, new Unknown(reference, InstanceId.parse(instance), "no reply"), 1);
        return reference;
    }

    private SendResult outcome(OrganizationId organization, Reference reference) {
        return store.messages().find(organization, reference).orElseThrow().outcome();
    }

    @Test
    void findsOutWhatBecameOfMessagesAndTellsOfThem() throws InterruptedException {
        Reference found = isUnknown(Samples.ACME, "1150", "found");
        Reference missing = isUnknown(Samples.ACME, "1150", "missing");
        server.on("/messages", Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"found\"}]}"));

        settlement.settle();

        assertThat(outcome(Samples.ACME, found))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(accepted.queueId()).hasToString("7"));
        assertThat(outcome(Samples.ACME, missing)).isInstanceOf(Unknown.class);
        assertThat(usage.today(Samples.ACME).orElseThrow().counts().count(UsageMeasure.FOUND_LATER))
                .isEqualTo(1);
        assertThat(settled.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new MessageSettled(Samples.ACME, (Accepted) outcome(Samples.ACME, found)));
        assertThat(settled).isEmpty();
        assertThat(server.requests()).allMatch(request -> request.method().equals("GET"));
    }

    @Test
    void reportsAMessageThatIsThereTwice() throws InterruptedException {
        Reference repeated = isUnknown(Samples.ACME, "1150", "repeated");
        store.messages().repeat(Samples.ACME, repeated);
        server.on(
                "/messages",
                Replies.json(
                        200,
                        "{\"messages\":[{\"id\":9,\"referenceId\":\"repeated\"},{\"id\":7,\"referenceId\":\"repeated\"}]}"));
        try (CapturedLog log = new CapturedLog()) {
            settlement.settle();

            assertThat(log.text()).contains("WARN", "Message repeated of organization acme is at UltraMsg 2 times");
        }

        assertThat(duplicates.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new DuplicateFound(Samples.ACME, repeated, InstanceId.parse("1150"), 2));
        assertThat(outcome(Samples.ACME, repeated))
                .as("the first of them")
                .isEqualTo(new Accepted(repeated, new QueueId("7"), InstanceId.parse("1150"), null, null));
        assertThat(store.messages().duplicates()).isOne();
    }

    @Test
    void reportsAMessageThatIsThereAlthoughItWasTakenForNotSent() throws InterruptedException {
        Reference abandoned = isUnknown(Samples.ACME, "1150", "abandoned");
        store.messages().abandon(Samples.ACME, abandoned);
        server.on("/messages", Replies.json(200, NOTHING));
        settlement.settle();
        assertThat(store.messages().duplicates()).isZero();

        server.on("/messages", Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"abandoned\"}]}"));
        settlement.settle();

        assertThat(duplicates.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new DuplicateFound(Samples.ACME, abandoned, InstanceId.parse("1150"), 1));
        assertThat(settled).isEmpty();
    }

    @Test
    void asksNoFurtherForAnOrganizationInTroubleAndGoesOnWithTheOthers() {
        isUnknown(Samples.ACME, "1150", "first");
        isUnknown(Samples.ACME, "1150", "second");
        Reference other = isUnknown(OTHER, "2260", "third");
        server.next(Replies.json(200, Samples.STOPPED))
                .on("/messages", Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"third\"}]}"));

        settlement.settle();

        assertThat(server.requests()).hasSize(2);
        assertThat(outcome(OTHER, other).isAccepted()).isTrue();
    }

    @Test
    void asksNoOtherInstanceThanTheMessagesOwn() {
        Reference moved = isUnknown(Samples.ACME, "999", "moved");
        server.on("/messages", Replies.json(200, NOTHING));

        settlement.settle();

        assertThat(server.requests()).isEmpty();
        assertThat(outcome(Samples.ACME, moved)).isInstanceOf(Unknown.class);
    }
}
