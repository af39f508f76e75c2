package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** What a send and a question look like on the wire. Source: UltraMsg documentation, as read in November 2026. */
class SendWireTest {
    private final ScriptedServer server = new ScriptedServer()
            .on("messages/chat", Replies.json(200, Samples.SENT))
            .on("instance/status", Replies.json(200, Samples.CONNECTED))
            .on("instance/me", Replies.json(200, Samples.ME));
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final UltraMsgClient client = http.client(Samples.credentials(server.url()));

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    private RecordedRequest onlyRequest() {
        assertThat(server.requests()).hasSize(1);
        return server.requests().get(0);
    }

    @Test
    void postsAFormToTheInstancesChatPath() {
        client.messages()
                .send(
                        Samples.message(),
                        SendOptions.builder()
                                .reference(Reference.of("order-42"))
                                .build());

        RecordedRequest request = onlyRequest();
        assertThat(request.line()).isEqualTo("POST /instance1150/messages/chat HTTP/1.1");
        assertThat(request.headers())
                .containsEntry("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
                .containsEntry("accept", "application/json")
                .containsEntry("host", "127.0.0.1:" + server.url().getPort())
                .containsEntry("content-length", Integer.toString(request.body().length()))
                .doesNotContainKey("upgrade"); // no attempt at HTTP/2
        assertThat(request.headers().get("user-agent"))
                .matches("ultramsg-tenant/[0-9].* \\(Java " + Runtime.version().feature() + "\\)");
        assertThat(request.form())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "token", Samples.TOKEN,
                        "to", Samples.NUMBER,
                        "body", Samples.TEXT,
                        "referenceId", "order-42"));
    }

    @Test
    void percentEncodesEverythingThatHasAMeaningInAForm() {
        String body = "1+1=2 & 50% \ud83d\ude00\n\u00fc\u0645~*";

        client.messages().send(TextMessage.of(Recipient.parse(Samples.NUMBER), body), SendOptions.defaults());

        assertThat(onlyRequest().body())
                .isASCII()
                .contains("&to=%2B12015550123&")
                .contains("&body=1%2B1%3D2+%26+50%25+%F0%9F%98%80%0A%C3%BC%D9%85%7E*&");
        assertThat(onlyRequest().form()).containsEntry("body", body);
    }

    @Test
    void sendsAChatIdAsItIs() {
        client.messages()
                .send(TextMessage.of(Recipient.parse("120363012345678901@g.us"), "hello"), SendOptions.defaults());

        assertThat(onlyRequest().form()).containsEntry("to", "120363012345678901@g.us");
    }

    @Test
    void sendsThePriorityIfThereIsOne() {
        client.messages()
                .send(Samples.message(), SendOptions.builder().priority(0).build());

        assertThat(onlyRequest().form()).containsEntry("priority", "0");
    }

    @Test
    void sendsANewReferenceIfTheCallerHasNone() {
        SendResult result = client.messages().send(Samples.message(), SendOptions.defaults());

        assertThat(UUID.fromString(result.reference().value()).version()).isEqualTo(7);
        assertThat(onlyRequest().form())
                .containsEntry("referenceId", result.reference().value())
                .doesNotContainKey("priority");
    }

    @Test
    void asksWithTheTokenInTheQuery() {
        client.instance().status();
        client.instance().me();

        assertThat(server.requests())
                .extracting(RecordedRequest::line)
                .containsExactly(
                        "GET /instance1150/instance/status?token=" + Samples.TOKEN + " HTTP/1.1",
                        "GET /instance1150/instance/me?token=" + Samples.TOKEN + " HTTP/1.1");
        assertThat(server.requests()).allSatisfy(request -> {
            assertThat(request.body()).isEmpty();
            assertThat(request.headers().get("user-agent")).startsWith("ultramsg-tenant/");
        });
    }
}
