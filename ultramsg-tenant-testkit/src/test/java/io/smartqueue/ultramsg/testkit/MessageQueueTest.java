package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.InstanceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static io.smartqueue.ultramsg.testkit.StubClient.TOKEN;
import static io.smartqueue.ultramsg.testkit.StubClient.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** How time moves messages; docs/ultramsg-api.md, sections 2.3, 3.3 and 7. */
class MessageQueueTest {

    private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-23T12:00:00Z"));
    private final StubInstance instance =
            new StubInstance(InstanceId.parse("1150"), TOKEN, URI.create("http://localhost/instance1150"), clock);

    @Test
    void sendsOneAMomentWhileFewWait() throws Exception {
        send(3);
        assertThat(statistics("sent")).isEqualTo(1);

        clock.advance(Duration.ofSeconds(1));
        assertThat(statistics("sent")).isEqualTo(2);

        clock.advance(Duration.ofSeconds(1));
        assertThat(statistics("sent")).isEqualTo(3);
    }

    @Test
    void slowsDownWhileTenOrMoreWait() throws Exception {
        send(11); // the first leaves at once, ten wait

        clock.advance(Duration.ofSeconds(14));
        assertThat(statistics("queue")).isEqualTo(10);

        clock.advance(Duration.ofSeconds(1));
        assertThat(statistics("queue")).isEqualTo(9);

        clock.advance(Duration.ofSeconds(9));
        assertThat(statistics("queue")).isZero();
    }

    @Test
    void computesTheSameInOneLongStepAsInManyShortOnes() throws Exception {
        send(15);
        clock.advance(Duration.ofSeconds(5 * 15 + 8));

        assertThat(statistics("queue")).isEqualTo(1);
        assertThat(messages("sort", "desc", "status", "sent")).startsWith(14L, 13L);
    }

    @Test
    void keepsItsOwnPace() throws Exception {
        call("POST instance/settings", "sendDelay", "5", "sendDelayMax", "60");
        send(2);

        clock.advance(Duration.ofSeconds(4));
        assertThat(statistics("sent")).isEqualTo(1);

        clock.advance(Duration.ofSeconds(1));
        assertThat(statistics("sent")).isEqualTo(2);
    }

    @Test
    void sendsWhatIsUrgentFirst() throws Exception {
        send(1);
        call("POST messages/chat", "to", "+15550001111", "body", "bulk", "priority", "10");
        call("POST messages/chat", "to", "+15550001111", "body", "code", "priority", "0");

        clock.advance(Duration.ofSeconds(1));

        assertThat(messages("status", "sent")).containsExactly(1L, 3L);
    }

    @Test
    void expiresWhatWaitsForADay() throws Exception {
        instance.isDisconnected();
        send(2);

        clock.advance(Duration.ofHours(24));
        instance.isConnectedAs("+15550009999", "Desk");
        assertThat(statistics("expired")).isEqualTo(2);

        call("POST messages/resendByStatus", "status", "expired");
        clock.advance(Duration.ofSeconds(1));
        assertThat(statistics("sent")).isEqualTo(2);
    }

    @Test
    void sendsWhatWaitedJustUnderADay() throws Exception {
        instance.isDisconnected();
        send(1);

        clock.advance(Duration.ofHours(24).minusSeconds(1));
        instance.isConnectedAs("+15550009999", "Desk");

        assertThat(statistics("sent")).isEqualTo(1);
    }

    @Test
    void findsOutInItsTurnThatANumberIsNotOnWhatsApp() throws Exception {
        instance.number("+15550001111").isNotOnWhatsApp();
        send(1);
        assertThat(statistics("invalid")).isEqualTo(1);

        instance.number("+15550001111").isOnWhatsApp();
        clock.advance(Duration.ofSeconds(1));
        call("POST messages/resendById", "id", "1");
        assertThat(statistics("sent")).isEqualTo(1);
    }

    @Test
    void acknowledgesWithTimeAndWhenTold() throws Exception {
        send(1);
        assertThat(messages("ack", "pending")).containsExactly(1L);

        clock.advance(Duration.ofSeconds(1));
        assertThat(messages("ack", "server")).containsExactly(1L);

        clock.advance(Duration.ofSeconds(1));
        assertThat(messages("ack", "device")).containsExactly(1L);

        instance.messageIsPlayed(1);
        instance.messageIsRead(1);
        assertThat(messages("ack", "played")).containsExactly(1L);
    }

    @Test
    void letsRecipientsRead() throws Exception {
        instance.recipientsReadAfter(Duration.ofMinutes(1));
        send(1);

        clock.advance(Duration.ofMinutes(1));

        assertThat(messages("ack", "read")).containsExactly(1L);
    }

    @Test
    void knowsNoAckOfWhatIsNotSent() throws Exception {
        instance.isInStandby();
        send(1);

        assertThatIllegalStateException().isThrownBy(() -> instance.messageIsRead(1));
        assertThatIllegalArgumentException().isThrownBy(() -> instance.messageIsRead(2));
    }

    @Test
    void clearsOneStatusAndForgetsNothingItReceived() throws Exception {
        send(3);
        call("POST messages/clear", "status", "queue");
        send(1);

        assertThat(messages("sort", "asc")).containsExactly(1L, 4L);
        assertThat(instance.receivedMessages()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"queue", "sent", "unsent", "invalid", "expired"})
    void clearsTheStatusThatIsNamedAndNoOther(String cleared) throws Exception {
        haveOneMessageInEachStatus();

        call("POST messages/clear", "status", cleared);

        for (String status : List.of("queue", "sent", "unsent", "invalid", "expired")) {
            assertThat(statistics(status)).as(status).isEqualTo(status.equals(cleared) ? 0 : 1);
        }
    }

    private void haveOneMessageInEachStatus() {
        instance.isDisconnected();
        send(1);
        clock.advance(Duration.ofHours(24));
        instance.isConnectedAs("+15550009999", "Desk");
        instance.number("+15550004444").isNotOnWhatsApp();
        call("POST messages/chat", "to", "+15550004444", "body", "nobody there");
        clock.advance(Duration.ofSeconds(1));
        send(3); // the first leaves at once
        instance.messageIsUnsent(4, "temporary_block");
    }

    @Test
    void answersQuicklyAboutManyThousands() throws Exception {
        send(5_000);

        clock.advance(Duration.ofHours(24));

        assertThat(statistics("expired") + statistics("sent")).isEqualTo(5_000);
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            call("POST messages/chat", "to", "+15550001111", "body", "text " + i);
        }
    }

    private int statistics(String status) throws Exception {
        return json(call("GET messages/statistics"))
                .at("/messages_statistics/" + status)
                .asInt();
    }

    private List<Long> messages(String... filters) throws Exception {
        return json(call("GET messages", filters)).get("messages").findValues("id").stream()
                .map(id -> id.asLong())
                .toList();
    }

    private String call(String call, String... pairs) {
        Map<String, String> parameters = new HashMap<>(Map.of("token", TOKEN));
        IntStream.iterate(0, i -> i < pairs.length, i -> i + 2).forEach(i -> parameters.put(pairs[i], pairs[i + 1]));
        StubReply reply = instance.answer(new StubRequest("instance1150", call, parameters));
        return new String(reply.content().bytes(), UTF_8);
    }
}
