package io.smartqueue.app.notification;

/** What becomes of messages. */
public enum Sending {
    ON,
    /** Everything is checked, and shown as it would be sent. */
    DRY_RUN,
    OFF
}
