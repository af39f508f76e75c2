package io.smartqueue.ultramsg.message;

/** A message to one recipient, complete and within UltraMsg's limits. */
public sealed interface OutboundMessage permits TextMessage {
    /**
     * Returns who gets it.
     *
     * @return one person or one group
     */
    Recipient to();
}
