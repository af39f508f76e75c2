package io.smartqueue.app;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.smartqueue.ultramsg.event.CircuitChanged;
import io.smartqueue.ultramsg.event.DeliveryChanged;
import io.smartqueue.ultramsg.event.DuplicateFound;
import io.smartqueue.ultramsg.event.FailedOver;
import io.smartqueue.ultramsg.event.HealthChanged;
import io.smartqueue.ultramsg.event.MessageSent;
import io.smartqueue.ultramsg.event.MessageSettled;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.event.WebhookRefused;
import io.smartqueue.ultramsg.message.SendResult;

/** What happens to messages, counted for Prometheus. No series names an organization: there may be thousands. */
final class WhatsAppMetrics implements UltraMessageListener {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    WhatsAppMetrics() {
        new UptimeMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
    }

    String scrape() {
        return registry.scrape();
    }

    @Override
    public void sent(MessageSent event) {
        SendResult result = event.result();
        String outcome =
                result.isAccepted() ? "accepted" : result instanceof SendResult.Rejected ? "rejected" : "unknown";
        String reason = result instanceof SendResult.Rejected rejected
                ? rejected.reason().name()
                : "";
        registry.timer("whatsapp.send", "outcome", outcome, "reason", reason).record(event.took());
    }

    @Override
    public void settled(MessageSettled event) {
        count("whatsapp.settled.later");
    }

    @Override
    public void duplicateFound(DuplicateFound event) {
        count("whatsapp.duplicates");
    }

    @Override
    public void failedOver(FailedOver event) {
        count("whatsapp.failovers");
    }

    @Override
    public void circuitChanged(CircuitChanged event) {
        count("whatsapp.circuits", "state", event.state().name());
    }

    @Override
    public void healthChanged(HealthChanged event) {
        count("whatsapp.instances", "finding", event.now().finding().name());
    }

    @Override
    public void deliveryChanged(DeliveryChanged event) {
        count("whatsapp.deliveries", "state", event.now().name());
    }

    @Override
    public void webhookRefused(WebhookRefused event) {
        count("whatsapp.webhooks.refused", "reason", event.reason().name());
    }

    private void count(String name, String... tags) {
        registry.counter(name, tags).increment();
    }
}
