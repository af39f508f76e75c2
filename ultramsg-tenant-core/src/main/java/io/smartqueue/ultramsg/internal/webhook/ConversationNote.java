package io.smartqueue.ultramsg.internal.webhook;

import io.smartqueue.ultramsg.api.ChatId;
import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.webhook.WebhookEvent;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReceived;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Notes when a customer has written, so that he may be answered. Groups are no customers. Thread-safe. */
public final class ConversationNote implements EventEffect {
    private final ConversationStore conversations;
    private final Clock clock;

    /**
     * Notes it in a store.
     *
     * @param clock when it is, for events that do not say, or say that it was later
     */
    public ConversationNote(ConversationStore conversations, Clock clock) {
        this.conversations = conversations;
        this.clock = clock;
    }

    @Override
    public void apply(WebhookEvent event) {
        if (event instanceof MessageReceived && !event.isFromMe()) {
            event.chat()
                    .flatMap(ConversationNote::person)
                    .ifPresent(customer -> conversations.noteInbound(event.organization(), customer, writtenAt(event)));
        }
    }

    private static Optional<Recipient> person(ChatId chat) {
        try {
            return Optional.of(Recipient.parse(chat.value())).filter(recipient -> !recipient.isGroup());
        } catch (IllegalArgumentException neitherPersonNorGroup) {
            return Optional.empty();
        }
    }

    private Instant writtenAt(WebhookEvent event) {
        Instant now = clock.instant();
        return event.time().filter(said -> said.isBefore(now)).orElse(now);
    }
}
