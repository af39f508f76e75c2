package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.api.MessagePage;
import io.smartqueue.ultramsg.api.MessageQuery;
import io.smartqueue.ultramsg.api.QueuedMessage;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.error.UltraMessageException;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.config.KnownInstance;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads how far messages have come in UltraMsg's own list of them, for organizations to which no webhook tells it. A look at an instance
 * takes ten requests at most, nearly always one, and 10 seconds at most. Thread-safe.
 */
public final class DeliveryPoll {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryPoll.class);

    private static final int PAGE = 100;

    private static final MessageQuery NEWEST_FIRST =
            MessageQuery.builder().newestFirst().pageSize(PAGE).build();
    private static final int MOST_PAGES = 10;
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);
    /** What waits for a day at UltraMsg expires, which must be seen; what is delivered is mostly delivered before. */
    private static final Duration LOOKED_AFTER = Duration.ofHours(30);

    private final DeliveryReports reports;
    private final UltraMsgHttp http;
    private final Clock clock;

    public DeliveryPoll(DeliveryReports reports, UltraMsgHttp http, Clock clock) {
        this.reports = reports;
        this.http = http;
        this.clock = clock;
    }

    /** Looks once, unless webhooks tell. What fails is tried again at the next look. */
    public void look(OrganizationId organization, KnownConfig.Usable config, KnownInstance instance) {
        if (isTold(config.config())) {
            return;
        }
        try {
            read(organization, instance);
        } catch (UltraMessageException e) { // the instance's trouble, or the store's
            LOG.debug("How far the messages of {} of organization {} are is not known", instance.id(), organization, e);
        }
    }

    private static boolean isTold(UltraMessageConfig config) {
        return config.webhookUrl().isPresent() && config.webhookEvents().contains(WebhookEventName.MESSAGE_ACK);
    }

    private void read(OrganizationId organization, KnownInstance instance) {
        UltraMsgClient client = http.client(instance.credentials());
        Deadline deadline = Deadline.in(LONGEST_LOOK);
        Instant now = clock.instant();
        boolean isLast = false;
        for (int number = 1; number <= MOST_PAGES && !isLast && !deadline.isOver(); number++) {
            MessagePage page = client.within(deadline.remaining()).messages().page(NEWEST_FIRST, number);
            List<QueuedMessage> young = page.messages().stream()
                    .filter(message -> isYoung(message, now))
                    .toList();
            reports.apply(
                    organization,
                    young.stream()
                            .flatMap(message -> report(message, instance.id(), now).stream())
                            .toList());
            isLast = young.size() < page.messages().size() || isLast(page);
        }
    }

    private static boolean isYoung(QueuedMessage message, Instant now) {
        return message.createdAt()
                .map(created -> created.isAfter(now.minus(LOOKED_AFTER)))
                .orElse(true);
    }

    private static boolean isLast(MessagePage page) {
        return page.pages().isPresent()
                ? page.number() >= page.pages().getAsLong()
                : page.messages().size() < PAGE;
    }

    /** Nothing of what was typed on the phone, or sent past this library under a name that is none. */
    private static Optional<DeliveryReport> report(QueuedMessage message, InstanceId instance, Instant now) {
        return message.referenceId()
                .flatMap(Reference::find)
                .map(reference -> new DeliveryReport(reference, message.id(), instance, state(message), now));
    }

    /** Status and ack tell of different parts of the way. What neither tells is in the list, and so was taken. */
    private static DeliveryState state(QueuedMessage message) {
        return Stream.concat(
                        DeliveryState.ofStatus(message.status().value()).stream(),
                        message.ack().flatMap(ack -> DeliveryState.ofAck(ack.value())).stream())
                .max(Comparator.naturalOrder())
                .orElse(DeliveryState.QUEUED);
    }
}
