package io.smartqueue.ultramsg.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import static io.smartqueue.ultramsg.testkit.InboundMessage.from;
import static io.smartqueue.ultramsg.testkit.StubClient.TOKEN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** docs/ultramsg-api.md, section 5. */
class WebhooksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-23T12:00:00Z"));
    private final List<JsonNode> posted = new CopyOnWriteArrayList<>();
    private final List<String> methodsAndTypes = new CopyOnWriteArrayList<>();
    private final Deque<Integer> answers = new ArrayDeque<>();
    private HttpServer receiver;
    private UltraMsgServer server;
    private StubInstance instance;
    private StubClient http;

    @BeforeEach
    void start() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", exchange -> {
            methodsAndTypes.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type"));
            posted.add(StubClient.json(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
            exchange.sendResponseHeaders(answers.isEmpty() ? 200 : answers.remove(), -1);
            exchange.close();
        });
        receiver.start();
        server = UltraMsgServer.builder().clock(clock).start();
        instance = server.addInstance("1150", TOKEN)
                .isConnectedAs("+15550009999", "Desk")
                .postsWebhooksTo(
                        URI.create("http://localhost:" + receiver.getAddress().getPort() + "/hook"));
        http = StubClient.over(server.baseUrl());
    }

    @AfterEach
    void stop() {
        server.close();
        receiver.stop(0);
    }

    @Test
    void tellOfAMessageThatCameIn() throws Exception {
        instance.number("+15550001111").isCalled("Ann");

        instance.receives(from("+15550001111").text("Am I next?"));

        assertThat(instance.awaitWebhooks(PATIENCE)).isEqualTo(1);
        JsonNode event = posted.get(0);
        assertThat(event.get("event_type").asText()).isEqualTo("message_received");
        assertThat(event.get("instanceId").asText()).isEqualTo("1150");
        assertThat(event.get("id").asText("none")).isEmpty();
        assertThat(event.get("referenceId").asText("none")).isEmpty();
        assertThat(event.get("hash").asText()).matches("[0-9a-f]{32}");
        assertThat(event.get("data").toString())
                .isEqualTo("{\"id\":\"false_15550001111@c.us_3EB1000000000001\",\"sid\":\"3EB1000000000001\","
                        + "\"from\":\"15550001111@c.us\",\"to\":\"15550009999@c.us\",\"author\":\"\",\"pushname\":\"Ann\","
                        + "\"ack\":\"\",\"type\":\"chat\",\"body\":\"Am I next?\",\"media\":\"\",\"fromMe\":false,"
                        + "\"self\":false,\"isForwarded\":false,\"isMentioned\":false,\"quotedMsg\":{},"
                        + "\"mentionedIds\":[],\"time\":1795435200}");
    }

    @Test
    void arePostedAsJson() throws Exception {
        instance.receives(from("+15550001111").text("Hello"));

        instance.awaitWebhooks(PATIENCE);
        assertThat(methodsAndTypes).containsExactly("POST application/json");
    }

    @Test
    void tellWhoWroteInAGroup() throws Exception {
        instance.receives(from("+15550001111")
                .media("image", "https://example.com/a.jpg", "Look")
                .inGroup("120363000000000001@g.us"));

        instance.awaitWebhooks(PATIENCE);
        JsonNode data = posted.get(0).get("data");
        assertThat(data.get("from").asText()).isEqualTo("120363000000000001@g.us");
        assertThat(data.get("author").asText()).isEqualTo("15550001111@c.us");
        assertThat(data.get("media").asText()).isEqualTo("https://example.com/a.jpg");
        assertThat(data.get("body").asText()).isEqualTo("Look");
    }

    @Test
    void tellHowFarAMessageHasCome() throws Exception {
        http.form(
                "/instance1150/messages/chat",
                "token",
                TOKEN,
                "to",
                "+15550001111",
                "body",
                "Hello",
                "referenceId",
                "ticket-7");
        clock.advance(Duration.ofSeconds(2));
        instance.messageIsRead(1);

        instance.awaitWebhooks(PATIENCE);

        assertThat(events())
                .containsExactly("message_create", "message_ack", "message_ack", "message_ack", "message_ack");
        assertThat(posted)
                .extracting(event -> event.at("/data/ack").asText())
                .containsExactly("", "pending", "server", "device", "read");
        assertThat(posted).allSatisfy(event -> {
            assertThat(event.get("id").asText()).isEqualTo("1");
            assertThat(event.get("referenceId").asText()).isEqualTo("ticket-7");
            assertThat(event.at("/data/fromMe").asBoolean()).isTrue();
        });
    }

    /** UltraMsg wants "received" on as well before it tells of acks. */
    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "message_received, message_received",
        "message_create, message_create",
        "message_ack, ''",
        "message_received message_ack, message_received message_ack",
        "message_reaction, ''"
    })
    void tellOfTheEventsThatAreOnAndNoOthers(String on, String told) throws Exception {
        for (String event : List.of("message_received", "message_create", "message_ack", "message_reaction")) {
            set("webhook_" + event, Boolean.toString(on.contains(event)));
        }

        instance.receives(from("+15550001111").text("Am I next?"));
        http.text("instance1150", "Yes.");

        instance.awaitWebhooks(PATIENCE);
        assertThat(String.join(" ", events())).isEqualTo(told);
    }

    @Test
    void tellOfReactionsWhichEnterNoChat() throws Exception {
        instance.receives(from("+15550001111").reaction("\ud83d\udc4d", "true_15550001111@c.us_3EB0000000000001"));

        instance.awaitWebhooks(PATIENCE);
        assertThat(events()).containsExactly("message_reaction");
        assertThat(posted.get(0).at("/data/body").asText()).isEqualTo("\ud83d\udc4d");
        assertThat(posted.get(0).at("/data/msgId").asText()).isEqualTo("true_15550001111@c.us_3EB0000000000001");
        assertThat(posted.get(0).at("/data/from").asText()).isEqualTo("15550001111@c.us");
        assertThat(http.get("/instance1150/chats/ids", "token", TOKEN).body())
                .as("chats")
                .isEqualTo("[]");
    }

    @Test
    void nameTheTypeOfEachKindOfMessage() throws Exception {
        send("chat", "body", "Hello");
        send("image", "image", "https://example.com/a.jpg");
        send("video", "video", "https://example.com/a.mp4");
        send("audio", "audio", "https://example.com/a.mp3");
        send("voice", "audio", "https://example.com/a.ogg");
        send("document", "document", "https://example.com/a.pdf", "filename", "a.pdf");
        send("sticker", "sticker", "https://example.com/a.webp");
        send("location", "address", "Here", "lat", "1", "lng", "2");
        send("vcard", "vcard", "BEGIN:VCARD");

        instance.awaitWebhooks(PATIENCE);

        assertThat(posted)
                .filteredOn(event -> event.get("event_type").asText().equals("message_create"))
                .extracting(event -> event.at("/data/type").asText())
                .containsExactly("chat", "image", "video", "audio", "ptt", "document", "sticker", "location", "vcard");
    }

    @Test
    void showFilesOnlyIfTheyAreDownloaded() throws Exception {
        set("webhook_message_download_media", "false");

        instance.receives(from("+15550001111").media("image", "https://example.com/a.jpg", "Look"));

        instance.awaitWebhooks(PATIENCE);
        assertThat(posted.get(0).at("/data/media").asText("none")).isEmpty();
        assertThat(posted.get(0).at("/data/type").asText()).isEqualTo("image");
    }

    @Test
    void showEmptyObjectsAsListsInRareShapes() throws Exception {
        instance.repliesInRareShapes().receives(from("+15550001111").text("Hello"));

        instance.awaitWebhooks(PATIENCE);
        assertThat(posted.get(0).at("/data/quotedMsg").isArray()).isTrue();
    }

    @Test
    void areRepeatedAsOftenAsTheSettingsSay() throws Exception {
        set("webhook_retries", "1");
        answers.addAll(List.of(500, 500));

        instance.receives(from("+15550001111").text("Hello"));

        assertThat(instance.awaitWebhooks(PATIENCE)).isZero();
        assertThat(posted).hasSize(2);
    }

    private List<String> events() {
        return posted.stream().map(event -> event.get("event_type").asText()).toList();
    }

    private void set(String setting, String value) throws Exception {
        http.form("/instance1150/instance/settings", "token", TOKEN, setting, value);
    }

    /** Lets each leave the queue before the next comes. */
    private void send(String kind, String... parameters) throws Exception {
        List<String> pairs = new ArrayList<>(List.of("token", TOKEN, "to", "+15550001111"));
        pairs.addAll(List.of(parameters));
        http.form("/instance1150/messages/" + kind, pairs.toArray(String[]::new));
        clock.advance(Duration.ofSeconds(10));
    }

    @Test
    void areRepeatedUntilTheyAreAccepted() throws Exception {
        answers.addAll(List.of(500, 404, 200));

        instance.receives(from("+15550001111").text("Hello"));

        assertThat(instance.awaitWebhooks(PATIENCE)).isEqualTo(1);
        assertThat(posted).hasSize(3);
        assertThat(posted.get(2)).isEqualTo(posted.get(0));
    }

    @Test
    void areGivenUpAfterTheirRepeats() throws Exception {
        answers.addAll(List.of(500, 500, 500, 500));

        instance.receives(from("+15550001111").text("Hello"));

        assertThat(instance.awaitWebhooks(PATIENCE)).isZero();
        assertThat(posted).hasSize(4);
    }

    @Test
    void comeTwiceOnDemand() throws Exception {
        instance.duplicatesWebhooks(2).receives(from("+15550001111").text("Hello"));

        assertThat(instance.awaitWebhooks(PATIENCE)).isEqualTo(2);
        assertThat(posted.get(1)).isEqualTo(posted.get(0));
    }

    @Test
    void comeOutOfOrderOnDemand() throws Exception {
        instance.holdsWebhooks();
        instance.receives(from("+15550001111").text("one"));
        instance.receives(from("+15550001111").text("two"));
        assertThat(instance.awaitWebhooks(PATIENCE)).isZero();

        instance.releasesWebhooksInReverse().receives(from("+15550001111").text("three"));

        instance.awaitWebhooks(PATIENCE);
        assertThat(posted).extracting(event -> event.at("/data/body").asText()).containsExactly("two", "one", "three");
    }

    @Test
    void goNowhereUnlessTheSettingsSayWhere() throws Exception {
        StubInstance silent = server.addInstance("2260", TOKEN);

        silent.receives(from("+15550001111").text("Hello"));

        assertThat(silent.awaitWebhooks(PATIENCE)).isZero();
        assertThat(http.get("/instance2260/chats/messages", "token", TOKEN, "chatId", "15550001111@c.us")
                        .body())
                .contains("Hello");
        assertThat(posted).isEmpty();
    }

    @Test
    void comeFromNumbersOnly() {
        assertThatIllegalArgumentException().isThrownBy(() -> from("Ann"));
        assertThat(from("+15550001111").text("secret")).hasToString("InboundMessage[chat]");
    }
}
