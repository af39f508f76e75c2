package io.smartqueue.app.notification;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.web.Routes;
import io.smartqueue.ultramsg.webhook.WebhookReply;
import io.smartqueue.ultramsg.webhook.WebhookRequest;
import io.smartqueue.ultramsg.webhook.Webhooks;

import java.io.IOException;

/** Where UltraMsg posts what comes in. The library believes only what comes to an organization's secret address. */
public final class InboundWebhook implements Routes {
    /** The address without the secret. */
    public static final String PATH = "/api/webhooks/whatsapp/inbound";

    private final Webhooks webhooks;

    public InboundWebhook(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post(PATH + "/{secret}", this::receive);
    }

    private void receive(Context request) throws IOException {
        byte[] body = request.bodyInputStream().readNBytes(webhooks.mostBytesToRead());
        WebhookReply reply = webhooks.receive(WebhookRequest.post(request.pathParam("secret"), body));
        reply.headers().forEach(request::header);
        request.status(reply.status()).result(reply.body());
    }
}
