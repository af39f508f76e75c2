package io.smartqueue.ultramsg.testkit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static io.smartqueue.ultramsg.testkit.InboundMessage.from;
import static io.smartqueue.ultramsg.testkit.StubClient.TOKEN;
import static io.smartqueue.ultramsg.testkit.StubClient.json;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StubInstanceTest {

    private static final String STATUS = "/instance1150/instance/status";
    private static final String ME = "/instance1150/instance/me";

    private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-23T23:00:00Z"));
    private UltraMsgServer server;
    private StubInstance instance;
    private StubInstance other;
    private StubClient http;

    @BeforeEach
    void start() {
        server = UltraMsgServer.builder().clock(clock).start();
        instance = server.addInstance("instance1150", TOKEN);
        other = server.addInstance("instance2260", TOKEN);
        http = StubClient.over(server.baseUrl());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Bodies as independent clients of UltraMsg quote them; read 2026-11. HTML, 429 and raw ones are invented. */
    static Stream<Arguments> answersToEverything() {
        String wrongToken = "{\"error\":\"Wrong token. Please provide token as a GET parameter.\"}";
        String stopped = "{\"error\":\"Your instance has been Stopped due to non-payment. you can activate this"
                + " instance by extending your subscription. Payment information updates every 5 minutes.\"}";
        return Stream.of(
                answer("rejectsToken", StubInstance::rejectsToken, 200, "application/json", wrongToken),
                answer(
                        "rejectsToken with 4xx",
                        stub -> stub.answersErrorsWith4xx().rejectsToken(),
                        401,
                        "application/json",
                        wrongToken),
                answer(
                        "isStoppedForNonPayment",
                        StubInstance::isStoppedForNonPayment,
                        404,
                        "application/json",
                        stopped),
                answer(
                        "isStoppedForNonPayment with 200",
                        stub -> stub.isStoppedForNonPayment().answersErrorsWith200(),
                        200,
                        "application/json",
                        stopped),
                answer(
                        "answersHtml",
                        stub -> stub.answersHtml(503),
                        503,
                        "text/html; charset=utf-8",
                        "<!DOCTYPE html><html><head><title>503</title></head>"
                                + "<body><h1>503</h1><hr>nginx</body></html>"),
                answer("answersEmptyBody", StubInstance::answersEmptyBody, 200, "", ""),
                answer(
                        "answersTooManyRequests",
                        stub -> stub.answersTooManyRequests(Duration.ofSeconds(30)),
                        429,
                        "application/json",
                        "{\"error\":\"Too many requests.\"}"),
                answer(
                        "answersRaw",
                        stub -> stub.answersRaw(201, "text/plain; charset=utf-8", "naïve"),
                        201,
                        "text/plain; charset=utf-8",
                        "naïve"));
    }

    private static Arguments answer(
            String name, UnaryOperator<StubInstance> turned, int status, String contentType, String body) {
        return Arguments.argumentSet(name, turned, status, contentType, body);
    }

    @ParameterizedTest
    @MethodSource("answersToEverything")
    void answersTheSameToEverythingAndRecordsNothing(
            UnaryOperator<StubInstance> turned, int status, String contentType, String body) throws Exception {
        turned.apply(instance);

        for (HttpResponse<String> response : List.of(
                http.text("instance1150", "Hello"), http.get(STATUS, "token", TOKEN), http.get(ME, "token", TOKEN))) {
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.headers().firstValue("Content-Type").orElse("")).isEqualTo(contentType);
            assertThat(response.body()).isEqualTo(body);
        }
        assertThat(instance).receivedNothing();
        assertThat(instance.requestCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("answersToEverything")
    void leavesOtherInstancesAloneAndWorksNormallyAgain(UnaryOperator<StubInstance> turned) throws Exception {
        turned.apply(instance);
        http.text("instance2260", "to the other");
        instance.worksNormally();
        http.text("instance1150", "Hello");

        assertThat(other).receivedTexts("to the other");
        assertThat(instance).receivedTexts("Hello");
    }

    @Test
    void turnsSwitchesInTurn() throws Exception {
        instance.inTurn(
                stub -> stub.answersHtml(503),
                StubInstance::resetsConnection,
                stub -> stub.worksNormally().losesReplyAfterAccepting(1),
                StubInstance::rejectsToken,
                StubInstance::worksNormally);

        assertThat(http.text("instance1150", "one").statusCode()).isEqualTo(503);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> http.text("instance1150", "two"));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> http.text("instance1150", "three"));
        assertThat(http.text("instance1150", "four").body()).contains("Wrong token");
        http.text("instance1150", "five");
        http.text("instance1150", "six");

        assertThat(instance).receivedTexts("three", "five", "six");
    }

    @Test
    void tellsWhenToComeAgain() throws Exception {
        instance.answersTooManyRequests(Duration.ofSeconds(30));

        assertThat(http.text("instance1150", "Hello").headers().firstValue("Retry-After"))
                .contains("30");
    }

    @Test
    void answersTenMegabytes() throws Exception {
        instance.answersRaw(200, "application/json", "x".repeat(10_000_000));

        assertThat(http.text("instance1150", "Hello").body()).hasSize(10_000_000);
    }

    @Test
    void lastAnswerToEverythingCounts() throws Exception {
        instance.rejectsToken().answersHtml(500);

        assertThat(http.text("instance1150", "Hello").statusCode()).isEqualTo(500);
    }

    @Test
    void waitsForQrScanAndStillAcceptsTexts() throws Exception {
        instance.waitsForQrScan();

        assertThat(http.get(STATUS, "token", TOKEN).body())
                .isEqualTo("{\"status\":{\"accountStatus\":{\"status\":\"qr\",\"substatus\":\"normal\"}}}");
        assertThat(json(http.get(ME, "token", TOKEN)).get("error").isTextual()).isTrue();
        assertThat(json(http.text("instance1150", "Hello")).get("sent").asText())
                .isEqualTo("true");
        assertThat(instance).receivedTexts("Hello");
    }

    @Test
    void isInStandbyAndStillKnowsItsAccount() throws Exception {
        instance.isConnectedAs("+15550009999", "Acme Desk").isInStandby();

        assertThat(http.get(STATUS, "token", TOKEN).body())
                .isEqualTo("{\"status\":{\"accountStatus\":{\"status\":\"standby\",\"substatus\":\"normal\"}}}");
        assertThat(json(http.get(ME, "token", TOKEN)).get("name").asText()).isEqualTo("Acme Desk");
    }

    static Stream<Arguments> statesOnTheWay() {
        return Stream.of(
                state("initialize", StubInstance::isStarting),
                state("loading", StubInstance::isLoading),
                state("retrying", StubInstance::isRetrying),
                state("disconnected", StubInstance::isDisconnected));
    }

    private static Arguments state(String name, UnaryOperator<StubInstance> turned) {
        return Arguments.argumentSet(name, name, turned);
    }

    @ParameterizedTest
    @MethodSource("statesOnTheWay")
    void namesItsStateAndKeepsTextsMeanwhile(String name, UnaryOperator<StubInstance> turned) throws Exception {
        turned.apply(instance);
        http.text("instance1150", "Hello");
        clock.advance(Duration.ofHours(1));

        assertThat(http.get(STATUS, "token", TOKEN).body())
                .isEqualTo("{\"status\":{\"accountStatus\":{\"status\":\"" + name + "\",\"substatus\":\"normal\"}}}");
        assertThat(http.get("/instance1150/messages/statistics", "token", TOKEN).body())
                .contains("\"sent\":0,\"queue\":1");
    }

    @Test
    void isReadyOnceItIsConnected() throws Exception {
        instance.waitsForQrScan().isConnectedAs("+15550009999", "Acme Desk");

        assertThat(http.get(STATUS, "token", TOKEN).body()).contains("\"authenticated\"");
    }

    @Test
    void refusesToConnectWhatIsNoNumber() {
        assertThatIllegalArgumentException().isThrownBy(() -> instance.isConnectedAs("Acme", "Acme Desk"));
    }

    @Test
    void keepsTheAnswerOfACheckForThreeDays() throws Exception {
        assertThat(check()).isEqualTo("valid");

        instance.number("+15550001111").isNotOnWhatsApp();
        clock.advance(Duration.ofDays(3).minusSeconds(1));
        assertThat(check()).isEqualTo("valid");

        clock.advance(Duration.ofSeconds(1));
        assertThat(check()).isEqualTo("invalid");
    }

    @Test
    void checksAnewOnRequest() throws Exception {
        assertThat(check()).isEqualTo("valid");

        instance.number("+15550001111").isNotOnWhatsApp();

        assertThat(check("nocache", "true")).isEqualTo("invalid");
        assertThat(check()).isEqualTo("invalid");
    }

    private String check(String... more) throws Exception {
        List<String> pairs = new ArrayList<>(List.of("token", TOKEN, "chatId", "15550001111@c.us"));
        pairs.addAll(List.of(more));
        return json(http.get("/instance1150/contacts/check", pairs.toArray(String[]::new)))
                .get("status")
                .asText();
    }

    @Test
    void showsTheLatestMessagesOfAChat() throws Exception {
        for (String text : List.of("one", "two", "three")) {
            instance.receives(from("+15550001111").text(text));
        }

        assertThat(json(http.get(
                        "/instance1150/chats/messages", "token", TOKEN, "chatId", "15550001111@c.us", "limit", "2")))
                .extracting(message -> message.get("body").asText())
                .containsExactly("two", "three");
    }

    @Test
    void acceptsNoMoreThanItsDailyLimit() throws Exception {
        http.text("instance1150", "one");
        instance.reachesDailyLimit(2);
        http.text("instance1150", "two");

        HttpResponse<String> refused = http.text("instance1150", "three");
        clock.advance(Duration.ofHours(1));
        HttpResponse<String> nextDay = http.text("instance1150", "four");

        assertThat(json(refused).get("error").asText()).containsIgnoringCase("limit reached");
        assertThat(json(nextDay).get("id").asLong()).isEqualTo(3);
        assertThat(instance).receivedTexts("one", "two", "four");
    }

    @Test
    void losesRepliesAfterAccepting() throws Exception {
        instance.losesReplyAfterAccepting(1);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> http.text("instance1150", "lost"));
        http.get(STATUS, "token", TOKEN);
        http.text("instance1150", "answered");

        assertThat(instance).receivedTexts("lost", "answered");
    }

    @Test
    void losesRepliesOverHttps() {
        instance.losesReplyAfterAccepting(1);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> StubClient.overTls(server).text("instance1150", "lost"));
        assertThat(instance).receivedTexts("lost");
    }

    @Test
    void losesNoReplyToATextItRefuses() throws Exception {
        instance.losesReplyAfterAccepting(1);

        http.form("/instance1150/messages/chat", "token", TOKEN);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> http.text("instance1150", "lost"));
    }

    @Test
    void resetsConnectionsBeforeAccepting() throws Exception {
        instance.resetsConnection();

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> http.text("instance1150", "Hello"));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> StubClient.overTls(server).text("instance1150", "Hello"));

        assertThat(instance).receivedNothing();
        assertThat(instance.requestCount()).isEqualTo(2);
    }

    @Test
    void repliesLate() throws Exception {
        instance.repliesAfter(Duration.ofMillis(300));
        long start = System.nanoTime();

        http.text("instance1150", "Hello");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void answersOthersWhileManyRepliesAreLate() throws Exception {
        instance.repliesAfter(Duration.ofMinutes(10));
        List<CompletableFuture<HttpResponse<String>>> late = IntStream.range(0, 100)
                .mapToObj(i -> http.textAsync("instance1150", "text " + i))
                .toList();
        assertThat(instance).within(Duration.ofSeconds(20)).receivedMessages(100);

        http.text("instance2260", "in time");
        server.close();

        assertThat(other).receivedTexts("in time");
        for (CompletableFuture<HttpResponse<String>> response : late) {
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(response::get);
        }
    }

    @Test
    void tricklesReplies() throws Exception {
        instance.tricklesReplies(Duration.ofMillis(10)).answersRaw(200, "application/json", "0123456789");
        long start = System.nanoTime();

        HttpResponse<String> response = http.text("instance1150", "Hello");

        assertThat(response.body()).isEqualTo("0123456789");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void tricklesNothingWhenTheBodyIsEmpty() throws Exception {
        instance.tricklesReplies(Duration.ofMinutes(1)).answersEmptyBody();

        assertThat(http.text("instance1150", "Hello").body()).isEmpty();
    }

    @Test
    void stopsTricklingWhenTheServerCloses() {
        instance.tricklesReplies(Duration.ofMinutes(1));
        CompletableFuture<HttpResponse<String>> response = http.textAsync("instance1150", "Hello");
        assertThat(instance).within(Duration.ofSeconds(10)).receivedMessages(1);

        server.close();

        assertThatExceptionOfType(ExecutionException.class).isThrownBy(response::get);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 199, 600})
    void refusesStatusesOutOfRange(int status) {
        assertThatIllegalArgumentException().isThrownBy(() -> instance.answersHtml(status));
        assertThatIllegalArgumentException().isThrownBy(() -> instance.answersRaw(status, "", ""));
    }

    @Test
    void refusesNegativeAmounts() {
        assertThatIllegalArgumentException().isThrownBy(() -> instance.answersTooManyRequests(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> instance.reachesDailyLimit(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> instance.losesReplyAfterAccepting(-1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT2H"})
    void refusesPausesOutOfRange(Duration pause) {
        assertThatIllegalArgumentException().isThrownBy(() -> instance.repliesAfter(pause));
        assertThatIllegalArgumentException().isThrownBy(() -> instance.tricklesReplies(pause));
    }
}
