package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is made of every reply UltraMsg is known to send, and of many it is not. Sources of the bodies: UltraMsg
 * documentation and replies its users publish, as read in November 2026; where only 200 or only another status was seen,
 * both are tried, because the body decides.
 */
class SendReplyTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private static UltraMsgHttp http;
    private final ScriptedServer server = new ScriptedServer();

    @BeforeAll
    static void open() {
        http = UltraMsgHttp.open(
                HttpSettings.defaults(), AllowedHosts.anyIncludingLocal(), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @AfterAll
    static void close() {
        http.close();
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    private SendResult resultOf(ScriptedServer.Script reply) {
        server.next(reply);
        SendResult result = http.client(Samples.credentials(server.url()))
                .messages()
                .send(Samples.message(), SendOptions.defaults());
        assertThat(server.requests()).as("one request and no more").hasSize(1);
        assertThat(server.connections()).isOne();
        return result;
    }

    private Rejected rejection(ScriptedServer.Script reply) {
        SendResult result = resultOf(reply);
        assertThat(result).isInstanceOf(Rejected.class);
        return (Rejected) result;
    }

    private void assertUnknown(ScriptedServer.Script reply) {
        assertThat(resultOf(reply)).isInstanceOf(Unknown.class);
    }

    record Case(RejectionReason reason, int otherStatus, String body) {}

    static Stream<Case> knownErrors() {
        return Stream.of(
                new Case(RejectionReason.BAD_TOKEN, 401, Samples.WRONG_TOKEN),
                new Case(RejectionReason.BAD_TOKEN, 401, "{\"Error\":\"WRONG TOKEN\"}"),
                new Case(RejectionReason.BAD_TOKEN, 400, "{\"error\":[{\"token\":\"is required\"}]}"),
                new Case(RejectionReason.INSTANCE_NOT_FOUND, 404, Samples.INSTANCE_NOT_FOUND),
                new Case(RejectionReason.INSTANCE_STOPPED, 404, Samples.STOPPED),
                new Case(RejectionReason.INSTANCE_STOPPED, 402, "{\"error\":\"Your subscription has ended\"}"),
                new Case(RejectionReason.INSTANCE_STOPPED, 402, "{\"error\":\"Trial expired\"}"),
                new Case(RejectionReason.REFUSED_BY_PROVIDER, 404, "{\"error\":\"Path not found\"}"),
                new Case(
                        RejectionReason.INVALID_RECIPIENT,
                        400,
                        "{\"error\":[{\"to\":\"is required\"},{\"body\":\"is required\"}]}"),
                new Case(RejectionReason.INVALID_CONTENT, 400, "{\"error\":[{\"body\":\"is required\"}]}"),
                new Case(
                        RejectionReason.INVALID_CONTENT,
                        400,
                        "{\"error\":[{\"body\":\"max length limit exceeded of 4096\"}]}"),
                new Case(RejectionReason.INVALID_RECIPIENT, 400, "{\"error\":{\"to\":\"is invalid\"}}"),
                new Case(RejectionReason.REFUSED_BY_PROVIDER, 400, "{\"error\":[{\"priority\":\"is invalid\"}]}"),
                new Case(RejectionReason.REFUSED_BY_PROVIDER, 400, "{\"error\":[\"something\"]}"),
                new Case(RejectionReason.PROVIDER_LIMIT, 403, "{\"error\":\"Daily messages limit exceeded\"}"),
                new Case(RejectionReason.PROVIDER_LIMIT, 402, "{\"error\":\"You have reached your limit\"}"),
                new Case(RejectionReason.NOT_AUTHENTICATED, 400, "{\"error\":\"WhatsApp not connected\"}"),
                new Case(RejectionReason.NOT_AUTHENTICATED, 409, "{\"error\":\"instance not authenticated\"}"),
                new Case(
                        RejectionReason.NOT_AUTHENTICATED,
                        400,
                        "{\"error\":\"instance status is not equal to authenticated\"}"),
                new Case(
                        RejectionReason.NOT_AUTHENTICATED,
                        400,
                        "{\"sent\":\"false\",\"message\":\"WhatsApp not connected\"}"),
                new Case(RejectionReason.REFUSED_BY_PROVIDER, 400, "{\"sent\":false,\"message\":\"no\"}"),
                new Case(RejectionReason.REFUSED_BY_PROVIDER, 400, "{\"sent\":\"false\"}"),
                new Case(RejectionReason.REFUSED_BY_PROVIDER, 404, "{\"sent\":false,\"message\":null}"),
                new Case(RejectionReason.REFUSED_BY_PROVIDER, 422, "{\"error\":\"an error nobody has seen yet\"}"),
                new Case(RejectionReason.REFUSED_BY_PROVIDER, 404, "{\"error\":\"an error nobody has seen yet\"}"),
                new Case(RejectionReason.REFUSED_BY_PROVIDER, 400, "{\"error\":true}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "body",
                "image",
                "sticker",
                "document",
                "filename",
                "caption",
                "audio",
                "video",
                "contact",
                "address",
                "lat",
                "lng",
                "vcard",
                "link"
            })
    void blamesTheContentForEachParameterThatCarriesSome(String parameter) {
        assertThat(rejection(Replies.json(200, "{\"error\":[{\"" + parameter + "\":\"is required\"}]}"))
                        .reason())
                .isEqualTo(RejectionReason.INVALID_CONTENT);
    }

    @ParameterizedTest
    @MethodSource("knownErrors")
    void readsTheBodyWhateverTheStatusIs(Case known) {
        assertThat(rejection(Replies.json(200, known.body())).reason()).isEqualTo(known.reason());
    }

    @ParameterizedTest
    @MethodSource("knownErrors")
    void readsTheBodyBeforeTheStatus(Case known) {
        assertThat(rejection(Replies.json(known.otherStatus(), known.body())).reason())
                .isEqualTo(known.reason());
    }

    @ParameterizedTest
    @CsvSource({
        "400, REFUSED_BY_PROVIDER",
        "401, BAD_TOKEN",
        "402, REFUSED_BY_PROVIDER",
        "403, BAD_TOKEN",
        "404, INSTANCE_NOT_FOUND",
        "405, REFUSED_BY_PROVIDER",
        "413, INVALID_CONTENT",
        "429, RATE_LIMITED"
    })
    void goesByTheStatusIfTheBodySaysNothing(int status, RejectionReason reason) {
        for (String body : List.of("", "{}", "[]", "null", "{\"error\":\"\"}", "{\"error\":[]}", "{\"error\":null}")) {
            try (ScriptedServer each = new ScriptedServer().next(Replies.json(status, body))) {
                assertThat(http.client(Samples.credentials(each.url()))
                                .messages()
                                .send(Samples.message(), SendOptions.defaults()))
                        .as(body)
                        .isInstanceOfSatisfying(
                                Rejected.class,
                                rejected -> assertThat(rejected.reason()).isEqualTo(reason));
            }
        }
    }

    @Test
    void goesByTheStatusOfAPageThatRefuses() {
        assertThat(rejection(Replies.html(404, "<h1>Not Found</h1>")).reason())
                .isEqualTo(RejectionReason.INSTANCE_NOT_FOUND);
    }

    @Test
    void asksForNoPasswordWhenTheServerWantsOne() {
        Rejected rejected = rejection(Replies.json(401, "", "WWW-Authenticate: Basic realm=\"x\""));

        assertThat(rejected.reason()).isEqualTo(RejectionReason.BAD_TOKEN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sent\":\"true\",\"message\":\"ok\",\"id\":2} | 2",
                "{\"sent\":true,\"message\":\"ok\",\"id\":2} | 2",
                "{\"sent\":\"TRUE\",\"id\":\"2\"} | 2",
                "{\"sent\":true,\"id\":[2,3]} | 2,3",
                "{\"sent\":true,\"id\":\"2,3\"} | 2,3",
                "{\"sent\":true,\"id\":9007199254740993} | 9007199254740993",
                "{\"sent\":true,\"id\":2,\"error\":\"\"} | 2",
                "{\"sent\":true,\"id\":2,\"error\":[]} | 2",
                "{\"sent\":true,\"id\":2,\"error\":false} | 2",
                "{\"sent\":true,\"id\":2,\"new\":{\"member\":[1]}} | 2",
                "'  {\"sent\":true,\"id\":2}  ' | 2"
            })
    void takesEverySpellingOfAnAcceptance(String body, String queueId) {
        SendResult result = resultOf(Replies.json(200, body));

        assertThat(result).isInstanceOfSatisfying(Accepted.class, accepted -> {
            assertThat(accepted.queueId().value()).isEqualTo(queueId);
            assertThat(accepted.instance()).hasToString("instance1150");
            assertThat(accepted.remainingToday()).isNull();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"sent\":true}", "{\"sent\":true,\"id\":null}", "{\"sent\":true,\"id\":{}}"})
    void takesAnAcceptanceWithoutANumber(String body) {
        assertThat(resultOf(Replies.json(201, body)))
                .asInstanceOf(InstanceOfAssertFactories.type(Accepted.class))
                .extracting(accepted -> accepted.queueId().isAssigned())
                .isEqualTo(false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "{}",
                "[]",
                "null",
                "true",
                "\"sent\"",
                "42",
                "{\"sent\":null}",
                "{\"sent\":\"queued\"}",
                "{\"sent\":{}}",
                "{\"sent\":1}",
                "{\"success\":\"done\"}",
                "{\"data\":{\"sent\":\"true\",\"id\":2}}",
                "[{\"sent\":\"true\",\"id\":2}]",
                "{\"sent\":\"tr",
                "sent=true&id=2",
                "<html><body>sent: true</body></html>",
                "\u0000\u0001\u0002"
            })
    void doesNotKnowWhatAnotherShapeMeans(String body) {
        assertUnknown(Replies.json(200, body));
    }

    @Test
    void doesNotKnowWhatDeeplyNestedJsonMeans() {
        assertUnknown(Replies.json(200, "[".repeat(100_000)));
    }

    @Test
    void doesNotKnowWhatAPageMeans() {
        assertUnknown(Replies.html(200, "<!doctype html><title>Sign in to the hotel's network</title>"));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 501, 502, 503, 504, 520, 599})
    void doesNotKnowWhatAFailingServerHadDoneBefore(int status) {
        for (String body :
                List.of("", "<h1>Bad Gateway</h1>", "{\"error\":\"Internal error\"}", "{\"sent\":\"true\"}")) {
            try (ScriptedServer each = new ScriptedServer().next(Replies.json(status, body))) {
                assertThat(http.client(Samples.credentials(each.url()))
                                .messages()
                                .send(Samples.message(), SendOptions.defaults()))
                        .as(body)
                        .isInstanceOf(Unknown.class);
            }
        }
    }

    @Test
    void believesAKnownErrorTextEvenOfAFailingServer() {
        assertThat(rejection(Replies.json(500, Samples.WRONG_TOKEN)).reason()).isEqualTo(RejectionReason.BAD_TOKEN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"sent\":\"true\",\"id\":2,\"error\":\"Wrong token\"}",
                "200 | {\"sent\":true,\"error\":[{\"to\":\"is required\"}]}",
                "400 | {\"sent\":\"true\",\"message\":\"ok\",\"id\":2}",
                "429 | {\"sent\":\"true\",\"message\":\"ok\",\"id\":2}"
            })
    void doesNotKnowWhatAReplyMeansThatContradictsItself(int status, String body) {
        assertUnknown(Replies.json(status, body));
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308})
    void followsNoRedirect(int status) {
        try (ScriptedServer elsewhere = new ScriptedServer()) {
            assertUnknown(Replies.json(status, "", "Location: " + elsewhere.url()));
            assertThat(elsewhere.connections()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "120 | 2026-11-23T12:02:00Z",
                "0 | 2026-11-23T12:00:00Z",
                "Mon, 23 Nov 2026 12:05:00 GMT | 2026-11-23T12:05:00Z",
                "999999999 | 2026-11-24T12:00:00Z", // a day at most
                "Fri, 23 Nov 2096 12:05:00 GMT | 2026-11-24T12:00:00Z",
            })
    void tellsWhenToTryAgain(String header, Instant expected) {
        Rejected rejected = rejection(Replies.json(429, "", "Retry-After: " + header));

        assertThat(rejected.reason()).isEqualTo(RejectionReason.RATE_LIMITED);
        assertThat(rejected.retryAfter()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", "1.5", "99999999999999999999", "Mon, 99 Nov 2026 12:05:00 GMT", ""})
    void tellsNoTimeIfTheHeaderCannotBeRead(String header) {
        Rejected rejected = rejection(Replies.json(429, "{\"error\":\"Too many requests\"}", "Retry-After: " + header));

        assertThat(rejected.reason()).isEqualTo(RejectionReason.RATE_LIMITED);
        assertThat(rejected.retryAfter()).isNull();
    }

    @Test
    void repeatsTheProvidersWordsWithoutTokenAndNumbers() {
        Rejected rejected = rejection(Replies.json(
                200,
                "{\"error\":\"token " + Samples.TOKEN + " may not write to " + Samples.NUMBER
                        + ",\\r\\n12015550123@c.us, 12345\"}"));

        assertThat(rejected.detail())
                .isEqualTo("UltraMsg says: token [hidden] may not write to [hidden], [number]@c.us, 12345");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":[{\"to\":\"is required\"},{\"body\":null}]} | UltraMsg says: to is required, body",
                "{\"error\":\"\"} | UltraMsg refused with HTTP 400"
            })
    void saysWhyInWords(String body, String detail) {
        assertThat(rejection(Replies.json(400, body)).detail()).isEqualTo(detail);
    }
}
