package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Replies to instance/status and instance/me. Source: UltraMsg documentation and what its users publish, November 2026. */
class QuestionsTest {
    private final ScriptedServer server = new ScriptedServer();
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final UltraMsgClient client = http.client(Samples.credentials(server.url()));

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "{\"status\":{\"accountStatus\":{\"status\":\"authenticated\",\"substatus\":\"connected\"}}}"
                        + " | authenticated | connected",
                "{\"status\":{\"accountStatus\":{\"status\":\"qr\"}}} | qr | ''",
                "{\"accountStatus\":{\"status\":\"standby\",\"substatus\":\"normal\"}} | standby | normal",
                "{\"status\":\"loading\"} | loading | ''",
                "{\"status\":{\"accountStatus\":{\"status\":\"got qr code\",\"substatus\":null}}} | got qr code | ''",
                "{\"status\":{\"accountStatus\":{\"status\":\"New State!\",\"new\":[1]}}} | New State! | ''",
                "{\"status\":{\"accountStatus\":{}}} | '' | ''"
            })
    void readsAStatusWhereverItStandsAndKeepsUnknownNames(String body, String status, String substatus) {
        server.next(Replies.json(200, body));

        assertThat(client.instance().status()).isEqualTo(new AccountStatus(status, substatus));
    }

    @ParameterizedTest
    @CsvSource({
        "authenticated, true, false, false",
        "AUTHENTICATED, true, false, false",
        "standby, false, true, false",
        "qr, false, false, true",
        "initialize, false, false, false",
        "loading, false, false, false",
        "retrying, false, false, false",
        "disconnected, false, false, false",
        "'', false, false, false"
    })
    void tellsWhatAStatusMeans(String name, boolean ready, boolean standby, boolean waiting) {
        AccountStatus status = new AccountStatus(name, "");

        assertThat(status.isReady()).isEqualTo(ready);
        assertThat(status.isStandby()).isEqualTo(standby);
        assertThat(status.isWaitingForQrScan()).isEqualTo(waiting);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {} | PROTOCOL",
                "200 | [] | PROTOCOL",
                "200 | {\"status\":[]} | PROTOCOL",
                "200 | {\"status\":null} | PROTOCOL",
                "200 | 42 | PROTOCOL",
                "200 | '' | PROTOCOL",
                "200 | <html>hello</html> | PROTOCOL",
                "404 | <html>hello</html> | PROTOCOL",
                "401 | <html>hello</html> | PROTOCOL",
                "502 | <html>hello</html> | PROTOCOL",
                "302 | <html>hello</html> | PROTOCOL",
                "429 | <html>hello</html> | RATE_LIMIT",
                "404 | '' | INSTANCE_NOT_FOUND",
                "404 | {} | INSTANCE_NOT_FOUND",
                "401 | {} | AUTHENTICATION",
                "503 | {} | SERVER",
                "413 | {} | TOO_LARGE",
                "418 | {} | OTHER",
                "200 | {\"error\":\"Path not found\"} | UNKNOWN_ENDPOINT",
                "200 | {\"error\":\"not connected\"} | INSTANCE_NOT_READY",
                "200 | {\"error\":\"Daily limit reached\"} | LIMIT",
                "200 | {\"error\":\"Wrong token\"} | AUTHENTICATION",
                "404 | {\"error\":\"stopped due to non-payment\"} | INSTANCE_STOPPED",
                "200 | {\"error\":[{\"token\":\"is required\"}]} | VALIDATION",
                "200 | {\"error\":\"never seen\"} | OTHER"
            })
    void throwsForEveryOtherReply(int status, String body, ProviderErrorKind kind) {
        server.next(Replies.json(status, body));

        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> client.instance().status())
                .satisfies(failure -> {
                    assertThat(failure.kind()).isEqualTo(kind);
                    assertThat(failure.httpStatus()).isEqualTo(status);
                    assertThat(failure.isRetryable())
                            .isEqualTo(kind == ProviderErrorKind.RATE_LIMIT || kind == ProviderErrorKind.SERVER);
                });
    }

    @Test
    void readsTheAccount() {
        server.next(Replies.json(200, Samples.ME));

        ConnectedAccount account = client.instance().me();

        assertThat(account.number()).contains(PhoneNumber.parse(Samples.NUMBER));
        assertThat(account.name()).isEqualTo("Acme");
        assertThat(account).hasToString("ConnectedAccount[PhoneNumber[…23]]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"id\":null,\"name\":null}",
                "{\"id\":\"\",\"name\":\"\"}",
                "{\"id\":{\"user\":\"x\"},\"name\":[]}",
                "{\"id\":\"nobody@c.us\"}"
            })
    void doesWithoutAnyMemberOfTheAccount(String body) {
        server.next(Replies.json(200, body));

        ConnectedAccount account = client.instance().me();

        assertThat(account.number()).isEmpty();
        assertThat(account.name()).isEmpty();
        assertThat(account).hasToString("ConnectedAccount[no number]");
    }

    @Test
    void readsANumberWithoutADomain() {
        server.next(Replies.json(200, "{\"id\":12015550123}"));

        assertThat(client.instance().me().number()).contains(PhoneNumber.parse(Samples.NUMBER));
    }

    @Test
    void repeatsTheProvidersWordsWithoutTheToken() {
        server.next(Replies.json(200, "{\"error\":\"bad " + Samples.TOKEN + "\"}"));

        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> client.instance().me())
                .withMessage("UltraMsg answered with OTHER (HTTP 200): bad [hidden]")
                .satisfies(failure -> assertThat(failure.providerText()).isEqualTo("bad [hidden]"));
    }

    @Test
    void printsTheInstanceOnly() {
        assertThat(client).hasToString("UltraMsgClient[instance1150]");
        assertThat(new Form().add("token", Samples.TOKEN)).hasToString("Form[hidden]");
    }
}
