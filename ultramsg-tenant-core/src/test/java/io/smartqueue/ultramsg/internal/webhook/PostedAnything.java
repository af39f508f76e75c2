package io.smartqueue.ultramsg.internal.webhook;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.api.ChatMessage;
import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.internal.config.CacheLimits;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.webhook.EventKey;
import io.smartqueue.ultramsg.webhook.WebhookEvent;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageAcknowledged;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageCreated;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReacted;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReceived;
import io.smartqueue.ultramsg.webhook.WebhookEvent.Other;
import io.smartqueue.ultramsg.webhook.WebhookHandler;
import io.smartqueue.ultramsg.webhook.WebhookKeys;
import io.smartqueue.ultramsg.webhook.WebhookReply;
import io.smartqueue.ultramsg.webhook.WebhookRequest;
import io.smartqueue.ultramsg.webhook.WebhookSettings;
import io.smartqueue.ultramsg.webhook.WebhookStore;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whatever is posted to an organization's address gets an answer, and no other than that it was handled, that it is no event, or that it
 * is of another instance. A handler that asks an event everything never fails. Run by Jazzer, which looks for bodies that take new ways
 * through the code, and by a test of its own.
 */
public final class PostedAnything {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
    private static final Set<WebhookReply> EXPECTED =
            EnumSet.of(WebhookReply.HANDLED, WebhookReply.UNREADABLE, WebhookReply.WRONG_INSTANCE);
    private static final WebhookKeys KEYS = WebhookKeys.parse("k1:ZmFrZS1mYWtlLWZha2UtZmFrZS1mYWtlLWZha2UtZmFrZS0=");
    private static final WebhookIntake INTAKE = intake();

    private PostedAnything() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] body) {
        WebhookReply reply = answer(body);
        if (!EXPECTED.contains(reply)) {
            throw new IllegalStateException("answered " + reply);
        }
    }

    static WebhookReply answer(byte[] body) {
        return INTAKE.receive(WebhookRequest.post(KEYS.issue(Samples.ACME, NOON), body));
    }

    private static WebhookIntake intake() {
        InMemoryStore store = new InMemoryStore();
        store.organizations().put(Samples.ACME, Samples.draft(URI.create("http://localhost")));
        ConfigCache configs = new ConfigCache(
                store.organizations(),
                store.standbys(),
                ConfigValidator.of(AllowedHosts.anyIncludingLocal()),
                new CacheLimits(10, Duration.ofDays(1)),
                Ticker.systemTicker());
        WebhookSettings settings =
                WebhookSettings.builder(KEYS, new Inquisitive()).build();
        return new WebhookIntake(
                new RequestCheck(settings, configs, store.organizations(), null),
                new EventHandling(
                        new Forgetful(),
                        settings.handler(),
                        settings.lease(),
                        List.of(
                                new DeliveryNews((organization, report) -> {}, CLOCK),
                                new ConversationNote(new Unread(), CLOCK)),
                        List.of(new ReceivedCount(organization -> {}))),
                new Refusals(new UltraMessageListener() {}),
                () -> false);
    }

    /** Asks each event everything. */
    private static final class Inquisitive implements WebhookHandler {
        @Override
        public void received(MessageReceived event) {
            ask(event);
        }

        @Override
        public void created(MessageCreated event) {
            ask(event);
        }

        @Override
        public void acknowledged(MessageAcknowledged event) {
            ask(event);
            event.ack();
            event.state();
        }

        @Override
        public void reacted(MessageReacted event) {
            ask(event);
            event.emoji();
            event.target();
        }

        @Override
        public void other(Other event) {
            ask(event);
            event.name();
        }

        private static void ask(WebhookEvent event) {
            event.chat().ifPresent(chat -> chat.number().isPresent());
            event.sender().ifPresent(sender -> sender.number().isPresent());
            event.reference();
            event.queueId();
            event.members().asMap();
            event.quoted().ifPresent(Inquisitive::ask);
            ask(event.message());
            if (event.toString().length() > 300) { // it names organization, instance and key
                throw new IllegalStateException("prints too much");
            }
        }

        private static void ask(ChatMessage message) {
            message.id();
            message.author();
            message.senderName();
            message.type();
            message.text();
            message.media();
            message.fileName();
            message.location();
            message.ack();
            message.time();
            message.isFromMe();
            message.members().asMap();
        }
    }

    /** Knows of no event, however many there are. */
    private static final class Forgetful implements WebhookStore {
        @Override
        public Intake begin(OrganizationId organization, EventKey key, Duration lease) {
            return new Intake.First(1);
        }

        @Override
        public void finish(OrganizationId organization, EventKey key) {}

        @Override
        public void release(OrganizationId organization, EventKey key, long claim) {}

        @Override
        public int purge(Duration olderThan) {
            return 0;
        }
    }

    /** Keeps no conversation. */
    private static final class Unread implements ConversationStore {
        @Override
        public void noteInbound(OrganizationId organization, Recipient customer, Instant at) {
            if (at.isAfter(NOON)) {
                throw new IllegalStateException("written later than now");
            }
        }

        @Override
        public Optional<Instant> lastInbound(OrganizationId organization, Recipient customer) {
            return Optional.empty();
        }

        @Override
        public void forget(OrganizationId organization, Recipient customer) {}

        @Override
        public int purge(Duration olderThan) {
            return 0;
        }
    }
}
