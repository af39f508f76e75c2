package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.conversation.ConversationRule;
import io.smartqueue.ultramsg.conversation.ConversationState;
import io.smartqueue.ultramsg.conversation.Conversations;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks whether a message is an answer, as far as the host's rule asks for that, and whether it may go if it is none. Thread-safe. */
public final class ConversationCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ConversationCheck.class);

    private final Conversations conversations;
    private final ConversationRule rule;

    public ConversationCheck(Conversations conversations, ConversationRule rule) {
        this.conversations = conversations;
        this.rule = rule;
    }

    /** Asks the store unless the rule ignores conversations. Throws what it throws only if the message must not go without an answer. */
    ConversationState stateFor(OrganizationId organization, Recipient recipient, SendOptions options) {
        if (rule == ConversationRule.IGNORED) {
            return ConversationState.UNKNOWN;
        }
        try {
            return conversations.isOpen(organization, recipient) ? ConversationState.OPEN : ConversationState.CLOSED;
        } catch (RuntimeException e) { // of whatever kind: a host may bring the store
            if (mustBeOpen(options)) {
                throw e;
            }
            LOG.warn(
                    "A message of organization {} is sent without knowing whether its recipient has written lately",
                    organization,
                    e);
            return ConversationState.UNKNOWN;
        }
    }

    boolean refuses(ConversationState state, SendOptions options) {
        return state == ConversationState.CLOSED && mustBeOpen(options);
    }

    private boolean mustBeOpen(SendOptions options) {
        return rule == ConversationRule.REQUIRED && !options.mayStartConversation();
    }

    static Rejected refusal(Reference reference) {
        return new Rejected(
                reference,
                RejectionReason.CONVERSATION_CLOSED,
                "the recipient has not written within the last 24 hours, and the message may not start a conversation",
                null);
    }
}
