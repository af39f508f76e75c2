package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Where clients come from, how long their calls take, and what closing them does. */
@Timeout(30)
class UltraMsgClientTest {
    private final ScriptedServer server =
            new ScriptedServer().on("instance/status", Replies.json(200, Samples.CONNECTED));
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final UltraMsgClient client = http.client(Samples.credentials(server.url()));

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    @Test
    void opensConnectionsOfItsOwnAndClosesThem() {
        UltraMsgClient alone = UltraMsgClient.of(" 1150", Samples.TOKEN);
        alone.close();

        assertThat(alone).hasToString("UltraMsgClient[instance1150]");
        assertThatExceptionOfType(NoReplyException.class)
                .isThrownBy(() -> alone.instance().status())
                .withMessageContaining("closed");
    }

    @Test
    void isClosedWithItsViews() {
        UltraMsgClient alone = UltraMsgClient.of("instance1150", Samples.TOKEN);
        alone.within(Duration.ofSeconds(1)).close();

        assertThatExceptionOfType(NoReplyException.class)
                .isThrownBy(() -> alone.instance().status())
                .withMessageContaining("closed");
    }

    @Test
    void asksUltraMsgAndNobodyElse() {
        try (UltraMsgClient alone = UltraMsgClient.of("1150", Samples.TOKEN)) {
            SendResult afterClosing = closed(alone).messages().send(Samples.message(), SendOptions.defaults());

            assertThat(afterClosing)
                    .isInstanceOfSatisfying(
                            SendResult.Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.UNREACHABLE));
        }
    }

    private static UltraMsgClient closed(UltraMsgClient client) {
        client.close();
        return client;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "instance", "12 34", "https://api.ultramsg.com/instance1150"})
    void needsAnInstanceId(String instance) {
        assertThatIllegalArgumentException().isThrownBy(() -> UltraMsgClient.of(instance, Samples.TOKEN));
    }

    @Test
    void needsAToken() {
        assertThatIllegalArgumentException().isThrownBy(() -> UltraMsgClient.of("1150", " "));
    }

    @Test
    void leavesSharedConnectionsOpen() {
        client.close();

        assertThat(client.instance().status().isReady()).isTrue();
    }

    @Test
    void refusesIdempotencyKeysThatItCannotKeep() {
        SendOptions once = SendOptions.builder()
                .idempotencyKey(IdempotencyKey.of("order-42"))
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.messages().send(Samples.message(), once))
                .withMessageContaining("UltraMessageInstanceManager");
        assertThat(server.connections()).isZero();
    }

    @Test
    void hasViewsWithOtherDeadlines() {
        server.next(Replies.silence(), Replies.silence());
        UltraMsgClient impatient = client.within(Samples.BRIEFLY);

        assertThatExceptionOfType(NoReplyException.class)
                .isThrownBy(() -> impatient.instance().status());
        assertThat(impatient.messages().send(Samples.message(), SendOptions.defaults()))
                .isInstanceOf(Unknown.class);
        assertThat(client.instance().status().isReady()).isTrue();
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMinutes(61))) {
            assertThatIllegalArgumentException().isThrownBy(() -> client.within(wrong));
        }
    }

    @Test
    void givesSendsTheirOwnDeadlineOrItsOwnUpToFiveMinutes() {
        List<SendOptions> seen = new ArrayList<>();
        UltraMsgClient detoured = http.client(() -> Samples.credentials(server.url()), (message, options) -> {
            seen.add(options);
            return new Unknown(
                    Reference.of("a"), Samples.credentials(server.url()).instance(), "not sent at all");
        });

        detoured.messages().send(Samples.message(), SendOptions.defaults());
        detoured.within(Duration.ofSeconds(3)).messages().send(Samples.message(), SendOptions.defaults());
        detoured.within(Duration.ofHours(1)).messages().send(Samples.message(), SendOptions.defaults());
        detoured.messages()
                .send(
                        Samples.message(),
                        SendOptions.builder().deadline(Duration.ofSeconds(2)).build());

        assertThat(seen)
                .extracting(options -> options.deadline().orElseThrow())
                .containsExactly(
                        Duration.ofSeconds(15), Duration.ofSeconds(3), Duration.ofMinutes(5), Duration.ofSeconds(2));
        assertThat(server.connections()).isZero();
    }

    @Test
    void looksCredentialsUpForEachCall() {
        List<String> lookups = new ArrayList<>();
        UltraMsgClient looking = http.client(
                () -> {
                    lookups.add("asked");
                    return Samples.credentials(server.url());
                },
                (message, options) -> {
                    throw new IllegalStateException("nothing is sent here");
                });

        looking.instance().status();
        looking.instance().status();

        assertThat(lookups).hasSize(2);
    }

    @Test
    void refusesWhatCannotBeAsked() {
        assertThatIllegalArgumentException().isThrownBy(() -> client.messages().resend(new QueueId("")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageQuery.builder().id(new QueueId("")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageQuery.builder().pageSize(101));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageQuery.builder().pageSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> client.chats().messages(ChatId.parse("a"), 1001));
        assertThatIllegalArgumentException().isThrownBy(() -> client.chats().messages(ChatId.parse("a"), 0));
        for (String text : List.of("", " ", "a b", "\u00e4", "x".repeat(256))) {
            assertThatIllegalArgumentException().isThrownBy(() -> ChatId.parse(text));
        }
        for (String text : List.of("", " ", "a b", "\u00e4", "x".repeat(256))) {
            assertThatIllegalArgumentException().isThrownBy(() -> MessageId.of(text));
        }
        assertThat(server.connections()).isZero();
    }

    @Test
    void changesNoSettingToNonsense() {
        SettingsChange.Builder change = SettingsChange.builder();

        assertThatIllegalStateException().isThrownBy(change::build);
        assertThatIllegalArgumentException().isThrownBy(() -> change.sendDelay(Duration.ofMillis(1500)));
        assertThatIllegalArgumentException().isThrownBy(() -> change.sendDelay(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> change.sendDelayMax(Duration.ofHours(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> change.webhookRetries(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> change.webhookUrl(URI.create("ftp://a.example")));
        assertThat(change.noWebhookUrl().mediaDownloadOff().build().toString())
                .contains("webhook_url", "webhook_message_download_media");
    }

    @Test
    void printsNoNumbers() {
        assertThat(MessageId.of("true_12015550123@c.us_3EB0ABCDEF")).hasToString("MessageId[hidden]");
        assertThat(MessageQuery.builder().to(Samples.message().to()).build()).hasToString("MessageQuery[all, asc]");
    }
}
