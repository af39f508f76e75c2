package io.smartqueue.app;

import io.smartqueue.app.Program.Answer;
import io.smartqueue.app.web.Passwords;
import io.smartqueue.app.web.Sessions;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class NotificationRoutesTest {
    private static final String PATH = "/api/notifications/whatsapp";
    private static final String PHONE = "+15550001111";

    private TestOrganization shop;
    private Program program;

    @BeforeEach
    void found(Demo demo) {
        shop = TestOrganization.of(demo);
        program = shop.admin();
    }

    private Map<String, Object> event(String type, Object... more) {
        Map<String, Object> json = shop.json(
                "phone", PHONE, "notificationType", type, "ticketNumber", "K-17", "departmentName", "Counter");
        for (int i = 0; i < more.length; i += 2) {
            json.put((String) more[i], more[i + 1]);
        }
        return json;
    }

    @Test
    void tellsACustomerOfEachEventOfHisTicketOnce() throws Exception {
        Answer created = program.post(PATH, event("ticket_created", "customerName", "Kim", "waitingCount", 3));
        Answer again = program.post(PATH, event("ticket_created"));
        assertThat(shop.instance()).within(Duration.ofSeconds(20)).receivedMessages(1); // urgent ones overtake
        Answer called = program.post("/api/notifications/whatsapp-fixed", event("your_turn"));

        assertThat(created.status()).as(created.toString()).isEqualTo(202);
        assertThat(created.json().path("success").asBoolean()).isTrue();
        assertThat(created.text("outcome")).isEqualTo("queued");
        assertThat(created.text("phone")).isEqualTo("15550001111");
        assertThat(created.text("type")).isEqualTo("ticket_created");
        assertThat(created.text("ticketNumber")).isEqualTo("K-17");
        assertThat(created.text("messageId"))
                .isEqualTo(created.text("reference"))
                .isNotEmpty();
        assertThat(created.json().has("warning")).isFalse();
        assertThat(again.text("outcome")).isEqualTo("already_queued");
        assertThat(again.text("reference")).isEqualTo(created.text("reference"));
        assertThat(called.text("ticketId")).isEqualTo(created.text("ticketId"));
        assertThat(shop.instance())
                .within(Duration.ofSeconds(20))
                .receivedTexts(
                        "Hello Kim, you have ticket *K-17* at Corner Shop, Counter."
                                + " Before you: 3. We write again when it is almost your turn.",
                        "Ticket *K-17*: it is your turn. Please come to Counter.");
        assertThat(shop.count("SELECT count(*) FROM tickets WHERE organization_id = ? AND state = 'called'"))
                .isOne();
    }

    @Test
    void tellsAgainAtTheNextPlaceOfATransferredTicket() throws Exception {
        program.post(PATH, event("your_turn"));
        Answer moved = program.post(
                PATH, event("ticket_transferred", "previousDepartmentName", "Counter", "newDepartmentName", "Cakes"));
        Answer movedAgain = program.post(PATH, event("ticket_transferred", "newDepartmentName", "Cakes"));
        Answer called = program.post(PATH, event("your_turn", "departmentName", "Cakes"));

        assertThat(List.of(moved.text("outcome"), movedAgain.text("outcome"), called.text("outcome")))
                .containsExactly("queued", "already_queued", "queued");
        assertThat(shop.instance())
                .within(Duration.ofSeconds(20))
                .receivedTexts(
                        "Ticket *K-17*: it is your turn. Please come to Counter.",
                        "Ticket *K-17* now waits at Cakes instead of Counter. Your place there: 1.",
                        "Ticket *K-17*: it is your turn. Please come to Cakes.");
    }

    @Test
    void sendsOneMessageHoweverManyTellOfOneEventAtOnce() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(16);
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            answers.add(callers.submit(() -> program.post(PATH, event("ticket_created"))));
        }
        List<String> outcomes = new ArrayList<>();
        List<String> references = new ArrayList<>();
        for (Future<Answer> answer : answers) {
            outcomes.add(answer.get().text("outcome"));
            references.add(answer.get().text("reference"));
        }
        callers.shutdown();

        assertThat(outcomes).containsOnlyOnce("queued").hasSize(16).contains("already_queued");
        assertThat(references.stream().distinct()).hasSize(1);
        assertThat(shop.tickets()).isOne();
        assertThat(shop.instance()).within(Duration.ofSeconds(20)).receivedMessages(1);
    }

    @Test
    void sendsTheCallersOwnText() throws Exception {
        Answer own = program.post(PATH, event("your_turn", "message", "Come in, {Kim}!"));

        assertThat(own.status()).as(own.toString()).isEqualTo(202);
        assertThat(shop.instance()).within(Duration.ofSeconds(20)).receivedTexts("Come in, {Kim}!");
    }

    @Test
    void sendsATextThatBelongsToNoTicket() throws Exception {
        Map<String, Object> plain =
                shop.json("phone", PHONE, "message", "We are closed.", "idempotencyKey", "closed-1");

        Answer first = program.post(PATH, plain);
        Answer second = program.post(PATH, plain);

        assertThat(first.status()).as(first.toString()).isEqualTo(202);
        assertThat(second.text("outcome")).isEqualTo("already_queued");
        assertThat(shop.tickets()).isZero();
        assertThat(shop.instance()).within(Duration.ofSeconds(20)).receivedTexts("We are closed.");
    }

    @Test
    void findsATicketByOurIdAndTakesAnotherIdForTheCallersName() throws Exception {
        Answer created = program.post(PATH, event("ticket_created"));
        String theirs = UUID.randomUUID().toString();

        Answer ours = program.post(
                PATH, shop.json("phone", PHONE, "type", "your_turn", "ticketId", created.text("ticketId")));
        Answer unknown = program.post(PATH, shop.json("phone", PHONE, "type", "your_turn", "ticketId", theirs));
        Answer named = program.post(PATH, shop.json("phone", PHONE, "type", "your_turn", "ticketId", "web 9/3"));

        assertThat(ours.text("ticketNumber")).isEqualTo("K-17");
        assertThat(unknown.text("ticketNumber")).isEqualTo(theirs);
        assertThat(named.text("ticketNumber")).isEqualTo("web 9/3");
        assertThat(shop.tickets()).isEqualTo(3);
    }

    @Test
    void takesANumberThatAProgramGivesToSomebodyElseForANewTicket() throws Exception {
        Answer before = program.post(PATH, event("ticket_created"));
        Answer next = program.post(PATH, event("ticket_created", "phone", "+15550002222"));

        assertThat(next.text("outcome")).isEqualTo("queued");
        assertThat(next.text("ticketId")).isNotEqualTo(before.text("ticketId"));
        assertThat(shop.count("SELECT count(*) FROM tickets WHERE organization_id = ? AND state = 'left'"))
                .isOne();
    }

    @Test
    void tellsNobodyOfAnotherCustomersTicketOrOfOneThatIsDone(Demo demo) throws Exception {
        Answer created = program.post(PATH, event("ticket_created"));
        String id = created.text("ticketId");

        Answer another = program.post(PATH, shop.json("phone", "+15550002222", "type", "your_turn", "ticketId", id));
        shop.count("WITH done AS (UPDATE tickets SET state = 'served' WHERE organization_id = ? RETURNING 1)"
                + " SELECT count(*) FROM done");
        Answer done = program.post(PATH, shop.json("phone", PHONE, "type", "your_turn", "ticketId", id));
        Answer repeated = program.post(PATH, shop.json("phone", PHONE, "type", "ticket_created", "ticketId", id));

        assertThat(another.status()).isEqualTo(409);
        assertThat(another.text("code")).isEqualTo("another_customers");
        assertThat(done.status()).isEqualTo(409);
        assertThat(done.text("code")).isEqualTo("ticket_done");
        assertThat(repeated.text("outcome")).isEqualTo("already_queued");
        assertThat(another.toString() + done).doesNotContain("5550002222").doesNotContain("5550001111");
    }

    @Test
    void queuesForAnOrganizationThatIsNotSetUpAndSaysSo(Demo demo) throws Exception {
        TestOrganization bare = TestOrganization.notSetUp(demo);

        Answer queued = program.post(PATH, bare.json("phone", PHONE, "type", "ticket_created", "ticketNumber", "K-1"));

        assertThat(queued.status()).isEqualTo(202);
        assertThat(queued.text("warning")).contains("not set up");
        assertThat(bare.whatsApp().outbox().backlog(bare.id()).waiting()).isOne();
    }

    @Test
    void leavesNoTicketOfATextThatCannotBeSent() throws Exception {
        String longName = "x".repeat(200);
        shop.count("WITH own AS (INSERT INTO message_texts VALUES (?, 'your_turn', '" + "{customerName}".repeat(30)
                + "') RETURNING 1) SELECT count(*) FROM own");

        Answer refused = program.post(PATH, event("your_turn", "customerName", longName));

        assertThat(refused.status()).as(refused.toString()).isEqualTo(422);
        assertThat(refused.toString()).contains("\"field\":\"message\"").doesNotContain(longName);
        assertThat(shop.tickets()).isZero();
    }

    @Test
    void showsInADryRunWhatWouldBeSentAndChangesNothing() throws Exception {
        Answer dry = program.post(PATH, event("your_turn", "dryRun", true));

        assertThat(dry.status()).as(dry.toString()).isEqualTo(200);
        assertThat(dry.text("outcome")).isEqualTo("dry_run");
        assertThat(dry.text("text")).isEqualTo("Ticket *K-17*: it is your turn. Please come to Counter.");
        assertThat(dry.json().has("reference")).isFalse();
        assertThat(shop.tickets() + shop.ticketMessages()).isZero();
        assertThat(shop.whatsApp().outbox().backlog(shop.id()).waiting()).isZero();
    }

    @Test
    void saysAllThatIsWrongAtOnceWithoutRepeatingIt() throws Exception {
        Answer wrong = program.post(
                PATH,
                shop.json(
                        "phone",
                        "call me 5550009",
                        "type",
                        "ticket_eaten",
                        "message",
                        Map.of(),
                        "customerName",
                        "n".repeat(300),
                        "dryRun",
                        "maybe"));

        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.response().headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(wrong.json().path("success").asBoolean(true)).isFalse();
        assertThat(wrong.text("error")).isNotEmpty();
        assertThat(wrong.json().path("errors").findValuesAsText("field"))
                .containsExactlyInAnyOrder("phone", "type", "message", "customerName", "dryRun");
        assertThat(wrong.toString()).doesNotContain("5550009").doesNotContain("eaten");
    }

    @Test
    void asksForWhatIsMissing() throws Exception {
        Answer nothing = program.post(PATH, shop.json("phone", PHONE));
        Answer noTicket = program.post(PATH, shop.json("phone", PHONE, "type", "your_turn"));
        Answer noOrganization = program.post(PATH, Map.of("phone", PHONE));

        assertThat(List.of(nothing.status(), noTicket.status(), noOrganization.status()))
                .containsOnly(422);
        assertThat(nothing.text("detail")).contains("notificationType");
        assertThat(noTicket.text("detail")).contains("ticketNumber");
        assertThat(noOrganization.text("detail")).contains("organizationId");
    }

    @Test
    void ignoresMembersThatItDoesNotKnow() throws Exception {
        Answer dry = program.post(PATH, event("your_turn", "dryRun", true, "branchId", Map.of("any", List.of(1))));

        assertThat(dry.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{} {}",
                "\"text\"",
                "{\"organizationId\": 1e999999999}",
                "{\"organizationId\": \"\\u0000\"}",
                "{\"organizationId\": \"00000000-0000-4000-8000-00000000000a' OR ''='\"}",
                "{\"organizationId\": {\"$ne\": null}}"
            })
    void refusesWhatIsNoRequest(String body) throws Exception {
        Answer refused = program.post(PATH, body);

        assertThat(refused.status()).as(refused.toString()).isIn(400, 422);
    }

    @Test
    void refusesWhatIsTooDeepTooLargeOrNoJson() throws Exception {
        Answer deep = program.post(PATH, "{\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}");
        Answer large = program.post(PATH, "{\"a\":\"" + "a".repeat(2 * 1024 * 1024) + "\"}");
        Answer characters = program.post(PATH, event("your_turn", "customerName", "Kim\0"));
        Answer half = program.post(PATH, event("your_turn", "customerName", "\ud83d"));

        assertThat(deep.status()).isEqualTo(400);
        assertThat(large.status()).isEqualTo(413);
        assertThat(characters.status()).isEqualTo(422);
        assertThat(half.status()).isIn(202, 400, 422);
        assertThat(half.text("code")).isNotEqualTo("failed");
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, 415",
        "application/x-www-form-urlencoded, 415",
        "multipart/form-data, 415",
        "application/json; charset=nonsense, 422"
    })
    void readsNothingButJsonAndAsksNoCharsetOfIt(String type, int status, Demo demo) throws Exception {
        String session = new Sessions(Jdbi.create(demo.settings().databaseUrl()), Passwords.known())
                .open("anna", Duration.ofMinutes(1));
        HttpRequest request = HttpRequest.newBuilder(demo.node().url().resolve(PATH))
                .header("Authorization", "Bearer " + session)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();

        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void isForMembersWhoMaySendAlone(Demo demo) throws Exception {
        Map<String, Object> bakery = Map.of(
                "organizationId",
                Demo.BAKERY.value(),
                "phone",
                PHONE,
                "type",
                "your_turn",
                "ticketNumber",
                "K-17",
                "dryRun",
                true);

        assertThat(Program.of(demo, "cleo").post(PATH, bakery).status()).isEqualTo(200);
        assertThat(Program.of(demo, "dora").post(PATH, bakery).status()).isEqualTo(403);
        assertThat(Program.of(demo, "cleo").post(PATH, event("your_turn")).status())
                .isEqualTo(403);
        assertThat(Program.at(demo.node().url(), "").post(PATH, bakery).status())
                .isEqualTo(401);
        assertThat(Program.at(demo.node().url(), "Bearer guessed")
                        .post(PATH, bakery)
                        .status())
                .isEqualTo(401);
        assertThat(shop.tickets()).isZero();
    }

    @Test
    void startsNothingForABrowserThatAnotherSiteTricks(Demo demo) throws Exception {
        Browserless anna = Browserless.at(demo.node().url());
        anna.submit("/sign-in", Map.of("name", "anna", "password", Demo.PASSWORD));

        assertThat(anna.postJson(PATH, "{\"organizationId\":\"" + shop.id() + "\"}")
                        .statusCode())
                .isEqualTo(403);
    }
}
