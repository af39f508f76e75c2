package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.api.ChatId;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.MessageQuery;
import io.smartqueue.ultramsg.api.MessageStatus;
import io.smartqueue.ultramsg.api.SettingsChange;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import static io.smartqueue.ultramsg.testkit.StubClient.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The library's client and the stub were written apart, from the same page: here they meet. */
class ClientAgainstStubTest {

    private static final ChatId ANN = ChatId.parse("15550001111@c.us");
    private static final ChatId STAFF = ChatId.parse("120363000000000001@g.us");

    private final UltraMsgServer server = UltraMsgServer.start();
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private StubInstance instance;
    private UltraMsgClient client;

    @BeforeEach
    void meet() throws Exception {
        instance = server.addInstance("1150", TOKEN)
                .isConnectedAs("+15550009999", "Desk")
                .isInGroup("120363000000000001@g.us", "Staff", "+15550001111");
        instance.number("+15550001111").isCalled("Ann").hasPicture("https://example.com/ann.jpg");
        StubClient.over(server.baseUrl()).text("instance1150", "Hello");
        client =
                http.client(new InstanceCredentials(InstanceId.parse("1150"), AccessToken.of(TOKEN), server.baseUrl()));
    }

    @AfterEach
    void part() {
        http.close();
        server.close();
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.argumentSet("usual shapes", UnaryOperator.<StubInstance>identity()),
                Arguments.argumentSet("rare shapes", (UnaryOperator<StubInstance>) StubInstance::repliesInRareShapes));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void understandEachOther(UnaryOperator<StubInstance> shape) {
        shape.apply(instance);

        assertThat(client.messages().list(MessageQuery.all()).map(message -> message.body()))
                .containsExactly("Hello");
        assertThat(client.messages().statistics().count(MessageStatus.SENT)).isEqualTo(1);
        client.messages().resend(new QueueId("1"));
        assertThat(client.instance().status().isReady()).isTrue();
        assertThat(client.instance().me().name()).isEqualTo("Desk");
        client.instance()
                .changeSettings(SettingsChange.builder()
                        .sendDelay(Duration.ofSeconds(3))
                        .build());
        assertThat(client.instance().settings().sendDelay()).contains(Duration.ofSeconds(3));
        assertThat(client.instance().settings().sendDelayMax()).contains(Duration.ofSeconds(15));
        assertThat(client.chats().ids()).containsExactly(ANN);
        assertThat(client.chats().list().get(0).name()).isEqualTo("Ann");
        assertThat(client.chats().messages(ANN, 10).get(0).body()).isEqualTo("Hello");
        client.chats().archive(ANN);
        assertThat(client.contacts().list().get(0).id()).isEqualTo(ANN);
        assertThat(client.contacts().get(ANN).name()).isEqualTo("Ann");
        assertThat(client.contacts().picture(ANN)).contains(URI.create("https://example.com/ann.jpg"));
        assertThat(client.contacts().picture(ChatId.parse("15550002222@c.us"))).isEmpty();
        assertThat(client.contacts().check(ANN).isOnWhatsApp()).isTrue();
        instance.number("+15550001111").isNotOnWhatsApp();
        assertThat(client.contacts().checkAnew(ANN).isNotOnWhatsApp()).isTrue();
        assertThat(client.contacts().invalid()).containsExactly(ANN);
        client.contacts().block(ANN);
        assertThat(client.contacts().blocked()).hasSize(1);
        assertThat(client.groups().get(STAFF).name()).isEqualTo("Staff");
        assertThat(client.groups().list()).hasSize(1);
        URI file = client.media().upload("a.txt", new byte[] {1, 2, 3});
        client.media().deleteFile(file);
        client.instance().logoutAndUnlinkPhone();
        assertThat(client.instance().status().isWaitingForQrScan()).isTrue();
        assertThat(client.instance().qrImage()).startsWith(0x89, 'P', 'N', 'G');
        assertThat(client.instance().qrText()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void tellErrorsWhateverTheirStatus(UnaryOperator<StubInstance> shape) {
        shape.apply(instance);
        for (UnaryOperator<StubInstance> status : List.<UnaryOperator<StubInstance>>of(
                StubInstance::answersErrorsWith200, StubInstance::answersErrorsWith4xx)) {
            status.apply(instance);

            assertThatExceptionOfType(ProviderException.class)
                    .isThrownBy(() -> client.instance().qrImage());
            assertThatExceptionOfType(ProviderException.class)
                    .isThrownBy(() -> client.messages().resend(new QueueId("99")));
            assertThatExceptionOfType(ProviderException.class)
                    .isThrownBy(() -> client.groups().get(ChatId.parse("120363000000000009@g.us")));
        }
    }
}
