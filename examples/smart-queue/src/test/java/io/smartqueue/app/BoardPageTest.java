package io.smartqueue.app;

import io.smartqueue.ultramsg.testkit.StubInstance;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class BoardPageTest {
    private static final Pattern SEEN = Pattern.compile("queues\\?seen=([0-9a-f-]+)");
    private static final Pattern CALLED = Pattern.compile("(A-\\d{3}) has been called");

    private static HttpResponse<String> add(OwnOrganization shop, String name, String phone) throws Exception {
        return shop.as("cleo")
                .submitForPart(
                        shop.path("board/customers"), Map.of("name", name, "phone", phone, "department", "Reception"));
    }

    private static HttpResponse<String> callNext(OwnOrganization shop, String member) throws Exception {
        return shop.as(member).submitForPart(shop.path("board/call"), Map.of("department", "Reception"));
    }

    private static String queues(OwnOrganization shop) throws Exception {
        return shop.as("cleo").part(shop.path("board/queues")).body();
    }

    private static String queuesAfterWebhooks(OwnOrganization shop, StubInstance instance) throws Exception {
        instance.awaitWebhooks(Duration.ofSeconds(10));
        return queues(shop);
    }

    private static HttpResponse<String> change(OwnOrganization shop, String number, Map<String, String> what)
            throws Exception {
        Matcher id =
                Pattern.compile("id=\"ticket-([0-9a-f-]+)\">" + number + "<").matcher(queues(shop));
        assertThat(id.find()).isTrue();
        return shop.as("cleo").submitForPart(shop.path("board/tickets/" + id.group(1)), what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"anna", "ben", "cleo"})
    void letsEveryMemberWorkTheQueue(String member, Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Shop of " + member);

        HttpResponse<String> added = shop.as(member)
                .submit(
                        shop.path("board/customers"),
                        Map.of("name", "Ada", "phone", "+4915112345670", "department", "Reception"));
        HttpResponse<String> called =
                shop.as(member).submit(shop.path("board/call"), Map.of("department", "Reception"));

        assertThat(added.statusCode()).isEqualTo(303);
        assertThat(called.headers().firstValue("Location")).hasValue(shop.path("board"));
        assertThat(shop.as(member).get(shop.path("board")).body())
                .contains("data-department=\"A\"", "data-ticket=\"A-001\" data-state=\"called\"", "Ada", "Call next");
    }

    @Test
    void saysThatMessagesWaitUntilWhatsAppIsSetUp(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Not set up");
        add(shop, "Ada", "+4915112345671");

        assertThat(queues(shop))
                .contains("not set up yet", shop.path("details"), "data-delivery=\"queued\"", "ticket created: waits");
    }

    @Test
    void showsHowFarMessagesHaveComeAsUltraMsgTells(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Read shop");
        StubInstance instance = shop.connect();
        add(shop, "Ada", "+4915112345672");

        assertThat(OwnOrganization.await(
                        () -> queuesAfterWebhooks(shop, instance),
                        body -> body.contains("data-delivery=\"delivered\"")))
                .contains("data-delivery=\"delivered\">ticket created: delivered");
        instance.messageIsRead(instance.receivedMessages().get(0).id());
        assertThat(OwnOrganization.await(
                        () -> queuesAfterWebhooks(shop, instance), body -> body.contains("data-delivery=\"read\"")))
                .contains("ticket created: read")
                .doesNotContain("not set up");
    }

    @Test
    void saysNothingWhileTheBoardIsAsTheBrowserHasIt(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Quiet shop");
        Matcher seen = SEEN.matcher(shop.as("cleo").get(shop.path("board")).body());
        assertThat(seen.find()).isTrue();
        String poll = shop.path("board/queues?seen=" + seen.group(1));

        HttpResponse<String> unchanged = shop.as("cleo").part(poll);
        add(shop, "Ada", "+4915112345673");
        HttpResponse<String> changed = shop.as("cleo").part(poll);

        assertThat(unchanged.statusCode()).isEqualTo(204);
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body())
                .startsWith("<div id=\"board\"")
                .contains("A-001")
                .doesNotContain("<html");
    }

    @Test
    void passesNobodyOverWhenTwoClerksCallAtOnce(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Busy shop");
        for (int i = 0; i < 6; i++) {
            add(shop, "Customer " + i, "+491511234580" + i);
        }
        shop.as("anna");
        shop.as("ben");

        Set<String> called = new HashSet<>();
        ExecutorService clerks = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 3; round++) {
                List<Callable<HttpResponse<String>>> both =
                        List.of(() -> callNext(shop, "anna"), () -> callNext(shop, "ben"));
                for (Future<HttpResponse<String>> reply : clerks.invokeAll(both)) {
                    Matcher number = CALLED.matcher(reply.get().body());
                    assertThat(number.find()).isTrue();
                    called.add(number.group(1));
                }
                assertThat(called)
                        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 2 * (round + 1))
                                .mapToObj(first -> "A-00" + first)
                                .toList());
            }
        } finally {
            clerks.shutdownNow();
        }
        assertThat(callNext(shop, "cleo").body()).contains("Nobody waits there.");
    }

    @Test
    void endsTicketsAndSendsCustomersElsewhere(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Shop with two");
        shop.as("anna").submit(shop.path("board/departments"), Map.of("name", "Till", "prefix", "t"));
        add(shop, "Ada", "+4915112345674");
        add(shop, "Bob", "+4915112345675");
        add(shop, "Cem", "+4915112345676");
        callNext(shop, "cleo");

        change(shop, "A-001", Map.of("do", "served"));
        change(shop, "A-002", Map.of("do", "left"));
        String moved = change(shop, "A-003", Map.of("do", "transfer", "department", "Till"))
                .body();

        assertThat(moved)
                .contains(
                        "data-ticket=\"A-001\" data-state=\"served\"",
                        "data-ticket=\"A-002\" data-state=\"left\"",
                        "ticket transferred: waits to be sent");
        assertThat(moved.substring(moved.indexOf("data-department=\"T\""))).contains("data-ticket=\"A-003\"");
    }

    @Test
    void endsATicketTogetherWithWhatWaitsToBeSaidOfIt(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Shop of both or neither");
        add(shop, "Ada", "+4915112345674");
        callNext(shop, "cleo");

        try (Handle somebody = Jdbi.open(demo.settings().databaseUrl())) {
            somebody.begin();
            somebody.select(
                            "SELECT reference FROM ultramsg_messages WHERE organization_id = ? FOR UPDATE",
                            UUID.fromString(shop.id().value()))
                    .mapTo(String.class)
                    .list();
            assertThat(change(shop, "A-001", Map.of("do", "left")).statusCode())
                    .as("somebody has locked the messages")
                    .isEqualTo(503);
            somebody.rollback();
        }
        assertThat(queues(shop)).contains("data-ticket=\"A-001\" data-state=\"called\"", "your turn: waits");
        assertThat(waiting(demo, shop)).isEqualTo(2);

        assertThat(change(shop, "A-001", Map.of("do", "left")).body())
                .contains("data-ticket=\"A-001\" data-state=\"left\"");
        assertThat(waiting(demo, shop)).isZero();
    }

    private static long waiting(Demo demo, OwnOrganization shop) {
        return demo.node().whatsApp().outbox().backlog(shop.id()).waiting();
    }

    @Test
    void keepsWhatWasTypedBesideWhatIsWrongWithIt(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Strict shop");

        HttpResponse<String> part = add(shop, "Ada", "one two three");
        HttpResponse<String> page = shop.as("cleo")
                .submit(
                        shop.path("board/customers"),
                        Map.of("name", "Ada", "phone", "one two three", "department", "Reception"));
        HttpResponse<String> department =
                shop.as("anna").submit(shop.path("board/departments"), Map.of("name", "Reception", "prefix", "1"));

        assertThat(part.statusCode()).isEqualTo(422);
        assertThat(part.body())
                .startsWith("<form")
                .contains("value=\"Ada\"", "value=\"one two three\"", "aria-invalid=\"true\"");
        assertThat(page.statusCode()).isEqualTo(422);
        assertThat(page.body()).contains("<html", "value=\"one two three\"");
        assertThat(department.body()).contains("value=\"Reception\"", "one to three letters");
    }

    @Test
    void takesNumbersAsTheyAreWrittenWhereTheOrganizationIs(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Local shop");
        StubInstance instance = shop.connect();

        assertThat(add(shop, "", "0151 12345677").body()).contains("Added as A-001.");
        assertThat(add(shop, "Again", "+49 151 12345677").body()).contains("a ticket for this number already: A-001");
        OwnOrganization.await(() -> String.valueOf(instance.receivedMessages().size()), "1"::equals);
        assertThat(instance.receivedMessages().get(0).to()).contains("4915112345677");
    }

    @Test
    void escapesWhatPeopleWrite(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "<script>alert(1)</script>");
        shop.as("anna")
                .submit(
                        shop.path("board/departments"),
                        Map.of("name", "\"><img src=x onerror=alert(2)>", "prefix", "X"));
        add(shop, "<script>alert(3)</script>", "+4915112345678");

        assertThat(shop.as("cleo").get(shop.path("board")).body())
                .contains("&lt;script&gt;alert(3)", "&lt;img")
                .doesNotContain("<script>alert", "<img src=x");
    }

    @Test
    void letsAdminsAloneAddDepartments(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Shop of roles");
        Map<String, String> till = Map.of("name", "Till", "prefix", "T");

        assertThat(shop.as("cleo").submit(shop.path("board/departments"), till).statusCode())
                .isEqualTo(403);
        assertThat(shop.as("ben").submit(shop.path("board/departments"), till).statusCode())
                .isEqualTo(403);
        assertThat(shop.as("cleo").get(shop.path("board")).body()).doesNotContain("Add a department");
        assertThat(shop.as("anna").get(shop.path("board")).body()).contains("Add a department");
    }

    @ParameterizedTest
    @CsvSource({"GET,board", "GET,board/queues", "POST,board/call", "POST,board/customers", "POST,board/departments"})
    void isForTheOrganizationsMembersAlone(String method, String page, Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Private shop");
        Browserless dora = shop.as("dora");

        HttpResponse<String> reply = method.equals("GET")
                ? dora.get(shop.path(page))
                : dora.submit(shop.path(page), Map.of("department", "Reception"));

        assertThat(reply.statusCode()).isEqualTo(403);
        assertThat(reply.body()).doesNotContain("Private shop");
    }

    @Test
    void doesNothingToTicketsAndMessagesOfAnotherOrganizationsByTheirIds(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Shop of tickets");
        OwnOrganization other = OwnOrganization.in(demo, "Shop beside it");
        add(shop, "Ada", "+4915112345691");
        Jdbi database = Jdbi.create(demo.settings().databaseUrl());
        String ticket = one(database, "SELECT id FROM tickets WHERE organization_id = ?", shop);
        String message = one(database, "SELECT reference FROM ticket_messages WHERE organization_id = ?", shop);

        for (String end : List.of("served", "left")) {
            assertThat(other.as("cleo")
                            .submitForPart(other.path("board/tickets/" + ticket), Map.of("do", end))
                            .body())
                    .contains("nothing was changed");
        }
        other.as("cleo").submit(other.path("messages/" + message + "/retry"), Map.of());

        assertThat(queues(shop)).contains("data-ticket=\"A-001\" data-state=\"waiting\"");
    }

    private static String one(Jdbi database, String sql, OwnOrganization shop) {
        return database.withHandle(handle -> handle.createQuery(sql)
                .bind(0, UUID.fromString(shop.id().value()))
                .mapTo(String.class)
                .one());
    }

    @Test
    void isNothingAnyMoreForWhoIsNoMemberAnyMore(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Shop of the dismissed");
        assertThat(shop.as("ben").get(shop.path("board")).statusCode()).isEqualTo(200);

        Jdbi.create(demo.settings().databaseUrl())
                .useHandle(handle -> handle.execute(
                        "UPDATE organization_members SET active = false WHERE organization_id = ? AND member_id = 'ben'",
                        UUID.fromString(shop.id().value())));

        assertThat(shop.as("ben").get(shop.path("board")).statusCode()).isEqualTo(403);
        assertThat(shop.as("ben").get("/").body()).doesNotContain("Shop of the dismissed");
    }

    @Test
    void doesNothingThatItDoesNotKnow(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Shop of the unknown");
        add(shop, "Ada", "+4915112345679");

        assertThat(change(shop, "A-001", Map.of("do", "forget")).statusCode()).isEqualTo(400);
        assertThat(change(shop, "A-001", Map.of("do", "transfer", "department", "Nowhere"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(shop.as("cleo")
                        .submit(shop.path("board/tickets/no-id"), Map.of("do", "left"))
                        .statusCode())
                .isEqualTo(404);
    }
}
