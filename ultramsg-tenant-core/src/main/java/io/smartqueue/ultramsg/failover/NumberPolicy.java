package io.smartqueue.ultramsg.failover;

/** Whether a recipient who knows one of an organization's numbers may get a message from another. */
public enum NumberPolicy {
    /**
     * A recipient is written to from the number that he was last written to from; while that cannot send, his messages are
     * rejected. Whoever was never written to gets messages from whatever number can send.
     */
    KEEP_NUMBER,
    /** Recipients get messages from whatever number can send. */
    ANY_NUMBER
}
