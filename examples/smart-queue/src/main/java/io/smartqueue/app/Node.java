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
import io.smartqueue.app.web.Passwords;
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
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One node of the service, with everything that it is made of. Any number of them run on one database, and none knows of the others.
 */
public final class Node implements AutoCloseable {
    private final Settings settings;
    private final Opened opened;
    private final UltraMessageInstanceManager whatsApp;
    private final Operations operations;
    private final WebServer server;

    /** From here it can be seen what is made of what; what is opened later is closed earlier. */
    private Node(Settings settings, Extras extras, Opened opened) {
        this.settings = settings;
        this.opened = opened;
        HikariDataSource database = opened.add(Database.open(settings));
        Database.migrate(database);
        PostgresTenantStore store = opened.add(PostgresTenantStore.builder(database)
                .tokenKeys(settings.tokenKeys())
                .build());
        WhatsAppMetrics metrics = new WhatsAppMetrics();
        CustomerMessages customerMessages = new CustomerMessages();
        this.whatsApp = opened.add(whatsApp(settings, store, metrics, customerMessages));
        this.operations = new Operations(database, metrics);

        Clock clock = Clock.systemUTC();
        Jdbi jdbi = Database.jdbi(database);
        TicketDesk desk = new TicketDesk(jdbi, store, whatsApp.outbox(), clock);
        customerMessages.answerWith(desk);
        TicketBoard board = new TicketBoard(jdbi);
        MessageTexts texts = new MessageTexts(jdbi);
        Campaigns campaigns = new Campaigns(jdbi, store, whatsApp);
        Organizations organizations = new Organizations(jdbi);
        boolean isStub = settings.ultraMsg() == Settings.UltraMsg.STUB;
        Sessions sessions = new Sessions(jdbi, isStub ? Passwords.known() : Passwords.secret());
        Guard guard = new Guard(sessions, organizations, settings.publicUrl());
        Sending sending = settings.sending();

        Stream<Routes> forOperators = Stream.of(operations, new ProblemsPage());
        Stream<Routes> forPrograms = Stream.of(
                new NotificationRoutes(whatsApp, desk, guard, sending),
                new DirectRoutes(whatsApp, texts, guard, sending, clock),
                new BatchRoutes(campaigns, guard, sending),
                new StatusRoutes(whatsApp, guard, sending),
                new InboundWebhook(whatsApp.webhooks()));
        Stream<Routes> forPeople = Stream.of(
                new SignInPage(guard, sessions, extras.members()),
                new OrganizationsPage(whatsApp, organizations, guard),
                new BoardPage(whatsApp, desk, board, guard, clock),
                new MessagesPage(whatsApp, board, guard, sending),
                new BatchesPage(whatsApp, campaigns, guard, sending),
                new UsagePage(whatsApp, guard),
                new AuditPage(whatsApp, guard),
                new DetailsPage(whatsApp, board, guard, this::url),
                new TextsPage(texts, guard));
        List<Routes> routes = Stream.of(forOperators, forPrograms, forPeople, extras.routes().apply(guard).stream())
                .flatMap(Function.identity())
                .toList();

        opened.add(whatsApp.outbox()::stop);
        this.server = opened.add(WebServer.start(settings.host(), settings.port(), guard, routes));
        if (sending == Sending.ON) {
            whatsApp.outbox().start();
        }
    }

    private static UltraMessageInstanceManager whatsApp(
            Settings settings, PostgresTenantStore store, WhatsAppMetrics metrics, CustomerMessages customerMessages) {
        boolean isStub = settings.ultraMsg() == Settings.UltraMsg.STUB;
        WebhookKeys keys = WebhookKeys.parse(settings.webhookKeys());
        OutboxSettings.Builder outbox = OutboxSettings.builder().pace(Pace.oneEvery(settings.pace()));
        if (isStub) {
            outbox.mostAtUltraMsg(100); // a stub does not slow down from ten on
        }
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(isStub ? AllowedHosts.anyIncludingLocal() : AllowedHosts.ultraMsg())
                .webhooks(WebhookSettings.builder(keys, customerMessages).build())
                .outbox(outbox.build())
                .conversations(settings.conversations())
                .listener(metrics)
                .logAllMessages()
                .build();
    }

    /** What a demonstration adds. */
    public record Extras(List<SignInPage.DemoMember> members, Function<Guard, List<Routes>> routes) {
        public static final Extras NONE = new Extras(List.of(), guard -> List.of());
    }

    public static Node start(Settings settings) {
        return start(settings, Extras.NONE);
    }

    public static Node start(Settings settings, Extras extras) {
        Opened opened = new Opened();
        try {
            return new Node(settings, extras, opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Where browsers and UltraMsg find this service. */
    public URI url() {
        URI configured = settings.publicUrl();
        return configured != null ? configured : URI.create("http://localhost:" + server.port());
    }

    int port() {
        return server.port();
    }

    UltraMessageInstanceManager whatsApp() {
        return whatsApp;
    }

    /** Ends in the order in which nothing is lost: no new requests, then no new messages, then what is under way. */
    @Override
    public void close() {
        operations.leave();
        opened.close();
    }
}
