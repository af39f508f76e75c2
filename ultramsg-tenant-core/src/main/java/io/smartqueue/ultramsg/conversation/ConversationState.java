package io.smartqueue.ultramsg.conversation;

/** What is known of the conversation that a message belongs to. */
public enum ConversationState {
    /** The recipient has written within the last 24 hours, or is a group: the message is an answer. */
    OPEN,
    /** He has not: the business initiates it. */
    CLOSED,
    /** Nobody has looked, because the {@link ConversationRule} does not ask for it, the message did not get that far, or the store could not tell. */
    UNKNOWN
}
