package io.smartqueue.ultramsg.internal.delivery;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.internal.config.CacheLimits;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class DeliveryPollTest {
    private static final Instant NOW = Instant.parse("2026-11-26T09:00:00Z");
    private static final InstanceId OWN = InstanceId.parse("1150");

    private final ScriptedServer server = new ScriptedServer();
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final ConfigCache configs = new ConfigCache(
            store.organizations(),
            store.standbys(),
            ConfigValidator.of(AllowedHosts.anyIncludingLocal()),
            new CacheLimits(10, Duration.ofMinutes(1)),
            Ticker.systemTicker());
    private final Listeners listeners = new Listeners(List.of());
    private final MovableClock clock = new MovableClock(NOW);
    private final DeliveryPoll poll = new DeliveryPoll(
            new DeliveryReports(store.messages(), listeners, (organization, change) -> {}, owner -> List.of(), clock),
            http,
            clock);

    @AfterEach
    void close() {
        listeners.close();
        configs.close();
        http.close();
        server.close();
    }

    private void look() {
        look(Samples.draft(server.url()));
    }

    private void look(ConfigDraft draft) {
        store.organizations().put(ACME, draft);
        KnownConfig.Usable config = (KnownConfig.Usable) configs.get(ACME);
        poll.look(ACME, config, config.instance(OWN).orElseThrow());
    }

    private void lists(String... messages) {
        server.on("/messages", page(messages));
    }

    private static ScriptedServer.Script page(String... messages) {
        return Replies.json(200, "{\"messages\":[" + String.join(",", messages) + "]}");
    }

    private static String message(String id, String reference, String rest) {
        return "{\"id\":" + id + ",\"referenceId\":\"" + reference + "\"," + rest + "}";
    }

    private static String sent(int number, Duration age) {
        return message(
                Integer.toString(number),
                "m-" + number,
                "\"status\":\"sent\",\"created_at\":" + NOW.minus(age).getEpochSecond());
    }

    private static String[] hundred(int from, Duration age) {
        return IntStream.range(from, from + 100)
                .mapToObj(number -> sent(number, age))
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"status\":\"queue\"', QUEUED",
        "'\"status\":\"unsent\",\"ack\":\"\"', UNSENT",
        "'\"status\":\"invalid\",\"ack\":null', INVALID",
        "'\"status\":\"expired\"', EXPIRED",
        "'\"status\":\"sent\"', SENT",
        "'\"status\":\"sent\",\"ack\":\"pending\"', SENT",
        "'\"status\":\"sent\",\"ack\":\"server\"', ON_SERVER",
        "'\"status\":\"Sent\",\"ack\":\"Device\"', DELIVERED",
        "'\"status\":\"sent\",\"ack\":\"read\"', READ",
        "'\"ack\":\"played\"', PLAYED",
        "'\"status\":\"on its way\",\"ack\":\"beamed\"', QUEUED",
        "'\"status\":[],\"ack\":{}', QUEUED"
    })
    void tellsFromStatusAndAckHowFarAMessageIs(String members, DeliveryState state) {
        lists(message("7", "one", members));

        look();

        assertThat(store.messages().reported())
                .containsExactly(new DeliveryReport(Reference.of("one"), new QueueId("7"), OWN, state, NOW));
    }

    @Test
    void passesOverWhatHasNoReferenceOfOurs() {
        lists(
                "{\"id\":1,\"status\":\"sent\"}",
                message("2", "", "\"status\":\"sent\""),
                message("3", "a name of the host's own", "\"status\":\"sent\""),
                message("4", "ours", "\"status\":\"sent\""));

        look();

        assertThat(store.messages().reported())
                .extracting(DeliveryReport::reference)
                .containsExactly(Reference.of("ours"));
    }

    @Test
    void asksForOnePageWhereThereIsNoMore() {
        lists(sent(1, Duration.ofHours(1)));

        look();

        assertThat(server.requests()).hasSize(1);
        assertThat(server.requests().get(0).line()).contains("/messages?", "limit=100", "sort=desc", "page=1");
    }

    @Test
    void readsOnUntilMessagesAreOld() {
        server.next(
                page(hundred(100, Duration.ofHours(1))),
                page(hundred(200, Duration.ofHours(29))),
                page(hundred(300, Duration.ofHours(30))));

        look();

        assertThat(server.requests())
                .extracting(RecordedRequest::line)
                .satisfiesExactly(
                        first -> assertThat(first).contains("page=1"),
                        second -> assertThat(second).contains("page=2"),
                        third -> assertThat(third).contains("page=3"));
        assertThat(references()).hasSize(200).contains("m-100", "m-299");
    }

    @Test
    void seesWhatHasExpiredAfterADay() {
        lists(message(
                "7",
                "one",
                "\"status\":\"expired\",\"created_at\":"
                        + NOW.minus(Duration.ofHours(25)).getEpochSecond()));

        look();

        assertThat(store.messages().reported())
                .extracting(DeliveryReport::state)
                .containsExactly(DeliveryState.EXPIRED);
    }

    @Test
    void readsTenPagesAtMost() {
        lists(hundred(100, Duration.ofHours(1))); // always the same: this server leaves the page out of account

        look();

        assertThat(server.requests()).hasSize(10);
    }

    @Test
    void asksNothingWhereWebhooksTell() {
        lists(sent(1, Duration.ofHours(1)));

        look(Samples.draft(server.url()).toBuilder()
                .webhookUrl("https://hooks.example.com/x")
                .webhookEvents(List.of(WebhookEventName.MESSAGE_ACK.storedName()))
                .build());

        assertThat(server.requests()).isEmpty();
    }

    @Test
    void asksWhereWebhooksTellOtherThings() {
        lists(sent(1, Duration.ofHours(1)));

        look(Samples.draft(server.url()).toBuilder()
                .webhookUrl("https://hooks.example.com/x")
                .webhookEvents(List.of(WebhookEventName.MESSAGE_RECEIVED.storedName()))
                .build());

        assertThat(references()).containsExactly("m-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {Samples.STOPPED, Samples.WRONG_TOKEN, "{}", "[]", "no JSON", "{\"messages\":[7]}"})
    void leavesTroubleToTheNextLook(String reply) {
        server.on("/messages", Replies.json(200, reply));

        look();

        assertThat(store.messages().reported()).isEmpty();
    }

    @Test
    void leavesAStoreThatIsAwayToTheNextLook() {
        lists(sent(1, Duration.ofHours(1)));
        store.messages().fail();

        look();

        store.messages().recover();
        look();
        assertThat(references()).containsExactly("m-1");
    }

    @Test
    void keepsWhatItHasReadWhenTheNextPageFails() {
        server.next(page(hundred(100, Duration.ofHours(1))), Replies.json(200, Samples.STOPPED));

        look();

        assertThat(references()).hasSize(100);
    }

    private Set<String> references() {
        return store.messages().reported().stream()
                .map(report -> String.valueOf(report.reference()))
                .collect(Collectors.toSet());
    }
}
