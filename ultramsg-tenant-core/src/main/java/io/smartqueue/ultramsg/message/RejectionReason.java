package io.smartqueue.ultramsg.message;

/** Why a message was not sent. Whatever the reason, it is known that UltraMsg did not take the message. */
public enum RejectionReason {
    /** The organization does not exist, or has no usable configuration. */
    NOT_CONFIGURED,
    /** The organization's status is not active. */
    INACTIVE,
    /** The recipient is missing or is not one phone number or chat id. */
    INVALID_RECIPIENT,
    /** The content is missing, too long or of a kind that cannot be sent. */
    INVALID_CONTENT,
    /** The idempotency key belongs to a message with another recipient or content. */
    IDEMPOTENCY_CONFLICT,
    /** The recipient has not written within the last 24 hours, and the host lets only answers through; see {@link io.smartqueue.ultramsg.conversation.ConversationRule}. */
    CONVERSATION_CLOSED,
    /** The organization's own daily limit is used up; try again after the reset. */
    QUOTA_EXCEEDED,
    /** UltraMsg does not know the token. */
    BAD_TOKEN,
    /** UltraMsg does not know the instance, or is still creating it. */
    INSTANCE_NOT_FOUND,
    /** UltraMsg has stopped the instance, as a rule because it was not paid for. */
    INSTANCE_STOPPED,
    /** The instance is not linked to a phone. */
    NOT_AUTHENTICATED,
    /** A limit of UltraMsg's own is reached. */
    PROVIDER_LIMIT,
    /** Too many requests in too short a time. */
    RATE_LIMITED,
    /**
     * So many messages are under way through the organization's instance that there is no room, or a few of which it has answered none
     * for a while; try again in a moment.
     */
    BULKHEAD_FULL,
    /** The organization's instance could not be reached of late and is left alone for a moment; try again after that. */
    CIRCUIT_OPEN,
    /** UltraMsg refused for a reason that none of the others describes. */
    REFUSED_BY_PROVIDER,
    /** The request never left: no connection, no TLS session, or no time left before it could be written. */
    UNREACHABLE,
    /** The message waited in the outbox until it was of no use any more. */
    EXPIRED,
    /** The message was cancelled while it waited in the outbox. */
    CANCELLED
}
