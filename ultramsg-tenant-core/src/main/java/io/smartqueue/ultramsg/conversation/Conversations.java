package io.smartqueue.ultramsg.conversation;

import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Tells which customers have written lately. A customer's message opens his conversation for 24 hours; whoever writes to people who have
 * not written, or not for long, gets his number banned sooner.
 *
 * <pre>{@code
 * if (whatsApp.conversations().isOpen(acme, ann)) {
 *     whatsApp.send(acme, TextMessage.of(ann, "Anything else?"));
 * }
 * }</pre>
 *
 * <p>Known are the messages that came in by webhook; without webhooks, every person's conversation is closed. Groups have no customer
 * whose turn it could be, and are always open. Time is the manager's clock's.
 *
 * <p>Thread-safe. All methods ask the store, and throw {@link io.smartqueue.ultramsg.error.StorageException} if it cannot answer.
 */
public final class Conversations {
    /** For how long a customer's message keeps the conversation open: what WhatsApp calls the customer service window. */
    public static final Duration WINDOW = Duration.ofHours(24);

    private final ConversationStore store;
    private final Clock clock;

    /**
     * Made by the manager, which has one: {@code UltraMessageInstanceManager.conversations()}.
     *
     * @param store who has written when
     * @param clock what the window is compared with
     */
    public Conversations(ConversationStore store, Clock clock) {
        this.store = Objects.requireNonNull(store, "store");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * Tells whether a message to somebody would be an answer.
     *
     * @param organization on whose behalf
     * @param recipient to whom
     * @return true for a person from whom a message came in less than 24 hours ago, and for each group
     */
    public boolean isOpen(OrganizationId organization, Recipient recipient) {
        return openUntil(organization, recipient).isPresent();
    }

    /**
     * Tells until when messages to somebody are answers.
     *
     * @param organization on whose behalf
     * @param recipient to whom
     * @return 24 hours after his last message, exclusive, {@link Instant#MAX} for a group; empty if the conversation is closed
     */
    public Optional<Instant> openUntil(OrganizationId organization, Recipient recipient) {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(recipient, "recipient");
        if (recipient.isGroup()) {
            return Optional.of(Instant.MAX);
        }
        Instant now = clock.instant();
        return store.lastInbound(organization, recipient)
                .map(last -> last.plus(WINDOW))
                .filter(now::isBefore);
    }
}
