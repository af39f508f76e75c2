package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.error.NoReplyException.Effect;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.fixtures.ApiCall;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What all calls have in common: what they put on the wire, and what they make of errors. Source: UltraMsg documentation and
 * replies its users publish, as read in November 2026.
 */
@Timeout(60)
class WholeApiTest {
    private final ScriptedServer server = new ScriptedServer();
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final UltraMsgClient client = http.client(Samples.credentials(server.url()));

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    static Stream<ApiCall> calls() {
        return ApiCall.all().stream();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void sendsItsParametersAndNothingElse(ApiCall call) {
        server.next(Replies.json(200, call.answer()));

        call.run(client);

        assertThat(server.requests()).hasSize(1);
        RecordedRequest request = server.requests().get(0);
        assertThat(request.method()).isEqualTo(call.method());
        assertThat(request.path()).isEqualTo("/instance1150/" + call.path());
        if (call.isCommand()) {
            assertThat(request.target()).doesNotContain("?");
            assertThat(request.form()).containsExactlyInAnyOrderEntriesOf(call.parameters());
            assertThat(request.headers())
                    .containsEntry("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
                    .containsEntry("accept", "application/json");
        } else {
            assertThat(request.body()).isEmpty();
            assertThat(request.query()).containsExactlyInAnyOrderEntriesOf(call.parameters());
        }
    }

    @Test
    void coversEveryDocumentedPathButSendsAndFiles() {
        assertThat(calls().map(ApiCall::path).distinct())
                .containsExactlyInAnyOrder(
                        "messages/reaction",
                        "messages/delete",
                        "messages/resendByStatus",
                        "messages/resendById",
                        "messages/clear",
                        "messages",
                        "messages/statistics",
                        "instance/status",
                        "instance/me",
                        "instance/qrCode",
                        "instance/settings",
                        "instance/logout",
                        "instance/restart",
                        "instance/clear",
                        "instance/takeover",
                        "chats",
                        "chats/ids",
                        "chats/messages",
                        "chats/archive",
                        "chats/unarchive",
                        "chats/clearMessages",
                        "chats/delete",
                        "chats/read",
                        "contacts",
                        "contacts/ids",
                        "contacts/contact",
                        "contacts/blocked",
                        "contacts/invalid",
                        "contacts/check",
                        "contacts/image",
                        "contacts/block",
                        "contacts/unblock",
                        "groups",
                        "groups/ids",
                        "groups/group",
                        "media/delete",
                        "media/deleteByDate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":\"Wrong token. Please provide token as a GET parameter.\"} | 401 | AUTHENTICATION",
                "{\"Error\":\"Wrong token. Please provide token as a GET parameter.\"} | 401 | AUTHENTICATION",
                "{\"error\":\"Instance not found\"} | 404 | INSTANCE_NOT_FOUND",
                Samples.STOPPED + " | 404 | INSTANCE_STOPPED",
                "{\"error\":\"Path not found\"} | 404 | UNKNOWN_ENDPOINT",
                "{\"error\":[{\"to\":\"is required\"},{\"body\":\"is required\"}]} | 400 | VALIDATION",
                "{\"error\":{\"to\":\"is required\"}} | 400 | VALIDATION",
                "{\"error\":[{\"caption\":\"max length limit exceeded of 1024\"}]} | 400 | VALIDATION",
                "{\"error\":[{\"audio\":\"file extension not supported\"}]} | 400 | VALIDATION",
                "{\"error\":\"instance status authenticated is not equal to qr\"} | 400 | INSTANCE_NOT_READY",
                "{\"error\":\"user not found\"} | 400 | OTHER"
            })
    void reportsEveryKnownErrorWithEitherStatus(String body, int status, ProviderErrorKind kind) {
        for (ApiCall call : ApiCall.all()) {
            for (int each : new int[] {200, status}) {
                server.next(Replies.json(each, body));

                assertThatExceptionOfType(ProviderException.class)
                        .as("%s with %s", call, each)
                        .isThrownBy(() -> call.run(client))
                        .satisfies(failure -> {
                            assertThat(failure.kind()).isEqualTo(kind);
                            assertThat(failure.httpStatus()).isEqualTo(each);
                        });
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | <html>hello</html> | PROTOCOL",
                "200 | '' | PROTOCOL",
                "502 | <html>hello</html> | PROTOCOL",
                "503 | {} | SERVER",
                "429 | {} | RATE_LIMIT",
                "404 | {} | INSTANCE_NOT_FOUND",
                "413 | '' | TOO_LARGE"
            })
    void reportsWhatIsNoReplyOfUltraMsg(int status, String body, ProviderErrorKind kind) {
        for (ApiCall call : ApiCall.all()) {
            server.next(Replies.json(status, body));

            assertThatExceptionOfType(ProviderException.class)
                    .as(call.toString())
                    .isThrownBy(() -> call.run(client))
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
        }
    }

    @Test
    void tellsCommandsThatMayHaveBeenCarriedOutFromQuestions() {
        UltraMsgClient impatient = client.within(Samples.BRIEFLY);
        for (ApiCall call : List.of(ApiCall.all().get(0), ApiCall.all().get(8))) {
            server.next(Replies.silence());

            assertThatExceptionOfType(NoReplyException.class)
                    .as(call.toString())
                    .isThrownBy(() -> call.run(impatient))
                    .satisfies(silence ->
                            assertThat(silence.effect()).isEqualTo(call.isCommand() ? Effect.POSSIBLE : Effect.NONE));
        }
    }

    @Test
    void repeatsNoCommand() {
        calls().filter(ApiCall::isCommand).forEach(call -> {
            int before = server.requests().size();
            server.next(Replies.lostReply(), Replies.json(200, ApiCall.DONE));

            assertThatExceptionOfType(NoReplyException.class).isThrownBy(() -> call.run(client));
            assertThat(server.requests()).hasSize(before + 1);
            server.forgetNext();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"success\":\"done\"}",
                "{\"sent\":\"true\",\"message\":\"ok\",\"id\":2}",
                "{\"status\":\"deleted\"}",
                "{\"webhook_url\":\"\"}",
                "{}",
                "[]",
                "true",
                "\"ok\"",
                "{\"error\":null}",
                "{\"error\":[]}"
            })
    void takesAnyJsonWithoutAnErrorForACommandCarriedOut(String body) {
        calls().filter(ApiCall::isCommand).forEach(call -> {
            server.next(Replies.json(200, body));

            assertThat(call.run(client)).isEqualTo("done");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sent\":\"false\",\"message\":\"WhatsApp not connected\"} | INSTANCE_NOT_READY",
                "{\"sent\":false} | OTHER",
                "{\"success\":false} | OTHER"
            })
    void takesANoForANo(String body, ProviderErrorKind kind) {
        calls().filter(ApiCall::isCommand).forEach(call -> {
            server.next(Replies.json(200, body));

            assertThatExceptionOfType(ProviderException.class)
                    .isThrownBy(() -> call.run(client))
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
        });
    }

    @Test
    void repeatsNothingThatTheRequestHeldInErrors() {
        for (ApiCall call : ApiCall.all()) {
            String echo = String.join(" ", call.parameters().values()).replace("\"", "");
            server.next(Replies.json(200, "{\"error\":\"no: " + echo + "\"}"));

            assertThatExceptionOfType(ProviderException.class)
                    .isThrownBy(() -> call.run(client))
                    .satisfies(failure -> assertThat(failure.getMessage())
                            .doesNotContain("2015550", "fake-t0ken", "3EB0", "shop.example", "files.example"));
        }
    }
}
