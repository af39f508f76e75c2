package io.smartqueue.app;

import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.app.notification.BatchRoutes;
import io.smartqueue.app.notification.Campaigns;
import io.smartqueue.app.notification.CustomerMessages;
import io.smartqueue.app.notification.DirectRoutes;
import io.smartqueue.app.notification.InboundWebhook;
import io.smartqueue.app.notification.NotificationRoutes;
import io.smartqueue.app.notification.ProblemsPage;
import io.smartqueue.app.notification.Sending;
import io.smartqueue.app.notification.StatusRoutes;
import io.smartqueue.app.page.AuditPage;
import io.smartqueue.app.page.BatchesPage;
import io.smartqueue.app.page.BoardPage;
import io.smartqueue.app.page.DetailsPage;
import io.smartqueue.app.page.MessagesPage;
import io.smartqueue.app.page.OrganizationsPage;
import io.smartqueue.app.page.TextsPage;
import io.smartqueue.app.page.UsagePage;
import io.smartqueue.app.ticket.MessageTexts;
import io.smartqueue.app.ticket.TicketBoard;
import io.smartqueue.app.ticket.TicketDesk;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Organizations;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Sessions;
import io.smartqueue.app.web.SignInPage;
import io.smartqueue.app.web.WebServer;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Pace;
import io.smartqueue.ultramsg.webhook.WebhookKeys;
import io.smartqueue.ultramsg.webhook.WebhookSettings;
import org.jdbi.v3.core.Jdbi;

import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One node of the service, with everything that it is made of. Any number of them run on one database, and none knows of the others.
 */
public final class Node implements AutoCloseable {
    private final Settings settings;
    private final HikariDataSource database;
    private final PostgresTenantStore store;
    private final UltraMessageInstanceManager whatsApp;
    private final Operations operations;
    private final WebServer server;

    private Node(Settings settings, HikariDataSource database, Extras extras) {
        this.settings = settings;
        this.database = database;
        Database.migrate(database);
        this.store = PostgresTenantStore.builder(database)
                .tokenKeys(settings.tokenKeys())
                .build();
        Jdbi jdbi = Jdbi.create(database);
        WhatsAppMetrics metrics = new WhatsAppMetrics();
        CustomerMessages customerMessages = new CustomerMessages();
        this.whatsApp = UltraMessageInstanceManager.builder(store)
                .allowedHosts(
                        settings.ultraMsg() == Settings.UltraMsg.STUB
                                ? AllowedHosts.anyIncludingLocal()
                                : AllowedHosts.ultraMsg())
                .webhooks(WebhookSettings.builder(WebhookKeys.parse(settings.webhookKeys()), customerMessages)
                        .build())
                .outbox(outbox(settings))
                .conversations(settings.conversations())
                .listener(metrics)
                .logAllMessages()
                .build();
        TicketDesk desk = new TicketDesk(jdbi, store, whatsApp.outbox(), Clock.systemUTC());
        customerMessages.answerWith(desk);
        this.operations = new Operations(database, metrics);
        Organizations organizations = new Organizations(jdbi);
        Sessions sessions = new Sessions(jdbi);
        Guard guard = new Guard(sessions, organizations, settings.publicUrl());

        List<Routes> routes = new ArrayList<>(List.of(
                operations,
                new AuditPage(whatsApp, guard),
                new BatchesPage(whatsApp, new Campaigns(jdbi, store, whatsApp), guard),
                new BoardPage(whatsApp, desk, new TicketBoard(jdbi), guard, Clock.systemUTC()),
                new MessagesPage(whatsApp, new TicketBoard(jdbi), guard),
                new UsagePage(whatsApp, guard),
                new SignInPage(guard, sessions, extras.members()),
                new DetailsPage(whatsApp, new TicketBoard(jdbi), guard, this::url),
                new OrganizationsPage(whatsApp, organizations, guard),
                new BatchRoutes(new Campaigns(jdbi, store, whatsApp), guard, settings.sending()),
                new DirectRoutes(whatsApp, new MessageTexts(jdbi), guard, settings.sending(), Clock.systemUTC()),
                new InboundWebhook(whatsApp.webhooks()),
                new NotificationRoutes(whatsApp, desk, guard, settings.sending()),
                new StatusRoutes(whatsApp, guard, settings.sending()),
                new TextsPage(new MessageTexts(jdbi), guard),
                new ProblemsPage(),
        routes.addAll(extras.routes().apply(guard));
        this.server = WebServer.start(settings.host(), settings.port(), guard, routes);
        if (settings.sending() == Sending.ON) {
            whatsApp.outbox().start();
        }
    }

    private static OutboxSettings outbox(Settings settings) {
        OutboxSettings.Builder outbox = OutboxSettings.builder().pace(Pace.oneEvery(settings.pace()));
        if (settings.ultraMsg() == Settings.UltraMsg.STUB) {
            outbox.mostAtUltraMsg(100); // a stub does not slow down from ten on
        }
        return outbox.build();
    }

    /** What a demonstration adds. */
    public record Extras(List<SignInPage.DemoMember> members, Function<Guard, List<Routes>> routes) {
        public static final Extras NONE = new Extras(List.of(), guard -> List.of());
    }

    public static Node start(Settings settings) {
        return start(settings, Extras.NONE);
    }

    public static Node start(Settings settings, Extras extras) {
        HikariDataSource database = Database.open(settings);
        try {
            return new Node(settings, database, extras);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** Where browsers and UltraMsg find this service. */
    public URI url() {
        URI configured = settings.publicUrl();
        return configured != null ? configured : URI.create("http://localhost:" + server.port());
    }

    UltraMessageInstanceManager whatsApp() {
        return whatsApp;
    }

    /** Ends in the order in which nothing is lost: no new requests, then no new messages, then what is under way. */
    @Override
    public void close() {
        operations.leave();
        server.close();
        whatsApp.outbox().stop();
        whatsApp.close();
        store.close();
        database.close();
    }
}
