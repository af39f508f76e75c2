package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Batch;
import io.smartqueue.ultramsg.outbox.BatchItem;
import io.smartqueue.ultramsg.outbox.BatchProgress;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Pace;
import io.smartqueue.ultramsg.outbox.Urgency;
import io.smartqueue.ultramsg.testkit.ReceivedMessage;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Two organizations, one PostgreSQL, two UltraMsg instances: the whole way of the first messages.
 *
 * <p>The database is real and runs for as long as this program does; UltraMsg is the testkit's stub, spoken to over HTTP.
 * In a service of yours, the database is the one you have, and {@code allowedHosts} goes away.
 */
public final class Quickstart {
    private static final Actor OPERATOR = Actor.operator("quickstart");

    private Quickstart() {}

    /**
     * Tells the story; ends with status 1 and a reason if a step does not go as told.
     *
     * @param args none
     */
    public static void main(String[] args) {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                UltraMsgServer ultraMsg = UltraMsgServer.start()) {
            run(postgres.getPostgresDatabase(), ultraMsg);
        } catch (Exception e) {
            System.err.println();
            System.err.println("The quickstart has failed: " + e.getMessage());
            e.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }

    private static void run(DataSource database, UltraMsgServer ultraMsg) throws SQLException, InterruptedException {
        title("A PostgreSQL and a stub of UltraMsg are running");
        StubInstance bakeryInstance =
                ultraMsg.addInstance("1150", "bakery-t0ken").isConnectedAs("+4930901820", "Bakery");
        StubInstance clinicInstance =
                ultraMsg.addInstance("2260", "clinic-t0ken").isConnectedAs("+33142685300", "Clinic");
        StubInstance clinicsNewInstance =
                ultraMsg.addInstance("3370", "new-t0ken").isConnectedAs("+33142685301", "Clinic");
        say("UltraMsg has the instances " + bakeryInstance.id() + ", " + clinicInstance.id() + " and "
                + clinicsNewInstance.id() + ", at " + ultraMsg.baseUrl());

        title("The library adds its columns to the table organizations");
        say("Applied " + PostgresTenantStore.migrate(database).applied());
        OrganizationId bakery = addOrganization(database, "Bakery");
        OrganizationId clinic = addOrganization(database, "Clinic");

        try (PostgresTenantStore store = PostgresTenantStore.builder(database)
                        .tokenKeys("first:" + newKey())
                        .build();
                UltraMessageInstanceManager whatsApp = UltraMessageInstanceManager.builder(store)
                        .allowedHosts(AllowedHosts.anyIncludingLocal()) // for the stub alone
                        .outbox(OutboxSettings.builder()
                                .pace(Pace.oneEvery(Duration.ofMillis(100))) // faster than UltraMsg: it is a stub
                                .mostAtUltraMsg(100)
                                .build())
                        .build()) {

            title("Each organization gets an UltraMsg instance of its own");
            configure(whatsApp, bakery, ultraMsg, "1150", "bakery-t0ken");
            configure(whatsApp, clinic, ultraMsg, "2260", "clinic-t0ken");
            say("Stored in the database: " + storedToken(database, bakery));
            UltraMessageTestResult test = whatsApp.testConnection(bakery);
            say("Connection test of the bakery: " + test.finding() + ". " + test.explanation());

            title("Each sends through its own instance");
            expectAccepted(whatsApp.sendMessage(bakery, "+49 30 901820", "Your bread is ready."));
            expectAccepted(whatsApp.sendMessage(clinic, "+33 1 42 68 53 00", "You are next."));
            expect(bakeryInstance.receivedMessages().size() == 1, "the bakery's instance got one message");
            expect(clinicInstance.receivedMessages().size() == 1, "the clinic's instance got one message");

            title("The bakery may send two messages a day");
            expect(
                    whatsApp.administration(OPERATOR)
                            .update(bakery, ConfigDraft.builder().dailyLimit(2).build())
                            .isSaved(),
                    "the limit is saved");
            expectAccepted(whatsApp.sendMessage(bakery, "+49 30 901820", "And your cake, too."));
            expectRejected(
                    whatsApp.sendMessage(bakery, "+49 30 901820", "One too many."), RejectionReason.QUOTA_EXCEEDED);
            expectAccepted(whatsApp.sendMessage(clinic, "+33 1 42 68 53 00", "The clinic is not touched by that."));

            title("The clinic moves to another instance, without a restart");
            ConfigUpdate typo = whatsApp.administration(OPERATOR)
                    .update(
                            clinic,
                            ConfigDraft.builder()
                                    .instanceId("3370")
                                    .token("mistyped")
                                    .build());
            expect(typo instanceof ConfigUpdate.TestFailed, "a mistyped token is found before it is saved");
            configure(whatsApp, clinic, ultraMsg, "3370", "new-t0ken");
            expectAccepted(whatsApp.sendMessage(clinic, "+33 1 42 68 53 00", "Same clinic, new number."));
            expect(clinicsNewInstance.receivedMessages().size() == 1, "the clinic's new instance got the message");

            title("A reply gets lost");
            clinicsNewInstance.losesReplyAfterAccepting(1);
            expectAccepted(whatsApp.sendMessage(clinic, "+33 1 42 68 53 00", "Did this arrive?"));
            expect(clinicsNewInstance.receivedMessages().size() == 2, "it was found at UltraMsg, and not sent twice");

            title("A message with a key of its own, sent twice");
            SendOptions once = SendOptions.builder()
                    .idempotencyKey(IdempotencyKey.of("visit-7/you-are-next"))
                    .build();
            OutboundMessage next = TextMessage.of(Recipient.parse("+33 1 42 68 53 00"), "It is your turn.");
            expectAccepted(whatsApp.send(clinic, next, once));
            expectAccepted(whatsApp.send(clinic, next, once));
            expect(clinicsNewInstance.receivedMessages().size() == 3, "UltraMsg got it once");

            title("A batch goes out at the instance's pace, and an urgent message overtakes it");
            whatsApp.outbox().start(); // on every node that is to send
            Batch reminders = whatsApp.outbox()
                    .enqueueBatch(
                            clinic,
                            IntStream.rangeClosed(1, 30)
                                    .mapToObj(number -> BatchItem.of(TextMessage.of(
                                            Recipient.parse("+33 1 42 68 53 00"), "Reminder number " + number))));
            whatsApp.outbox()
                    .enqueue(
                            clinic,
                            TextMessage.of(Recipient.parse("+33 1 42 68 53 00"), "Your code is 4711."),
                            EnqueueOptions.builder().urgency(Urgency.URGENT).build());
            BatchProgress end = reminders.await(Duration.ofMinutes(1), Quickstart::drawBar);
            System.out.println();
            expect(end.counts().accepted() == 30, "all 30 reminders are at UltraMsg");
            List<String> received = clinicsNewInstance.receivedMessages().stream()
                    .skip(3)
                    .map(ReceivedMessage::body)
                    .toList();
            expect(received.indexOf("Your code is 4711.") < 15, "the code did not wait for them");
        }
        title("That was the first message, end to end. README.md goes on from here.");
    }

    private static void drawBar(BatchProgress progress) {
        int done = (int) Math.round(30 * progress.fraction());
        System.out.printf(
                "\r  [%s%s] %d of %d%s",
                "#".repeat(done),
                " ".repeat(30 - done),
                progress.counts().settled(),
                progress.counts().total(),
                progress.estimatedEnd() == null ? "                      " : ", done at " + progress.estimatedEnd());
    }

    private static OrganizationId addOrganization(DataSource database, String name) throws SQLException {
        UUID id = UUID.randomUUID();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into organizations (id, name) values ('" + id + "', '" + name + "')");
        }
        say(name + " is organization " + id);
        return OrganizationId.of(id);
    }

    private static void configure(
            UltraMessageInstanceManager whatsApp,
            OrganizationId organization,
            UltraMsgServer ultraMsg,
            String instance,
            String token) {
        ConfigUpdate update = whatsApp.administration(OPERATOR)
                .update(
                        organization,
                        ConfigDraft.builder()
                                .instanceId(instance)
                                .token(token)
                                .baseUrl(ultraMsg.baseUrl().toString())
                                .build());
        if (!(update instanceof ConfigUpdate.Saved saved)) {
            throw new IllegalStateException("instance " + instance + " was not saved: " + update);
        }
        say(saved.config() + " is tested, saved and in force");
    }

    private static String storedToken(DataSource database, OrganizationId organization) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                var row =
                        statement.executeQuery("select left(ultramsg_token, 30) || '…' from organizations where id = '"
                                + organization + "'")) {
            row.next();
            return row.getString(1);
        }
    }

    private static String newKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private static void expectAccepted(SendResult result) {
        SendResult.Accepted accepted = result.orThrow();
        Integer left = accepted.remainingToday(); // of one that was accepted before, it is not known any more
        say("accepted by " + accepted.instance() + " as number " + accepted.queueId() + " in its queue"
                + (left == null ? "" : ", " + left + " left today"));
    }

    private static void expectRejected(SendResult result, RejectionReason reason) {
        if (!(result instanceof Rejected rejected) || rejected.reason() != reason) {
            throw new IllegalStateException("expected a rejection for " + reason + ", but got " + result);
        }
        say("rejected: " + rejected.detail() + "; again from " + rejected.retryAfter());
    }

    private static void expect(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("this did not come true: " + what);
        }
        say(what);
    }

    private static void title(String text) {
        System.out.println();
        System.out.println(text);
    }

    private static void say(String text) {
        System.out.println("  - " + text);
    }
}
