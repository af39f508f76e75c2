package io.smartqueue.ultramsg.usage;

/** What is done about an organization many of whose messages fail. */
public enum RiskAction {
    /** Listeners are told, and no more. */
    NOTICE,
    /** The outbox leaves more time between two of its messages, until somebody sets another pace. */
    SLOW,
    /** The outbox stops sending its messages, until somebody resumes it. */
    PAUSE
}
