package io.smartqueue.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.app.Program.Answer;
import io.smartqueue.app.notification.InboundWebhook;
import io.smartqueue.ultramsg.testkit.InboundMessage;
import io.smartqueue.ultramsg.testkit.ReceivedMessage;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** Customers write; UltraMsg, here its stub, posts it to the service. */
@ExtendWith(RunningDemo.class)
class InboundTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String KIM = "+15550001111";
    private static final String LEE = "+15550002222";

    private TestOrganization shop;
    private Jdbi database;

    @BeforeEach
    void found(Demo demo) {
        shop = TestOrganization.of(demo);
        database = Jdbi.create(demo.settings().databaseUrl());
        URI here = demo.node().url().resolve(InboundWebhook.PATH);
        shop.instance().postsWebhooksTo(shop.whatsApp().webhooks().url(shop.id(), here));
    }

    private void writes(String number, String text) throws InterruptedException {
        arrives(InboundMessage.from(number).text(text));
    }

    private void arrives(InboundMessage message) throws InterruptedException {
        shop.instance().receives(message);
        shop.instance().awaitWebhooks(SOON);
    }

    private List<String> tickets() {
        return database.withHandle(handle -> handle.createQuery("SELECT number || ' ' || department || ' ' || state"
                        + " FROM tickets WHERE organization_id = ? ORDER BY created_at")
                .bind(0, UUID.fromString(shop.id().value()))
                .mapTo(String.class)
                .list());
    }

    @Test
    void aFirstMessageJoinsTheQueueAndItsAnswerIsReadInTheEnd() throws Exception {
        writes(KIM, "Hello!");
        assertThat(shop.instance()).within(SOON).receivedMessages(1);
        ReceivedMessage answer = shop.instance().receivedMessages().get(0);
        String message = "/api/notifications/whatsapp/" + answer.referenceId() + "?organizationId=" + shop.id();
        TestOrganization.eventually(() -> {
            shop.instance().awaitWebhooks(SOON);
            return shop.admin().get(message).text("delivery").equals("delivered");
        });
        shop.instance().messageIsRead(answer.id());
        TestOrganization.eventually(() -> {
            shop.instance().awaitWebhooks(SOON);
            return shop.admin().get(message).text("delivery").equals("read");
        });
        JsonNode seen = shop.admin().get(message).json();

        assertThat(tickets()).containsExactly("A-001 Counter waiting");
        assertThat(answer.to()).isEqualTo(KIM);
        assertThat(answer.body()).contains("*A-001*", "Corner Shop", "Counter");
        assertThat(seen.path("readAt").asText()).isNotEmpty();
    }

    @Test
    void joinsTheQueueOfTheDepartmentThatIsNamed() throws Exception {
        writes(KIM, "I want WEDDING CAKES, please");
        writes(LEE, "cakes?");
        writes("+15550003333", "pancakes");

        assertThat(tickets())
                .containsExactly("C-001 Wedding cakes waiting", "B-001 Cakes waiting", "A-001 Counter waiting");
    }

    @Test
    void tellsWhoHasATicketWhereHeStandsOnceAMinute() throws Exception {
        writes(KIM, "Hello");
        writes(LEE, "Hello");
        writes(LEE, "How long?");
        writes(LEE, "How long??");

        assertThat(tickets()).hasSize(2);
        assertThat(shop.instance()).within(SOON).receivedMessages(3);
        assertThat(shop.instance().receivedMessages().get(2).body()).contains("*A-002*", "before you are 1");
        assertThat(shop.ticketMessages()).isEqualTo(3);
    }

    @Test
    void endsTheTicketOfWhoLeaves() throws Exception {
        writes(KIM, "Hello");
        writes(LEE, "I do not want to leave yet");
        assertThat(shop.instance()).within(SOON).receivedMessages(2); // what is not sent yet is not sent any more
        writes(KIM, " Leave! ");
        writes("+15550003333", "cancel");

        assertThat(tickets()).containsExactly("A-001 Counter left", "A-002 Counter waiting");
        assertThat(shop.instance()).within(SOON).receivedMessages(3);
        assertThat(shop.instance().receivedMessages().get(2).body())
                .isEqualTo("You have left the queue of Corner Shop. Write again for a new ticket.");
    }

    @Test
    void answersAMessageOnceHoweverOftenItIsPosted() throws Exception {
        shop.instance().duplicatesWebhooks(5);

        writes(KIM, "Hello");

        assertThat(shop.instance()).within(SOON).receivedMessages(1);
        assertThat(shop.tickets()).isOne();
    }

    @Test
    void answersAMessageOnceAlsoIfTheNodeDiedBeforeItSaidThatItWasDone(Demo demo) throws Exception {
        post(demo, "Kim", "Hello");
        execute("UPDATE tickets SET state = 'served' WHERE organization_id = ?");
        execute("DELETE FROM ultramsg_webhook_events WHERE organization_id = ?"); // what says that it was done

        Answer repeated = post(demo, "Kim", "Hello");

        assertThat(repeated.status()).isEqualTo(200);
        assertThat(tickets()).containsExactly("A-001 Counter served");
    }

    @Test
    void takesAnyNameThatPeopleCallThemselves(Demo demo) throws Exception {
        Answer taken = post(demo, "\\u0000\\u0007{customerName}\\ud83d <b>" + "x".repeat(5_000), "");

        assertThat(taken.status()).isEqualTo(200);
        assertThat(shop.instance()).within(SOON).receivedMessages(1);
        assertThat(shop.instance().receivedMessages().get(0).body())
                .startsWith("Hello {customerName} <b>xxx")
                .hasSizeLessThan(300);
    }

    /** As UltraMsg posts it, always the same message. */
    private Answer post(Demo demo, String name, String text) throws Exception {
        URI here = demo.node().url().resolve(InboundWebhook.PATH);
        return Program.at(demo.node().url(), "")
                .post(shop.whatsApp().webhooks().url(shop.id(), here).getPath(), """
                        {"event_type": "message_received", "instanceId": "%s", "id": "", "referenceId": "", "hash": "",
                         "data": {"id": "false_15550001111@c.us_3EB0", "from": "15550001111@c.us", "to": "4930901820@c.us",
                          "author": "", "pushname": "%s", "ack": "", "type": "chat", "body": "%s", "media": "",
                          "fromMe": false, "self": false, "isForwarded": false, "quotedMsg": {}, "time": 1764200000}}
                        """.formatted(
                                shop.instance().id().replaceAll("\\D", ""), name, text));
    }

    private void execute(String sql) {
        database.useHandle(
                handle -> handle.execute(sql, UUID.fromString(shop.id().value())));
    }

    @Test
    void takesAPictureForAMessageAndAGroupForNone() throws Exception {
        shop.instance().isInGroup("120363000000000001@g.us", "Staff", KIM, LEE);
        arrives(InboundMessage.from(LEE).text("Counter").inGroup("120363000000000001@g.us"));
        arrives(InboundMessage.from(KIM).media("image", "https://example.com/cake.jpg", ""));

        assertThat(tickets()).containsExactly("A-001 Counter waiting");
        assertThat(shop.instance()).within(SOON).receivedMessages(1);
        assertThat(shop.instance().receivedMessages().get(0).to()).isEqualTo(KIM);
    }

    @Test
    void ignoresWhoWritesToAnOrganizationWithoutDepartments() throws Exception {
        database.useHandle(handle -> handle.execute(
                "DELETE FROM departments WHERE organization_id = ?",
                UUID.fromString(shop.id().value())));

        writes(KIM, "Hello");

        assertThat(shop.count("SELECT count(*) FROM inbound_messages WHERE organization_id = ?"))
                .isOne();
        assertThat(shop.tickets()).isZero();
    }

    @Test
    void givesOutNoNumberThatAProgramHasGivenOut() throws Exception {
        Answer theirs = shop.admin()
                .post(
                        "/api/notifications/whatsapp",
                        shop.json("phone", LEE, "type", "ticket_created", "ticketNumber", "A-001"));

        writes(KIM, "Hello");

        assertThat(theirs.status()).isEqualTo(202);
        assertThat(tickets()).containsExactly("A-001 – waiting", "A-002 Counter waiting");
    }

    @Test
    void givesOutTheLastFreeNumberAndThenNone() throws Exception {
        execute("INSERT INTO tickets (organization_id, number, department, phone)"
                + " SELECT CAST(? AS uuid), 'A-' || lpad(n::text, 3, '0'), 'Counter', '+1555' || (3000000 + n)"
                + " FROM generate_series(1, 999) AS n WHERE n <> 7");
        execute("UPDATE departments SET last_number = 998 WHERE organization_id = ?");

        writes(KIM, "Hello");
        writes(LEE, "Hello");

        assertThat(tickets()).hasSize(999).contains("A-007 Counter waiting");
        assertThat(shop.instance()).within(SOON).receivedMessages(1);
        assertThat(shop.count("SELECT count(*) FROM inbound_messages WHERE organization_id = ?"))
                .isEqualTo(2);
    }

    @Test
    void believesNobodyWhoDoesNotKnowTheSecret(Demo demo) throws Exception {
        Answer refused = Program.at(demo.node().url(), "")
                .post(InboundWebhook.PATH + "/guessed", "{\"event_type\":\"message_received\",\"data\":{}}");

        assertThat(refused.status()).isEqualTo(401);
    }
}
