package io.smartqueue.ultramsg.outbox;

/** What has been decided about a batch. */
public enum BatchState {
    /** Its messages are sent as their turn comes. */
    OPEN,
    /** Its messages wait until it is resumed. */
    PAUSED,
    /** Its messages that had not been sent are not sent any more, and none can be added. */
    CANCELLED
}
