package io.smartqueue.ultramsg.event;

import io.smartqueue.ultramsg.conversation.ConversationState;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Duration;
import java.util.Objects;

/**
 * A call to send a message has come to its end.
 *
 * @param organization on whose behalf
 * @param result accepted, rejected or unknown
 * @param took how long the whole call took
 * @param conversation whether it was an answer, or, {@link ConversationState#CLOSED}, the business's own initiative; unknown as long as
 *     the manager has the rule {@link io.smartqueue.ultramsg.conversation.ConversationRule#IGNORED}
 */
public record MessageSent(
        OrganizationId organization, SendResult result, Duration took, ConversationState conversation) {
    public MessageSent {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(took, "took");
        Objects.requireNonNull(conversation, "conversation");
    }
}
