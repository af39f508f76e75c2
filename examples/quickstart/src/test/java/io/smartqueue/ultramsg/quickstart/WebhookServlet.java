package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.webhook.WebhookReply;
import io.smartqueue.ultramsg.webhook.WebhookRequest;
import io.smartqueue.ultramsg.webhook.Webhooks;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;

/** Java that docs/webhooks.md shows; {@link WebhooksPageTest} compares the two. Not run. */
@SuppressWarnings("serial") // no container stores it
// docs: begin
@WebServlet("/whatsapp/webhooks/*")
public class WebhookServlet extends HttpServlet {
    private final Webhooks webhooks;

    public WebhookServlet(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = request.getInputStream().readNBytes(webhooks.mostBytesToRead());
        WebhookReply reply = webhooks.receive(WebhookRequest.of(request.getMethod(), request.getPathInfo(), body));
        reply.headers().forEach(response::setHeader);
        response.setStatus(reply.status());
        response.getWriter().print(reply.body());
    }
}
// docs: end
