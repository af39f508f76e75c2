package io.smartqueue.ultramsg.quickstart;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.smartqueue.ultramsg.TenantStore;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.api.ChatId;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.event.WebhookRefused;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.webhook.InstallOptions;
import io.smartqueue.ultramsg.webhook.LegacyWebhooks;
import io.smartqueue.ultramsg.webhook.WebhookCheck;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReceived;
import io.smartqueue.ultramsg.webhook.WebhookHandler;
import io.smartqueue.ultramsg.webhook.WebhookKeys;
import io.smartqueue.ultramsg.webhook.WebhookReply;
import io.smartqueue.ultramsg.webhook.WebhookRequest;
import io.smartqueue.ultramsg.webhook.WebhookSettings;
import io.smartqueue.ultramsg.webhook.Webhooks;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import static io.smartqueue.ultramsg.testkit.InboundMessage.from;

/** Java that docs/webhooks.md shows; {@link WebhooksPageTest} compares the two. Not run. */
final class WebhooksSnippets {
    private WebhooksSnippets() {}

    /** The host's own. */
    interface Tickets {
        void add(OrganizationId organization, Optional<ChatId> sender, String text, String onceUnder);
    }

    static UltraMessageInstanceManager take(TenantStore store, Tickets tickets) {
        // docs: begin
        WebhookHandler handler = new WebhookHandler() {
            @Override
            public void received(MessageReceived event) {
                tickets.add(
                        event.organization(),
                        event.sender(),
                        event.text(),
                        event.key().value());
            }
        };
        WebhookKeys keys = WebhookKeys.parse(System.getenv("WEBHOOK_KEYS")); // k1:<openssl rand -base64 32>
        UltraMessageInstanceManager whatsApp = UltraMessageInstanceManager.builder(store)
                .webhooks(WebhookSettings.builder(keys, handler).build())
                .build();
        // docs: end
        return whatsApp;
    }

    static void mount(Webhooks webhooks, HttpServer server) {
        // docs: begin
        HttpHandler route = exchange -> {
            try (exchange) {
                byte[] body = exchange.getRequestBody().readNBytes(webhooks.mostBytesToRead());
                WebhookReply reply = webhooks.receive(WebhookRequest.of(
                        exchange.getRequestMethod(), exchange.getRequestURI().getPath(), body));
                reply.headers().forEach(exchange.getResponseHeaders()::set);
                byte[] words = reply.body().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(reply.status(), words.length);
                exchange.getResponseBody().write(words);
            }
        };
        server.createContext("/whatsapp/webhooks/", route);
        // docs: end
    }

    static void install(UltraMessageInstanceManager whatsApp, OrganizationId acme, Consumer<String> operators) {
        // docs: begin
        Webhooks webhooks = whatsApp.webhooks();
        URI base = URI.create("https://shop.example.com/whatsapp/webhooks");
        webhooks.install(acme, base); // received messages and acks
        webhooks.install(
                acme,
                base,
                InstallOptions.events(Set.of(WebhookEventName.MESSAGE_RECEIVED)).retries(5));

        WebhookCheck check = webhooks.check(acme, base); // what is set at UltraMsg at this moment
        if (!check.isWorking()) {
            operators.accept(acme + ": " + check.address() + ", missing " + check.missing());
        }
        // docs: end
    }

    static void renew(Webhooks webhooks, OrganizationId acme, URI base) {
        // docs: begin
        webhooks.renew(acme, base, InstallOptions.defaults(), Actor.operator("ann"));
        // docs: end
    }

    static WebhookSettings legacy(WebhookKeys keys, WebhookHandler handler) {
        // docs: begin
        WebhookSettings settings = WebhookSettings.builder(keys, handler)
                .legacy(LegacyWebhooks.fromSystem())
                .build();
        // docs: end
        return settings;
    }

    static UltraMessageListener listener(Consumer<WebhookRefused> meter) {
        // docs: begin
        UltraMessageListener refusals = new UltraMessageListener() {
            @Override
            public void webhookRefused(WebhookRefused event) { // organization, if its secret was known, and why
                meter.accept(event);
            }
        };
        // docs: end
        return refusals;
    }

    static void test(Webhooks webhooks, OrganizationId acme, URI here, StubInstance instance)
            throws InterruptedException {
        // docs: begin
        webhooks.install(acme, here);
        instance.receives(from("+15550001111").text("Am I next?"));
        instance.awaitWebhooks(Duration.ofSeconds(5)); // your handler has been called
        // docs: end
    }
}
