package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.error.NoReplyException.Effect;
import io.smartqueue.ultramsg.fixtures.CapturedLog;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Timeout(30)
class UltraMsgHttpTest {
    private static final String RETRY_PROPERTY = "jdk.httpclient.enableAllMethodRetry";

    private final ScriptedServer server = new ScriptedServer().on("messages/chat", Replies.json(200, Samples.SENT));

    @AfterEach
    void close() {
        server.close();
    }

    private static UltraMsgHttp open() {
        return UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    }

    private static SendResult send(UltraMsgHttp http, URI baseUrl, Duration deadline) {
        return http.client(Samples.credentials(baseUrl))
                .messages()
                .send(
                        Samples.message(),
                        SendOptions.builder().deadline(deadline).build());
    }

    private SendResult send(UltraMsgHttp http) {
        return send(http, server.url(), Duration.ofSeconds(20));
    }

    private static void assertUnreachable(SendResult result, String detail) {
        assertThat(result).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectionReason.UNREACHABLE);
            assertThat(rejected.detail()).contains(detail);
        });
    }

    @Test
    void refusesAHostThatResolvesToAPrivateAddressBeforeConnecting() {
        URI local = URI.create("https://localhost:" + server.url().getPort());
        try (UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.of("localhost"))) {
            assertUnreachable(send(http, local, Duration.ofSeconds(20)), "not public");
            assertThatExceptionOfType(NoReplyException.class)
                    .isThrownBy(() ->
                            http.client(Samples.credentials(local)).instance().status())
                    .satisfies(silence -> assertThat(silence.effect()).isEqualTo(Effect.NONE));
        }
        assertThat(server.connections()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1", "https://[::1]", "https://[::ffff:7f00:1]", "https://169.254.169.254"})
    void refusesAPrivateAddressBeforeConnecting(String address) {
        URI baseUrl = URI.create(address + ":" + server.url().getPort());
        try (UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.ultraMsg())) {
            assertUnreachable(send(http, baseUrl, Duration.ofSeconds(20)), "not public");
        }
        assertThat(server.connections()).isZero();
    }

    @Test
    void saysSoWhenAHostDoesNotExist() {
        URI nowhere = URI.create("https://no-such-host.invalid");
        try (UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.of("no-such-host.invalid"))) {
            assertUnreachable(send(http, nowhere, Duration.ofSeconds(2)), "cannot be resolved");
        }
    }

    @Test
    void leavesResolvingToAProxy() {
        RecordingSelector proxy = new RecordingSelector(server);
        HttpSettings viaProxy = HttpSettings.builder().proxy(proxy).build();
        try (UltraMsgHttp http = UltraMsgHttp.open(viaProxy, AllowedHosts.of("gateway.invalid"))) {
            SendResult result = send(http, URI.create("http://gateway.invalid"), Duration.ofSeconds(20));

            assertThat(result.isAccepted()).isTrue();
        }
        assertThat(server.requests().get(0).target()).isEqualTo("http://gateway.invalid/instance1150/messages/chat");
    }

    @Test
    void goesThroughNoProxyUnlessToldSo() {
        ProxySelector before = ProxySelector.getDefault();
        RecordingSelector ofTheJvm = new RecordingSelector(server);
        ProxySelector.setDefault(ofTheJvm);
        try (UltraMsgHttp http = open()) {
            assertThat(send(http).isAccepted()).isTrue();
        } finally {
            ProxySelector.setDefault(before);
        }
        assertThat(server.requests().get(0).target()).startsWith("/");
    }

    @Test
    void sendsNothingAfterItIsClosed() {
        UltraMsgHttp http = open();
        http.close();

        assertUnreachable(send(http), "closed");
        assertThat(server.connections()).isZero();
    }

    @Test
    void canBeClosedAgain() {
        UltraMsgHttp http = open();
        assertThat(send(http).isAccepted()).isTrue();
        try (CapturedLog log = new CapturedLog()) {
            http.close();
            http.close();

            assertThat(log.text()).isEmpty();
        }
    }

    @Test
    void letsACallInFlightEndBeforeItCloses() throws Exception {
        UltraMsgHttp http = open();
        server.next(Replies.silence());
        long start = System.nanoTime();
        CompletableFuture<SendResult> inFlight =
                CompletableFuture.supplyAsync(() -> send(http, server.url(), Samples.BRIEFLY));
        server.awaitRequest();

        http.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Samples.BRIEFLY.minusMillis(100));
        assertThat(inFlight.get(10, TimeUnit.SECONDS)).isInstanceOf(Unknown.class);
        assertUnreachable(send(http), "closed");
    }

    @Test
    void doesNotWaitWhenClosingIsInterruptedAndYetCallsEndByTheirDeadlines() throws Exception {
        UltraMsgHttp http = open();
        server.next(Replies.silence());
        CompletableFuture<SendResult> inFlight =
                CompletableFuture.supplyAsync(() -> send(http, server.url(), Samples.BRIEFLY));
        server.awaitRequest();

        Thread.currentThread().interrupt();
        http.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(inFlight.get(10, TimeUnit.SECONDS)).isInstanceOf(Unknown.class);
    }

    @ParameterizedTest
    @CsvSource({"'', true", "true, true", "TRUE, true", "false, false", "1, false"})
    void warnsIfTheJvmIsSetToRepeatPosts(String value, boolean warns) {
        System.setProperty(RETRY_PROPERTY, value);
        try (CapturedLog log = new CapturedLog();
                UltraMsgHttp http = open()) {
            assertThat(http).isNotNull();
            assertThat(log.text().contains(RETRY_PROPERTY)).isEqualTo(warns);
        } finally {
            System.clearProperty(RETRY_PROPERTY);
        }
    }

    @Test
    void warnsOfNothingOtherwise() {
        try (CapturedLog log = new CapturedLog();
                UltraMsgHttp http = open()) {
            assertThat(http).isNotNull();
            assertThat(log.text()).isEmpty();
        }
    }

    @Test
    void usesDaemonThreadsWithNames() {
        try (UltraMsgHttp http = open()) {
            assertThat(send(http).isAccepted()).isTrue();

            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("ultramsg-"))
                    .isNotEmpty()
                    .allMatch(Thread::isDaemon);
        }
    }

    @Test
    void checksItsSettings() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpSettings.builder().connectTimeout(Duration.ZERO))
                .withMessageContaining("connectTimeout");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpSettings.builder().maxReplyBytes(1023))
                .withMessageContaining("maxReplyBytes");
        assertThat(HttpSettings.defaults().connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(HttpSettings.defaults().maxReplyBytes()).isEqualTo(1_048_576);
        assertThat(HttpSettings.defaults().proxy()).isEmpty();
        assertThat(HttpSettings.defaults().sslContext()).isEmpty();
    }

    /** Sends everything to one server. */
    private static final class RecordingSelector extends ProxySelector {
        private final Proxy proxy;

        RecordingSelector(ScriptedServer server) {
            proxy = new Proxy(
                    Proxy.Type.HTTP,
                    new InetSocketAddress("127.0.0.1", server.url().getPort()));
        }

        @Override
        public List<Proxy> select(URI uri) {
            return List.of(proxy);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
