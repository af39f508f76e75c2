package io.smartqueue.ultramsg.internal.webhook;

import io.smartqueue.ultramsg.api.MessageAck;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.webhook.WebhookEvent;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageAcknowledged;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageCreated;

import java.time.Clock;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Hands on how far messages that were sent have come. Thread-safe. */
public final class DeliveryNews implements EventEffect {
    private final BiConsumer<OrganizationId, DeliveryReport> reports;
    private final Clock clock;

    /**
     * Hands reports on.
     *
     * @param reports takes one of an organization's, as often as it comes and in any order
     * @param clock when it is told; what an event says is when the message was sent
     */
    public DeliveryNews(BiConsumer<OrganizationId, DeliveryReport> reports, Clock clock) {
        this.reports = reports;
        this.clock = clock;
    }

    @Override
    public void apply(WebhookEvent event) {
        boolean isNamed = event.reference().isPresent() || event.queueId().isPresent();
        if (isNamed) { // else it was written on the phone
            state(event).ifPresent(state -> reports.accept(event.organization(), report(event, state)));
        }
    }

    private static Optional<DeliveryState> state(WebhookEvent event) {
        if (event instanceof MessageAcknowledged acknowledged) {
            return acknowledged.state();
        }
        return event instanceof MessageCreated && event.isFromMe()
                ? event.message()
                        .ack()
                        .map(MessageAck::value)
                        .flatMap(DeliveryState::ofAck)
                        .or(() -> Optional.of(DeliveryState.SENT))
                : Optional.empty();
    }

    private DeliveryReport report(WebhookEvent event, DeliveryState state) {
        return new DeliveryReport(
                event.reference().orElse(null), event.queueId().orElse(null), event.instance(), state, clock.instant());
    }
}
