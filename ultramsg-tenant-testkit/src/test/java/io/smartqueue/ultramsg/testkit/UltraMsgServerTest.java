package io.smartqueue.ultramsg.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLHandshakeException;

import static io.smartqueue.ultramsg.testkit.StubClient.TOKEN;
import static io.smartqueue.ultramsg.testkit.StubClient.json;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class UltraMsgServerTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final SettableClock CLOCK = SettableClock.at(NOON);
    private static final String CHAT = "/instance1150/messages/chat";

    private static UltraMsgServer server;
    private static StubClient http;
    private static StubClient https;

    private StubInstance instance;

    @BeforeAll
    static void start() {
        server = UltraMsgServer.builder().clock(CLOCK).start();
        http = StubClient.over(server.baseUrl());
        https = StubClient.overTls(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void addInstance() {
        CLOCK.set(NOON);
        server.reset();
        instance = server.addInstance("instance1150", TOKEN);
    }

    /** UltraMsg docs, messages/chat; read 2026-11. */
    @Nested
    class Chat {

        @Test
        void acceptsATextByForm() throws Exception {
            HttpResponse<String> response = http.form(
                    CHAT, "token", TOKEN, "to", "+15550001111", "body", "Čaj, naïve & 100 % 👩‍👩‍👧\nnext line");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(response.body()).isEqualTo("{\"sent\":\"true\",\"message\":\"ok\",\"id\":1}");
            assertThat(instance)
                    .received(text("Čaj, naïve & 100 % 👩‍👩‍👧\nnext line").to("+15550001111"));
        }

        @Test
        void acceptsATextOverHttps() throws Exception {
            HttpResponse<String> response = https.text("instance1150", "Hello");

            assertThat(response.body()).isEqualTo("{\"sent\":\"true\",\"message\":\"ok\",\"id\":1}");
            assertThat(instance).receivedTexts("Hello");
        }

        @Test
        void acceptsEverythingInTheQuery() throws Exception {
            http.postQuery(CHAT, "token", TOKEN, "to", "15550001111@c.us", "body", "Grüße +1");

            assertThat(instance).received(text("Grüße +1").to("15550001111@c.us"));
        }

        @Test
        void acceptsJsonWithTheTokenInside() throws Exception {
            http.post(
                    CHAT,
                    "application/json; charset=utf-8",
                    "{\"token\":\"t0ken\",\"to\":\"+15550001111\",\"body\":\"ok \\u2713\",\"priority\":0}");

            assertThat(instance).received(text("ok ✓").to("+15550001111"));
            assertThat(instance.receivedMessages().get(0).priority()).isZero();
        }

        @Test
        void acceptsJsonWithTheTokenInTheQuery() throws Exception {
            http.post(CHAT + "?token=t0ken", "application/json", "{\"to\":\"+15550001111\",\"body\":\"Hello\"}");

            assertThat(instance).receivedTexts("Hello");
        }

        @Test
        void keepsTheOptionalParameters() throws Exception {
            http.form(
                    CHAT,
                    "token",
                    TOKEN,
                    "to",
                    "+15550001111",
                    "body",
                    "Hello",
                    "priority",
                    "5",
                    "referenceId",
                    "ticket-7",
                    "msgId",
                    "false_15550001111@c.us_3EB0AA");

            ReceivedMessage message = instance.receivedMessages().get(0);
            assertThat(message.priority()).isEqualTo(5);
            assertThat(message.referenceId()).isEqualTo("ticket-7");
            assertThat(message.msgId()).isEqualTo("false_15550001111@c.us_3EB0AA");
            assertThat(message.at()).isEqualTo(NOON);
            assertThat(message.parameters()).doesNotContainKey("token");
        }

        @Test
        void readsEmptyOptionalParametersAsAbsent() throws Exception {
            http.form(
                    CHAT,
                    "token",
                    TOKEN,
                    "to",
                    "+15550001111",
                    "body",
                    "Hello",
                    "priority",
                    "",
                    "referenceId",
                    "",
                    "msgId",
                    "");

            assertThat(instance.receivedMessages())
                    .containsExactly(new ReceivedMessage(
                            1, ReceivedMessage.Kind.TEXT, Map.of("to", "+15550001111", "body", "Hello"), NOON));
        }

        @Test
        void keepsACommaListOfRecipientsAsOneMessage() throws Exception {
            http.form(CHAT, "token", TOKEN, "to", "+15550001111,+15550002222", "body", "Hello");

            assertThat(instance).receivedMessages(1).received(text("Hello").to("+15550001111,+15550002222"));
        }

        @Test
        void namesAllMissingParametersAtOnce() throws Exception {
            HttpResponse<String> response = http.form(CHAT, "token", TOKEN, "to", "");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{\"error\":[{\"to\":\"is required\"},{\"body\":\"is required\"}]}");
            assertThat(instance).receivedNothing();
        }

        @Test
        void ignoresMultipartFields() throws Exception {
            String part = "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n";
            String parts = part.formatted("to", "+15550001111") + part.formatted("body", "Hello") + "--b--\r\n";

            HttpResponse<String> response = http.post(CHAT + "?token=t0ken", "multipart/form-data; boundary=b", parts);

            assertThat(response.body()).isEqualTo("{\"error\":[{\"to\":\"is required\"},{\"body\":\"is required\"}]}");
        }

        @Test
        void acceptsALongestTextOfEmoji() throws Exception {
            http.text("instance1150", "🎟".repeat(4096));

            assertThat(instance).receivedTexts("🎟".repeat(4096));
        }

        @Test
        void refusesATextThatIsTooLong() throws Exception {
            HttpResponse<String> response = http.text("instance1150", "a".repeat(4097));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{\"error\":[{\"body\":\"max length limit exceeded of 4096\"}]}");
            assertThat(instance).receivedNothing();
        }

        @Test
        void refusesAPriorityThatIsNoNumber() throws Exception {
            HttpResponse<String> response =
                    http.form(CHAT, "token", TOKEN, "to", "+15550001111", "body", "Hello", "priority", "high");

            assertThat(json(response).at("/error/0/priority").isTextual()).isTrue();
            assertThat(instance).receivedNothing();
        }

        @ParameterizedTest
        @ValueSource(strings = {"{", "[]", "\"text\"", "", "{\"to\":{},\"token\":null}"})
        void readsJsonOfAnotherShapeAsNoParameters(String body) throws Exception {
            HttpResponse<String> response = http.post(CHAT + "?token=t0ken", "application/json", body);

            assertThat(response.body()).isEqualTo("{\"error\":[{\"to\":\"is required\"},{\"body\":\"is required\"}]}");
        }

        @Test
        void givesConcurrentTextsDistinctIds() throws Exception {
            List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, 64)
                    .mapToObj(i -> http.textAsync("instance1150", "text " + i))
                    .toList();

            Set<Long> ids = new HashSet<>();
            for (CompletableFuture<HttpResponse<String>> response : responses) {
                ids.add(json(response.get()).get("id").asLong());
            }
            assertThat(ids).hasSize(64).allMatch(id -> id >= 1 && id <= 64);
            assertThat(instance).receivedMessages(64);
            assertThat(instance.receivedMessages())
                    .extracting(ReceivedMessage::body)
                    .doesNotHaveDuplicates();
        }
    }

    /** UltraMsg docs, GET messages, and the vendor's article on delivery states; read 2026-11. */
    @Nested
    class Messages {

        private static final String MESSAGES = "/instance1150/messages";

        @Test
        void haveTheDocumentedShape() throws Exception {
            instance.isConnectedAs("+15550009999", "Acme Desk");
            http.form(CHAT, "token", TOKEN, "to", "+15550001111", "body", "Hello", "referenceId", "ticket-7");

            HttpResponse<String> response = http.get(MESSAGES, "token", TOKEN);

            assertThat(json(response)).isEqualTo(json("""
                                    {"total":1,"pages":1,"limit":100,"page":1,"messages":[
                                     {"id":1,"referenceId":"ticket-7","from":"15550009999@c.us","to":"15550001111@c.us",
                                      "body":"Hello","priority":10,"status":"sent","ack":"pending","type":"chat",
                                      "created_at":1795435200,"sent_at":1795435200,"metadata":{}}]}"""));
        }

        @Test
        void areNoneAtFirst() throws Exception {
            assertThat(http.get(MESSAGES, "token", TOKEN).body())
                    .isEqualTo("{\"total\":0,\"pages\":0,\"limit\":100,\"page\":1,\"messages\":[]}");
        }

        @Test
        void comeInPages() throws Exception {
            sendTexts(5);

            JsonNode second = json(http.get(MESSAGES, "token", TOKEN, "page", "2", "limit", "2", "sort", "asc"));
            JsonNode beyond = json(http.get(MESSAGES, "token", TOKEN, "page", "4", "limit", "2", "sort", "asc"));

            assertThat(second.get("total").asInt()).isEqualTo(5);
            assertThat(second.get("pages").asInt()).isEqualTo(3);
            assertThat(ids(second)).containsExactly(3, 4);
            assertThat(ids(beyond)).isEmpty();
        }

        @Test
        void comeNewestFirstOnRequest() throws Exception {
            sendTexts(3);

            assertThat(ids(http.get(MESSAGES, "token", TOKEN, "sort", "desc"))).containsExactly(3, 2, 1);
            assertThat(ids(http.get(MESSAGES, "token", TOKEN, "sort", "asc"))).containsExactly(1, 2, 3);
        }

        @Test
        void comeAtMostAHundredAtOnce() throws Exception {
            JsonNode list = json(http.get(MESSAGES, "token", TOKEN, "limit", "1000"));

            assertThat(list.get("limit").asInt()).isEqualTo(100);
        }

        @Test
        void canBeFiltered() throws Exception {
            instance.isConnectedAs("+15550009999", "Acme Desk");
            http.form(CHAT, "token", TOKEN, "to", "+15550001111", "body", "one", "referenceId", "a");
            instance.isInStandby();
            http.form(CHAT, "token", TOKEN, "to", "15550002222@c.us", "body", "two", "referenceId", "b");

            assertThat(ids(filtered("id", "2"))).containsExactly(2);
            assertThat(ids(filtered("referenceId", "a"))).containsExactly(1);
            assertThat(ids(filtered("referenceId", "null"))).isEmpty();
            assertThat(ids(filtered("to", "+15550002222"))).containsExactly(2);
            assertThat(ids(filtered("to", "15550001111@c.us"))).containsExactly(1);
            assertThat(ids(filtered("from", "15550009999"))).containsExactly(1, 2);
            assertThat(ids(filtered("from", "15550001111"))).isEmpty();
            assertThat(ids(filtered("status", "all"))).containsExactly(1, 2);
            assertThat(ids(filtered("status", "sent"))).containsExactly(1);
            assertThat(ids(filtered("status", "queue"))).containsExactly(2);
            assertThat(ids(filtered("status", ""))).containsExactly(1, 2);
            assertThat(ids(filtered("ack", "pending"))).containsExactly(1);
        }

        @Test
        void waitInTheQueueUntilTheAccountIsConnected() throws Exception {
            instance.waitsForQrScan();
            http.text("instance1150", "Hello");
            JsonNode waiting = json(filtered("status", "queue")).at("/messages/0");

            CLOCK.advance(Duration.ofMinutes(1));
            instance.worksNormally();
            JsonNode sent = json(filtered("status", "sent")).at("/messages/0");

            assertThat(waiting.get("sent_at").isNull()).isTrue();
            assertThat(sent.get("sent_at").asLong() - sent.get("created_at").asLong())
                    .isEqualTo(60);
        }

        @Test
        void showTheBeginningOfAFileAndTheWholeOfAnAddress() throws Exception {
            String image = "/instance1150/messages/image";
            http.form(image, "token", TOKEN, "to", "+15550001111", "image", "QUJD".repeat(100));
            http.form(image, "token", TOKEN, "to", "+15550001111", "image", "https://example.com/" + "a".repeat(300));

            assertThat(body(1)).hasSizeLessThan(200).startsWith("QUJDQUJD");
            assertThat(body(2)).isEqualTo("https://example.com/" + "a".repeat(300));
        }

        private String body(int id) throws Exception {
            return json(filtered("id", Integer.toString(id)))
                    .at("/messages/0/body")
                    .asText();
        }

        private HttpResponse<String> filtered(String name, String value) throws Exception {
            return http.get(MESSAGES, "token", TOKEN, "sort", "asc", name, value);
        }

        private void sendTexts(int count) throws Exception {
            for (int i = 1; i <= count; i++) {
                http.text("instance1150", "text " + i);
            }
        }

        private static List<Integer> ids(HttpResponse<String> response) throws Exception {
            return ids(json(response));
        }

        private static List<Integer> ids(JsonNode list) {
            return StreamSupport.stream(list.get("messages").spliterator(), false)
                    .map(message -> message.get("id").asInt())
                    .toList();
        }
    }

    /** UltraMsg docs, instance/status and instance/me, as independent clients quote them; read 2026-11. */
    @Nested
    class InstanceCalls {

        @Test
        void tellTheStatus() throws Exception {
            assertThat(http.get("/instance1150/instance/status", "token", TOKEN).body())
                    .isEqualTo(
                            "{\"status\":{\"accountStatus\":{\"status\":\"authenticated\",\"substatus\":\"connected\"}}}");
        }

        @Test
        void tellTheConnectedAccount() throws Exception {
            instance.isConnectedAs("+15550009999", "Acmé Desk");

            HttpResponse<String> response = https.get("/instance1150/instance/me", "token", TOKEN);

            assertThat(json(response).get("id").asText()).isEqualTo("15550009999@c.us");
            assertThat(json(response).get("name").asText()).isEqualTo("Acmé Desk");
            assertThat(response.body()).contains("Acm\\u00E9 Desk");
        }
    }

    /** docs/ultramsg-api.md, sections 2.7 and 3.7. */
    @Nested
    class Files {

        @Test
        void areUploadedServedAndDeleted() throws Exception {
            String parts = "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nt0ken\r\n"
                    + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a b.txt\"\r\n"
                    + "Content-Type: text/plain\r\n\r\nHello\r\n--b--\r\n";

            HttpResponse<String> uploaded =
                    http.post("/instance1150/media/upload", "multipart/form-data; boundary=b", parts);

            String url = json(uploaded).get("success").asText();
            String path = url.substring(server.baseUrl().toString().length());
            assertThat(url).endsWith("/1-a_b.txt");
            assertThat(http.get(path, "no", "token").body()).isEqualTo("Hello");

            http.form("/instance1150/media/deleteByDate", "token", TOKEN, "date", "11-2026");
            assertThat(http.get(path, "no", "token").statusCode()).isEqualTo(404);
        }

        @Test
        void areUploadedAsAFormFieldAndDeletedByTheirAddress() throws Exception {
            HttpResponse<String> uploaded =
                    http.form("/instance1150/media/upload", "token", TOKEN, "file", "https://example.com/a.jpg");

            String url = json(uploaded).get("success").asText();
            String path = url.substring(server.baseUrl().toString().length());
            assertThat(http.get(path, "no", "token").body()).isEqualTo("https://example.com/a.jpg");

            http.form("/instance1150/media/delete", "token", TOKEN, "url", url);
            assertThat(http.get(path, "no", "token").statusCode()).isEqualTo(404);
        }

        @Test
        void showTheQrCodeWhileItWaits() throws Exception {
            instance.waitsForQrScan();

            HttpResponse<String> response = http.get("/instance1150/instance/qr", "token", TOKEN);

            assertThat(response.headers().firstValue("Content-Type")).contains("image/png");
            assertThat(response.body()).contains("PNG").contains("IHDR");
            assertThat(json(http.get("/instance1150/instance/qrCode", "token", TOKEN))
                            .get("qrCode")
                            .asText())
                    .isNotBlank();
        }

        @Test
        void areAPictureOfTheScreen() throws Exception {
            String text = http.get("/instance1150/instance/screenshot", "token", TOKEN, "encoding", "base64")
                    .body();

            assertThat(Base64.getDecoder().decode(text)).startsWith(0x89, 'P', 'N', 'G');
        }
    }

    /** Errors that independent clients of UltraMsg quote; read 2026-11. */
    @Nested
    class Errors {

        private static final String WRONG_TOKEN =
                "{\"error\":\"Wrong token. Please provide token as a GET parameter.\"}";

        @Test
        void nameAnUnknownInstance() throws Exception {
            HttpResponse<String> response = http.text("instance7", "Hello");

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).isEqualTo("{\"error\":\"Instance not found\"}");
        }

        @Test
        void nameAnUnknownInstanceWith200OnDemand() throws Exception {
            server.answersErrorsWith200();

            HttpResponse<String> response = http.text("instance7", "Hello");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{\"error\":\"Instance not found\"}");
        }

        @Test
        void nameAWrongToken() throws Exception {
            HttpResponse<String> response = http.form(CHAT, "token", "wr0ng", "to", "+15550001111", "body", "Hello");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(WRONG_TOKEN);
            assertThat(instance).receivedNothing();
            assertThat(instance.requestCount()).isEqualTo(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"messages", "instance/status", "instance/me"})
        void nameAMissingToken(String path) throws Exception {
            HttpResponse<String> response = http.get("/instance1150/" + path);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(WRONG_TOKEN);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"/", "/instance1150", "/instance1150/", "/instance1150/nothing", CHAT, "/1150/messages"})
        void nameAnUnknownPath(String path) throws Exception {
            HttpResponse<String> response = http.get(path, "token", TOKEN);

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).isEqualTo("{\"error\":\"Path not found\"}");
        }
    }

    @Test
    void keepsInstancesApart() throws Exception {
        StubInstance other = server.addInstance("2260", TOKEN);

        http.text("instance1150", "to the first");
        HttpResponse<String> response = http.text("instance2260", "to the second");

        assertThat(json(response).get("id").asLong()).isEqualTo(1);
        assertThat(instance).receivedTexts("to the first");
        assertThat(other).receivedTexts("to the second");
    }

    @Test
    void findsInstancesInEitherSpelling() {
        assertThat(server.instance("1150")).isSameAs(instance);
        assertThat(server.instance(" instance1150 ")).isSameAs(instance);
        assertThat(instance.id()).isEqualTo("instance1150");
        assertThat(instance.baseUrl()).hasToString(server.baseUrl() + "/instance1150");
    }

    @Test
    void refusesInstancesItCannotServe() {
        assertThatIllegalArgumentException().isThrownBy(() -> server.addInstance("instance1150/..", TOKEN));
        assertThatIllegalArgumentException().isThrownBy(() -> server.addInstance("7", " "));
        assertThatIllegalStateException()
                .isThrownBy(() -> server.addInstance("1150", TOKEN))
                .withMessage("The server has instance1150 already");
    }

    @Test
    void forgetsInstancesOnReset() throws Exception {
        server.reset();

        assertThat(http.text("instance1150", "Hello").body()).isEqualTo("{\"error\":\"Instance not found\"}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.instance("1150"))
                .withMessage("The server has no instance1150, only []");
    }

    @Test
    void refusesClientsThatDoNotTrustItsCertificate() {
        StubClient distrustful = StubClient.over(server.httpsBaseUrl());

        assertThatExceptionOfType(SSLHandshakeException.class)
                .isThrownBy(() -> distrustful.text("instance1150", "Hello"));
    }

    @Test
    void tellsWhenAPortIsTaken() {
        int taken = server.baseUrl().getPort();

        assertThatIllegalStateException()
                .isThrownBy(() -> UltraMsgServer.builder().port(taken).start())
                .withMessageContaining(Integer.toString(taken));
    }

    @Test
    void freesTheHttpPortWhenTheHttpsPortIsTaken() {
        UltraMsgServer closed = UltraMsgServer.start();
        closed.close();
        int free = closed.baseUrl().getPort();
        int taken = server.httpsBaseUrl().getPort();

        assertThatIllegalStateException()
                .isThrownBy(() ->
                        UltraMsgServer.builder().port(free).httpsPort(taken).start());

        try (UltraMsgServer next = UltraMsgServer.builder().port(free).start()) {
            assertThat(next.baseUrl()).isEqualTo(closed.baseUrl());
        }
    }

    @Test
    void refusesPortsThatAreNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UltraMsgServer.builder().port(65536));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UltraMsgServer.builder().httpsPort(-1));
    }

    @Test
    void freesItsPortsWhenClosed() {
        UltraMsgServer closed = UltraMsgServer.start();
        StubClient client = StubClient.over(closed.baseUrl());

        closed.close();
        closed.close();

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.text("instance1150", "Hello"));
    }

    @Test
    void showsNoTokens() throws Exception {
        http.text("instance1150", "Hello");

        assertThat(server.toString()).contains("instance1150", "https://").doesNotContain(TOKEN);
        assertThat(instance.toString()).contains("instance1150").doesNotContain(TOKEN);
    }
}
