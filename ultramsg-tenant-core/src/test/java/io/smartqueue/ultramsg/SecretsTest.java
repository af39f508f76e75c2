package io.smartqueue.ultramsg;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.StandbyUpdate;
import io.smartqueue.ultramsg.admin.StandbyView;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.MessagePage;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.fixtures.ApiCall;
import io.smartqueue.ultramsg.fixtures.CapturedLog;
import io.smartqueue.ultramsg.fixtures.EveryKind;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.fixtures.ScriptedServer.Script;
import io.smartqueue.ultramsg.link.TextTemplate;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Neither token, phone number nor text in logs at TRACE, in what values print, in exceptions or in JSON. */
@Timeout(60)
class SecretsTest {
    private static final String[] SECRETS = {"fake-t0ken", "t0ken-of-the", "2015550", "5550123", "table is ready"};

    /** What UltraMsg echoes of a request it does not like. */
    private static final String ECHO =
            "{\"error\":\"no " + Samples.TOKEN + " to " + Samples.NUMBER + " or 12015550123@c.us\"}";

    private static final ObjectMapper CURIOUS = new ObjectMapper()
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .setVisibility(PropertyAccessor.FIELD, Visibility.ANY)
            .registerModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addSerializer(Duration.class, ToStringSerializer.instance)
                    .addSerializer(ZoneId.class, ToStringSerializer.instance));

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ScriptedServer server = new ScriptedServer()
            .on("instance/status", Replies.json(200, Samples.CONNECTED))
            .on("instance/me", Replies.json(200, Samples.ME));
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
            .allowedHosts(AllowedHosts.anyIncludingLocal())
            .readBackWindow(Duration.ofMillis(50)) // one look, or some
            .build();
    private final ConfigDraft draft = Samples.draft(server.url()).toBuilder()
            .businessNumber(Samples.NUMBER)
            .build();

    @BeforeEach
    void configure() {
        store.organizations().put(Samples.ACME, draft);
    }

    @AfterEach
    void close() {
        manager.close();
        server.close();
    }

    private static void assertHarmless(String text) {
        assertThat(text).doesNotContainIgnoringCase(SECRETS);
    }

    private static void assertPrintsHarmlessly(Object value) {
        assertHarmless(value.toString());
        assertHarmless(json(value));
    }

    private static String json(Object value) {
        try {
            return CURIOUS.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertThrowsHarmlessly(Throwable failure) {
        assertThat(failure).isNotNull();
        StringWriter trace = new StringWriter(); // message, causes and suppressed ones
        failure.printStackTrace(new PrintWriter(trace, true));
        assertHarmless(trace.toString());
    }

    private SendResult send() {
        return manager.sendMessage(Samples.ACME, Samples.NUMBER, Samples.TEXT);
    }

    @Test
    void stayOutOfEveryOutcomeAndTheLogThatGoesWithIt() {
        List<SendResult> results = new ArrayList<>();
        String log;
        try (CapturedLog captured = new CapturedLog()) {
            for (Script reply : List.of(
                    Replies.json(200, Samples.SENT),
                    Replies.json(200, Samples.WRONG_TOKEN),
                    Replies.json(200, ECHO),
                    Replies.json(200, "{\"error\":\"cannot send: " + Samples.TEXT + "\"}"),
                    Replies.json(500, ECHO),
                    Replies.json(429, ECHO),
                    Replies.html(200, ECHO),
                    Replies.lostReply(),
                    Replies.resetAfterRequest(),
                    Replies.resetOnAccept())) {
                server.next(reply);
                results.add(send());
            }
            for (Script reply : List.of(Replies.silence(), Replies.trickle())) {
                server.next(reply);
                results.add(manager.send(
                        Samples.ACME,
                        Samples.message(),
                        SendOptions.builder().deadline(Samples.BRIEFLY).build()));
            }
            store.quotas().failRefunds();
            server.next(Replies.json(200, Samples.STOPPED));
            results.add(send());
            results.add(manager.sendMessage(Samples.ACME, Samples.NUMBER + "," + Samples.NUMBER, Samples.TEXT));
            results.add(manager.sendMessage(Samples.ACME, "x" + Samples.NUMBER, Samples.TEXT));
            results.add(manager.sendMessage(Samples.ACME, Samples.NUMBER, Samples.TEXT + "\u0007"));
            results.add(manager.sendMessage(Samples.ACME, Samples.NUMBER, Samples.TEXT.repeat(500)));
            store.quotas().limit(0);
            results.add(send());
            store.organizations()
                    .put(
                            Samples.ACME,
                            draft.toBuilder()
                                    .instanceId("x")
                                    .defaultRegion(Samples.NUMBER)
                                    .build());
            results.add(send());
            log = captured.text();
        }

        assertThat(log).contains("DEBUG io.smartqueue", "WARN io.smartqueue");
        assertHarmless(log);
        assertThat(results).hasAtLeastOneElementOfType(Accepted.class).hasAtLeastOneElementOfType(Unknown.class);
        assertThat(results)
                .filteredOn(Rejected.class::isInstance)
                .extracting(rejected -> ((Rejected) rejected).reason())
                .contains(
                        RejectionReason.BAD_TOKEN,
                        RejectionReason.REFUSED_BY_PROVIDER,
                        RejectionReason.INVALID_RECIPIENT,
                        RejectionReason.INVALID_CONTENT,
                        RejectionReason.QUOTA_EXCEEDED,
                        RejectionReason.NOT_CONFIGURED);
        assertThat(results).allSatisfy(SecretsTest::assertPrintsHarmlessly);
        assertThat(results)
                .filteredOn(result -> !result.isAccepted())
                .allSatisfy(result -> assertThrowsHarmlessly(catchThrowable(result::orThrow)));
    }

    @Test
    void stayOutOfTestsAndChanges() {
        try (CapturedLog captured = new CapturedLog()) {
            UltraMessageTestResult passed = manager.testConnection(Samples.ACME);
            assertThat(passed.account()).isPresent();
            assertPrintsHarmlessly(passed);
            ConfigUpdate saved =
                    manager.administration(Actor.operator("a test")).update(Samples.ACME, draft);
            assertThat(saved.isSaved()).isTrue();
            assertHarmless(saved.toString());
            assertThat(json(saved))
                    .as("what was typed is there, the token is not")
                    .doesNotContain("fake-t0ken", "t0ken-of-the");
            server.on("instance/status", Replies.json(200, ECHO));
            UltraMessageTestResult failed = manager.testConnection(Samples.ACME);
            assertPrintsHarmlessly(failed);
            assertHarmless(failed.explanation());
            assertPrintsHarmlessly(
                    manager.administration(Actor.operator("a test")).update(Samples.ACME, draft));
            ConfigDraft wrong = ConfigDraft.builder()
                    .instanceId("x" + Samples.NUMBER)
                    .token(Samples.TOKEN + " \u00e4")
                    .baseUrl("https://" + Samples.TOKEN + "@" + Samples.NUMBER)
                    .businessNumber("x" + Samples.NUMBER)
                    .webhookUrl("https://" + Samples.TOKEN + "@x")
                    .defaultRegion(Samples.NUMBER)
                    .timeZone(Samples.NUMBER)
                    .build();
            assertPrintsHarmlessly(manager.administration(Actor.operator("a test"))
                    .update(Samples.ACME, wrong, Verification.SAVE_UNTESTED));
            assertPrintsHarmlessly(manager.testConnection(wrong));
            assertHarmless(captured.text());
        }
    }

    @Test
    void stayOutOfWhatIsRecordedAndShown() {
        Administration admin = manager.administration(Actor.operator("a test"));
        try (CapturedLog captured = new CapturedLog()) {
            ConfigView before = admin.config(Samples.ACME).orElseThrow();
            assertThat(admin.rotateToken(Samples.ACME, "another-fake-t0ken-0123")
                            .isSaved())
                    .isTrue();
            ConfigUpdate late = admin.update(
                    Samples.ACME, draft.toBuilder().version(before.version()).build());
            assertThat(late).isInstanceOf(ConfigUpdate.ChangedMeanwhile.class);
            StandbyUpdate standbys = admin.updateStandbys(Samples.ACME, List.of(Samples.standby(server.url())));
            assertThat(standbys.isSaved()).isTrue();
            List<StandbyView> shown = admin.standbys(Samples.ACME);
            admin.deleteConfiguration(Samples.ACME);

            assertPrintsHarmlessly(standbys);
            assertPrintsHarmlessly(shown);
            assertThat(late.toString() + before).doesNotContainIgnoringCase(SECRETS);
            assertThat(json(late) + json(before))
                    .as("what was typed is there, the token is not")
                    .doesNotContain("fake-t0ken", "t0ken-of-the");
            assertThat(admin.history(Samples.ACME)).hasSize(4).allSatisfy(entry -> {
                assertHarmless(entry.toString());
                assertThat(json(entry)).doesNotContain("fake-t0ken", "t0ken-of-the", "another");
            });
            assertHarmless(captured.text());
        }
    }

    @Test
    void stayOutOfValues() {
        TextMessage message = Samples.message();
        UltraMessageConfig config = manager.getOrganizationConfig(Samples.ACME).orElseThrow();

        assertPrintsHarmlessly(config);
        assertPrintsHarmlessly(config.credentials());
        assertPrintsHarmlessly(config.credentials().token());
        assertPrintsHarmlessly(config.businessNumber().orElseThrow());
        assertPrintsHarmlessly(message.to());
        assertPrintsHarmlessly(message);
        assertPrintsHarmlessly(manager.links().chat(Samples.ACME));
        assertPrintsHarmlessly(manager.links().chat(Samples.ACME).orThrow().text(Samples.TEXT));
        assertPrintsHarmlessly(TextTemplate.of(Samples.TEXT + "{name}"));
        assertPrintsHarmlessly(
                manager.links().chat(Samples.ACME).orThrow().text(Samples.TEXT).qrCode());
        assertHarmless(draft.toString());
        assertThat(json(draft))
                .as("a draft's JSON has what was typed, but not the token")
                .doesNotContain("t0ken");
    }

    @Test
    void stayOutOfMessagesOfEveryKind() {
        assertThat(EveryKind.all())
                .allSatisfy(message -> assertThat(message + json(message) + json(List.of(message)))
                        .doesNotContainIgnoringCase(EveryKind.SECRETS.toArray(String[]::new)));
    }

    /** UltraMsg repeats a value of the request, whole, cut short, and each parameter in turn. */
    @Test
    void stayOutOfWhatBecameOfMessagesOfEveryKind() {
        String log;
        try (CapturedLog captured = new CapturedLog()) {
            for (OutboundMessage message : EveryKind.all()) {
                for (int shown : new int[] {Integer.MAX_VALUE, 60, 20}) {
                    server.next(connection -> {
                        String echo = connection.request().form().values().stream()
                                .map(value -> value.substring(0, Math.min(shown, value.length())))
                                .collect(Collectors.joining(" and "));
                        Replies.json(
                                        200,
                                        JSON.createObjectNode()
                                                .put("error", "cannot send " + echo)
                                                .toString())
                                .play(connection);
                    });
                    SendResult result = manager.send(Samples.ACME, message);

                    assertThat(result).isInstanceOf(Rejected.class);
                    assertThat(result + json(result))
                            .doesNotContainIgnoringCase(EveryKind.SECRETS.toArray(String[]::new));
                }
            }
            log = captured.text();
        }

        assertThat(log).contains("DEBUG io.smartqueue");
        assertThat(log).doesNotContainIgnoringCase(EveryKind.SECRETS.toArray(String[]::new));
    }

    @Test
    void stayOutOfEveryCallOfTheApi() {
        try (CapturedLog captured = new CapturedLog()) {
            for (ApiCall call : ApiCall.all()) {
                server.next(Replies.json(200, call.answer()));
                assertPrintsHarmlesslyUnlessPlain(call.run(manager.client(Samples.ACME)));
                server.next(Replies.json(400, ECHO));
                assertThrowsHarmlessly(catchThrowable(() -> call.run(manager.client(Samples.ACME))));
            }
            assertHarmless(captured.text());
        }
    }

    /** A text or an address that was asked for can only be handed over as it is. */
    private static void assertPrintsHarmlesslyUnlessPlain(Object value) {
        if (value instanceof List<?> entries) {
            entries.forEach(SecretsTest::assertPrintsHarmlesslyUnlessPlain);
        } else if (value instanceof MessagePage page) {
            assertPrintsHarmlessly(page);
            page.messages().forEach(SecretsTest::assertPrintsHarmlessly);
        } else if (value.getClass().getPackageName().startsWith("io.smartqueue")) {
            assertPrintsHarmlessly(value);
        }
    }

    @Test
    void stayOutOfExceptions() {
        for (Script reply : List.of(
                Replies.json(200, ECHO),
                Replies.html(404, ECHO),
                Replies.silence(),
                Replies.trickle(),
                Replies.resetAfterRequest(),
                Replies.cutShort(ECHO, 1000),
                Replies.bigBody(2_000_000))) {
            server.on("instance/status", reply);
            try (UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal())) {
                UltraMsgClient client = http.client(Samples.credentials(server.url()));
                assertThrowsHarmlessly(catchThrowable(
                        () -> client.within(Samples.BRIEFLY).instance().status()));
            }
        }
        try (UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.ultraMsg())) {
            assertThrowsHarmlessly(catchThrowable(() -> http.client(Samples.credentials(server.httpsUrl()))
                    .within(Duration.ofSeconds(5))
                    .instance()
                    .status()));
        }
        assertThrowsHarmlessly(catchThrowable(() -> Samples.credentials(URI.create("https://a..b"))));
        store.quotas().fail();
        Throwable storage = catchThrowable(this::send);
        assertThat(storage).isInstanceOf(StorageException.class);
        assertThrowsHarmlessly(storage);
    }
}
