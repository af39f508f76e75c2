package io.smartqueue.app;

import io.smartqueue.app.Program.Answer;
import io.smartqueue.app.notification.Sending;
import io.smartqueue.ultramsg.conversation.ConversationRule;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@ExtendWith(RunningDemo.class)
class DirectRouteTest {
    private static final String PATH = "/api/notifications/whatsapp-direct";
    private static final String PHONE = "+15550001111";

    private TestOrganization shop;
    private Program program;

    @BeforeEach
    void found(Demo demo) {
        shop = TestOrganization.of(demo);
        program = shop.admin();
    }

    private Map<String, Object> message() {
        return shop.json("phone", PHONE, "message", "Your cake is ready.");
    }

    @Test
    void sendsAtOnce() throws Exception {
        Answer sent = program.post(PATH, message());

        assertThat(sent.status()).as(sent.toString()).isEqualTo(200);
        assertThat(sent.json().path("success").asBoolean()).isTrue();
        assertThat(sent.text("outcome")).isEqualTo("accepted");
        assertThat(sent.text("messageId"))
                .isEqualTo(
                        Long.toString(shop.instance().receivedMessages().get(0).id()));
        assertThat(sent.text("instanceId")).isEqualTo(shop.instance().id());
        assertThat(sent.json().path("remainingToday").asInt()).isEqualTo(49_999);
        assertThat(sent.text("phone")).isEqualTo("15550001111");
        assertThat(shop.instance()).receivedTexts("Your cake is ready.");
    }

    @Test
    void writesTheOrganizationsTextWithTheCallersValues() throws Exception {
        Answer sent = program.post(
                PATH,
                shop.json(
                        "phone",
                        "15550001111",
                        "type",
                        "almost_your_turn",
                        "ticketNumber",
                        "K-17",
                        "departmentName",
                        "Counter",
                        "organizationName",
                        "The Shop",
                        "currentServing",
                        "K-16"));

        assertThat(sent.status()).as(sent.toString()).isEqualTo(200);
        assertThat(sent.text("type")).isEqualTo("almost_your_turn");
        assertThat(sent.text("ticketNumber")).isEqualTo("K-17");
        assertThat(shop.tickets()).isZero();
        assertThat(shop.instance())
                .receivedTexts(
                        "Ticket *K-17*: you are next at The Shop, Counter. Now serving K-16. Please come closer.");
    }

    @Test
    void sendsOneMessageUnderOneKey() throws Exception {
        Answer first = program.post(PATH, message(), "Idempotency-Key", "cake-1");
        Map<String, Object> inBody = message();
        inBody.put("idempotencyKey", "cake-1");
        Answer second = program.post(PATH, inBody);
        inBody.put("message", "Your bread is ready.");
        Answer another = program.post(PATH, inBody);
        Answer two = program.post(PATH, inBody, "Idempotency-Key", "cake-2");

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text("messageId")).isEqualTo(first.text("messageId"));
        assertThat(another.status()).isEqualTo(409);
        assertThat(another.text("reason")).isEqualTo("idempotency_conflict");
        assertThat(two.status()).isEqualTo(422);
        assertThat(shop.instance()).receivedMessages(1);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments("bad_token", 502, (Consumer<TestOrganization>)
                        shop -> shop.instance().rejectsToken()),
                arguments("instance_stopped", 503, (Consumer<TestOrganization>)
                        shop -> shop.instance().isStoppedForNonPayment()),
                arguments("rate_limited", 429, (Consumer<TestOrganization>)
                        shop -> shop.instance().answersTooManyRequests(Duration.ofMinutes(2))),
                arguments("quota_exceeded", 429, (Consumer<TestOrganization>)
                        shop -> shop.with(ConfigDraft.builder().dailyLimit(0).build())),
                arguments("provider_limit", 429, (Consumer<TestOrganization>)
                        shop -> shop.instance().reachesDailyLimit(0)),
                arguments("inactive", 409, (Consumer<TestOrganization>) shop ->
                        shop.whatsApp().administration(Actor.operator("test")).suspend(shop.id())),
                arguments("not_configured", 409, (Consumer<TestOrganization>) shop ->
                        shop.whatsApp().administration(Actor.operator("test")).deleteConfiguration(shop.id())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void saysWhyAMessageWasNotSent(String reason, int status, Consumer<TestOrganization> trouble) throws Exception {
        trouble.accept(shop);

        Answer refused = program.post(PATH, message());

        assertThat(refused.status()).as(refused.toString()).isEqualTo(status);
        assertThat(refused.text("reason")).isEqualTo(reason);
        assertThat(refused.text("type")).isEqualTo("/problems#" + reason);
        assertThat(refused.text("outcome")).isEqualTo("rejected");
        assertThat(refused.json().path("success").asBoolean(true)).isFalse();
        assertThat(refused.toString()).doesNotContain("fake-t0ken").doesNotContain("5550001111");
        if (status == 429 && !reason.equals("provider_limit")) { // nobody knows how long that lasts
            assertThat(Long.parseLong(refused.response()
                            .headers()
                            .firstValue("Retry-After")
                            .orElse("0")))
                    .isEqualTo(refused.json().path("retryAfterSeconds").asLong())
                    .isPositive();
        }
    }

    @Test
    void saysThatAMessageMayHaveBeenSentAndWhereToLook() throws Exception {
        shop.instance().inTurn(stub -> stub.losesReplyAfterAccepting(1), StubInstance::resetsConnection);

        Answer unknown = program.post(PATH, message());
        Answer seen = program.get(unknown.text("see"));

        assertThat(unknown.status()).as(unknown.toString()).isEqualTo(202);
        assertThat(unknown.text("outcome")).isEqualTo("unknown");
        assertThat(unknown.text("message")).contains("do not repeat");
        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.text("outcome")).isIn("unknown", "sending");
        assertThat(seen.text("reference")).isEqualTo(unknown.text("reference"));
        assertThat(shop.instance()).receivedMessages(1);
    }

    @Test
    void showsInADryRunWhatWouldBeSentOrWhyNot(Demo demo) throws Exception {
        Map<String, Object> dry = message();
        dry.put("dryRun", true);

        Answer would = program.post(PATH, dry);
        dry.put("organizationId", TestOrganization.notSetUp(demo).id().value());
        Answer wouldNot = program.post(PATH, dry);

        assertThat(would.status()).isEqualTo(200);
        assertThat(would.text("outcome")).isEqualTo("dry_run");
        assertThat(would.text("text")).isEqualTo("Your cake is ready.");
        assertThat(wouldNot.status()).isEqualTo(409);
        assertThat(wouldNot.text("reason")).isEqualTo("not_configured");
        assertThat(shop.instance()).receivedNothing();
    }

    @Test
    void tellsHowTheServiceStandsAndNoSecret(Demo demo) throws Exception {
        program.post(PATH, message());

        Answer status = program.get(PATH + "?organizationId=" + shop.id());

        assertThat(status.status()).isEqualTo(200);
        assertThat(status.json().path("enabled").asBoolean()).isTrue();
        assertThat(status.json().path("debugMode").asBoolean(true)).isFalse();
        assertThat(status.json().path("configured").asBoolean()).isTrue();
        assertThat(status.text("instanceId")).isEqualTo(shop.instance().id());
        assertThat(status.text("endpoint"))
                .isEqualTo(demo.ultraMsg().baseUrl() + "/" + shop.instance().id());
        assertThat(status.text("status")).isEqualTo("active");
        assertThat(status.text("businessNumber")).startsWith("+49309");
        assertThat(status.json().path("usedToday").asInt()).isOne();
        assertThat(status.json().path("dailyLimit").asInt()).isEqualTo(50_000);
        assertThat(status.text("resetsAt")).isNotEmpty();
        assertThat(status.json().path("waiting").asInt(-1)).isZero();
        assertThat(status.toString()).doesNotContain("t0ken");
    }

    @Test
    void tellsOfAnOrganizationThatIsNotSetUp(Demo demo) throws Exception {
        Answer status = program.get("/api/notifications/whatsapp?organizationId="
                + TestOrganization.notSetUp(demo).id());

        assertThat(status.json().path("configured").asBoolean(true)).isFalse();
        assertThat(status.text("status")).isEqualTo("not_configured");
        assertThat(status.json().has("instanceId")).isFalse();
    }

    @Test
    void tellsEmployeesNothingOfUsageAndOthersNothingAtAll(Demo demo) throws Exception {
        String bakery = "?organizationId=" + Demo.BAKERY;

        Answer cleo = Program.of(demo, "cleo").get("/api/notifications/whatsapp-fixed" + bakery);

        assertThat(cleo.status()).isEqualTo(200);
        assertThat(cleo.json().has("dailyLimit") || cleo.json().has("usedToday"))
                .isFalse();
        assertThat(Program.of(demo, "dora").get(PATH + bakery).status()).isEqualTo(403);
        assertThat(Program.of(demo, "dora").post(PATH, message()).status()).isEqualTo(403);
        assertThat(program.get(PATH).status()).isEqualTo(422);
        assertThat(program.get(PATH + "?organizationId=1").status()).isEqualTo(403);
        assertThat(Program.at(demo.node().url(), "").get(PATH + bakery).status())
                .isEqualTo(401);
    }

    @Test
    void tellsWhatBecameOfAMessage(Demo demo) throws Exception {
        Answer sent = program.post(PATH, message());
        String path = PATH + "/" + sent.text("reference") + "?organizationId=";

        Answer seen = program.get(path + shop.id());

        assertThat(seen.status()).as(seen.toString()).isEqualTo(200);
        assertThat(seen.text("outcome")).isEqualTo("accepted");
        assertThat(seen.text("messageId")).isEqualTo(sent.text("messageId"));
        assertThat(seen.text("delivery")).isNotEmpty();
        assertThat(seen.json().path("attempts").asInt()).isOne();
        assertThat(seen.toString()).doesNotContain("cake").doesNotContain("5550001111");
        assertThat(program.get(path + TestOrganization.of(demo).id()).status()).isEqualTo(404);
        assertThat(program.get(PATH + "/none?organizationId=" + shop.id()).status())
                .isEqualTo(404);
        assertThat(program.get(PATH + "/no%20ne?organizationId=" + shop.id()).status())
                .isEqualTo(404);
    }

    @Test
    void tellsOfAMessageThatWaits(Demo demo) throws Exception {
        TestOrganization bare = TestOrganization.notSetUp(demo);
        Answer queued = program.post(
                "/api/notifications/whatsapp",
                bare.json("phone", PHONE, "type", "ticket_created", "ticketNumber", "1"));

        Answer seen =
                program.get("/api/notifications/whatsapp/" + queued.text("messageId") + "?organizationId=" + bare.id());

        assertThat(seen.text("outcome")).as(seen.toString()).isIn("queued", "sending");
    }

    @Test
    void sendsNothingWhileItIsSwitchedOffOrADryRun(Demo demo) throws Exception {
        ConversationRule usual = demo.settings().conversations();
        try (Node off = Node.start(with(demo.settings(), Sending.OFF, usual));
                Node dry = Node.start(with(demo.settings(), Sending.DRY_RUN, usual))) {
            for (String path : List.of(PATH, "/api/notifications/whatsapp", "/api/notifications/batches")) {
                Map<String, Object> json = shop.json(
                        "phone",
                        PHONE,
                        "message",
                        "Hello",
                        "title",
                        "News",
                        "recipients",
                        List.of(Map.of("phone", PHONE)));

                Answer disabled = program.at(off.url()).post(path, json);
                Answer debug = program.at(dry.url()).post(path, json);

                assertThat(disabled.status()).as(disabled.toString()).isEqualTo(200);
                assertThat(disabled.json().path("success").asBoolean(true)).isFalse();
                assertThat(disabled.text("message")).isEqualTo("WhatsApp notifications are disabled");
                assertThat(debug.status()).as(debug.toString()).isEqualTo(200);
                assertThat(debug.text("outcome")).isEqualTo("dry_run");
            }
            Answer status = program.at(off.url()).get(PATH + "?organizationId=" + shop.id());
            assertThat(status.json().path("enabled").asBoolean(true)).isFalse();
            assertThat(program.at(dry.url())
                            .get(PATH + "?organizationId=" + shop.id())
                            .json()
                            .path("debugMode")
                            .asBoolean())
                    .isTrue();
        }
        assertThat(shop.tickets()).isZero();
        assertThat(shop.instance()).receivedNothing();
    }

    @Test
    void startsConversationsOnlyForWhoSaysSoWhereTheServiceMustNot(Demo demo) throws Exception {
        try (Node answering = Node.start(with(demo.settings(), Sending.ON, ConversationRule.REQUIRED))) {
            Program there = program.at(answering.url());
            Map<String, Object> json = message();
            Answer refused = there.post(PATH, json);
            json.put("bypassSessionCheck", true);
            Answer sent = there.post(PATH, json);

            assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
            assertThat(refused.text("reason")).isEqualTo("conversation_closed");
            assertThat(sent.status()).as(sent.toString()).isEqualTo(200);
        }
    }

    static Settings with(Settings settings, Sending sending, ConversationRule conversations) {
        return new Settings(
                settings.host(),
                0,
                settings.databaseUrl(),
                settings.databaseUser(),
                settings.databasePassword(),
                settings.tokenKeys(),
                settings.webhookKeys(),
                settings.publicUrl(),
                settings.ultraMsg(),
                sending,
                conversations,
                settings.pace());
    }
}
