package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.RollOut;
import io.smartqueue.ultramsg.admin.RollOutOptions;
import io.smartqueue.ultramsg.admin.RollOutOutcome;
import io.smartqueue.ultramsg.admin.Template;
import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.api.ChatId;
import io.smartqueue.ultramsg.api.MessageQuery;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.event.HealthChanged;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.DocumentMessage;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.ImageMessage;
import io.smartqueue.ultramsg.message.Media;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigForm;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.BatchItem;
import io.smartqueue.ultramsg.outbox.BatchProgress;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.Urgency;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReceived;
import io.smartqueue.ultramsg.webhook.WebhookHandler;
import io.smartqueue.ultramsg.webhook.WebhookKeys;
import io.smartqueue.ultramsg.webhook.WebhookReply;
import io.smartqueue.ultramsg.webhook.WebhookRequest;
import io.smartqueue.ultramsg.webhook.WebhookSettings;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Java that README shows; {@link ReadmeTest} compares the two. Not run: the first part asks UltraMsg itself. */
final class ReadmeSnippets {
    private ReadmeSnippets() {}

    static void sendTheFirstMessage(DataSource database, String tokenKeys, UUID idOfTheBakery, String token) {
        // README: begin
        PostgresTenantStore.migrate(database); // once per deployment
        var store = PostgresTenantStore.builder(database).tokenKeys(tokenKeys).build();
        var whatsApp = UltraMessageInstanceManager.builder(store).build(); // share one, close both at the end

        var bakery = OrganizationId.of(idOfTheBakery); // a row of your table organizations
        var instance = ConfigDraft.builder().instanceId("1150").token(token).build();
        whatsApp.administration(Actor.operator("setup")).update(bakery, instance); // tested, then saved

        SendResult result = whatsApp.sendMessage(bakery, "+49 30 901820", "Your bread is ready.");
        System.out.println(result.isAccepted() ? "queued at UltraMsg" : result);
        // README: end
    }

    static String tellTheCaller(SendResult result) {
        // README: begin
        if (result instanceof Accepted accepted) {
            return "queued as " + accepted.queueId();
        } else if (result instanceof Rejected rejected) {
            return rejected.reason() == RejectionReason.QUOTA_EXCEEDED
                    ? "not today; again from " + rejected.retryAfter()
                    : "not sent: " + rejected.detail();
        } else {
            return "perhaps sent; ask again for " + result.reference();
        }
        // README: end
    }

    static SendResult sendOnce(UltraMessageInstanceManager whatsApp, OrganizationId bakery) {
        // README: begin
        var ready = TextMessage.of(Recipient.parse("+49 30 901820"), "Your cake is ready.");
        var once = SendOptions.builder()
                .idempotencyKey(IdempotencyKey.of("order-42/ready"))
                .build();
        SendResult first = whatsApp.send(bakery, ready, once);
        SendResult again = whatsApp.send(bakery, ready, once); // sends nothing: what became of the first
        // README: end
        return again.reference().equals(first.reference()) ? again : first;
    }

    static BatchProgress letThemWait(
            UltraMessageInstanceManager whatsApp,
            PostgresTenantStore store,
            OrganizationId bakery,
            Connection connection,
            Recipient ann,
            Stream<Recipient> guests,
            Consumer<Double> bar)
            throws SQLException, InterruptedException {
        // README: begin
        var outbox = whatsApp.outbox();
        outbox.start(); // on every node that is to send

        // with the ticket, or not at all: in your own transaction
        var yourTurn = TextMessage.of(ann, "You are next.");
        outbox.enqueue(store.enlist(connection), bakery, yourTurn, EnqueueOptions.defaults());
        connection.commit();

        // a code overtakes what waits, and is of no use in five minutes
        var urgent = EnqueueOptions.builder()
                .urgency(Urgency.URGENT)
                .expiresAt(Instant.now().plus(Duration.ofMinutes(5)))
                .build();
        outbox.enqueue(bakery, TextMessage.of(ann, "Your code is 4711."), urgent);

        // as many as you like: read from the stream as they are stored
        var items = guests.map(guest -> BatchItem.of(TextMessage.of(guest, "We are back.")));
        var news = outbox.enqueueBatch(bakery, items);
        BatchProgress end = news.await(Duration.ofHours(2), progress -> bar.accept(progress.fraction()));
        // README: end
        return end;
    }

    static List<RollOutOutcome> letOrganizationsManageThemselves(
            UltraMessageInstanceManager whatsApp,
            OrganizationId bakery,
            String signedIn,
            Map<String, Object> form,
            List<OrganizationId> organizations) {
        // README: begin
        // whoever is signed in, as far as his role in the organization goes; every change is recorded under his name
        var anna = whatsApp.administration(Actor.member(signedIn));
        ConfigView shown = anna.config(bakery).orElseThrow(); // the token as ****b3f9, and only for admins
        ConfigUpdate saved = anna.update(bakery, ConfigForm.read(form), Verification.TEST_FIRST);

        // those who run the service: what many organizations have in common
        var templates = whatsApp.templates(Actor.operator("ops"));
        templates.save(
                TemplateName.of("starter"),
                ConfigDraft.builder()
                        .dailyLimit(500)
                        .pace(Duration.ofSeconds(2))
                        .build());
        Template starter = templates.find(TemplateName.of("starter")).orElseThrow();
        RollOut rollOut = templates.apply(starter, organizations, RollOutOptions.defaults());
        List<RollOutOutcome> firstFive = rollOut.next(5); // then rollOut.rest(), or templates.undo(rollOut.id())
        // README: end
        return saved.isSaved() && shown.version() > 0 ? firstFive : List.of();
    }

    static UltraMessageInstanceManager watchAndStandBy(
            PostgresTenantStore store, OrganizationId bakery, AccessToken token, Consumer<String> operators) {
        // README: begin
        var whatsApp = UltraMessageInstanceManager.builder(store)
                .listener(new UltraMessageListener() {
                    @Override
                    public void healthChanged(HealthChanged event) { // logged out, stopped, back again
                        operators.accept(event.now().organization() + ": "
                                + event.now().finding().advice());
                    }
                })
                .build();

        var second = new InstanceCredentials(InstanceId.parse("2260"), token, URI.create("https://api.ultramsg.com"));
        var admin = whatsApp.administration(Actor.operator("onboarding"));
        admin.updateStandbys(bakery, List.of(StandbyInstance.of(second))); // tested, then saved
        // README: end
        return whatsApp;
    }

    static WebhookReply hearWhatComesBack(
            PostgresTenantStore store,
            OrganizationId bakery,
            String webhookKeys,
            Tickets tickets,
            String secret,
            byte[] body,
            Reference reference,
            Consumer<String> page) {
        // README: begin
        var webhooks = WebhookSettings.builder(WebhookKeys.parse(webhookKeys), new WebhookHandler() {
            @Override
            public void received(MessageReceived event) { // once, on whichever node it comes in
                tickets.add(event.organization(), event.sender(), event.text());
            }
        });
        var whatsApp = UltraMessageInstanceManager.builder(store)
                .webhooks(webhooks.build())
                .build();
        whatsApp.webhooks().install(bakery, URI.create("https://shop.example.com/whatsapp")); // tells UltraMsg
        WebhookReply reply = whatsApp.webhooks().receive(WebhookRequest.post(secret, body)); // in your route

        DeliveryState state =
                whatsApp.loggedMessage(bakery, reference).orElseThrow().delivery();
        System.out.println(state.isRead() ? "read" : state.isDelivered() ? "delivered" : "on its way");

        UsageCounts today = whatsApp.usage().today(bakery).orElseThrow().day().counts();
        System.out.println(today.count(UsageMeasure.DELIVERED) + " of " + today.count(UsageMeasure.ACCEPTED));

        String code = whatsApp.links()
                .chat(bakery)
                .orThrow()
                .text("A table for two?")
                .qrCode()
                .toSvg();
        // README: end
        page.accept(code);
        return reply;
    }

    /** The host's own. */
    interface Tickets {
        void add(OrganizationId organization, Optional<ChatId> sender, String text);
    }

    static void sendAnImageAndADocument(UltraMessageInstanceManager whatsApp, OrganizationId bakery) {
        // README: begin
        var ann = Recipient.parse("+49 30 901820");
        var cake = Media.ofUrl("https://example.com/cake.jpg"); // UltraMsg fetches it
        whatsApp.send(bakery, ImageMessage.of(ann, cake).captioned("Your cake"));

        var bill = Media.of(Path.of("bill.pdf")); // read here and now
        whatsApp.send(bakery, DocumentMessage.of(ann, bill, "bill.pdf"));
        // README: end
    }

    static void callTheApi(String token, UltraMessageInstanceManager whatsApp, OrganizationId bakery, ChatId chat) {
        // README: begin
        var client = UltraMsgClient.of("instance1150", token); // close it at the end
        client.messages().list(MessageQuery.all()).limit(10).forEach(message -> System.out.println(message.status()));

        whatsApp.client(bakery).chats().markRead(chat); // or with an organization's credentials
        // README: end
    }
}
