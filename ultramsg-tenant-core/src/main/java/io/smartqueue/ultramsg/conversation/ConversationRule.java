package io.smartqueue.ultramsg.conversation;

/** What becomes of a message to a person who has not written within the last 24 hours, or never: one that the business initiates. */
public enum ConversationRule {
    /** It is sent like any other. Nobody looks who has written, so it costs nothing. */
    IGNORED,
    /**
     * It is sent, and {@link io.smartqueue.ultramsg.event.MessageSent#conversation} says what it was. If the store cannot tell, it is sent
     * all the same, and the event says so.
     */
    FLAGGED,
    /**
     * It is rejected with {@link io.smartqueue.ultramsg.message.RejectionReason#CONVERSATION_CLOSED} before anything is spent, unless its
     * options say that it {@linkplain io.smartqueue.ultramsg.message.SendOptions.Builder#startConversation may start a conversation}. If
     * the store cannot tell, nothing is sent.
     */
    REQUIRED
}
