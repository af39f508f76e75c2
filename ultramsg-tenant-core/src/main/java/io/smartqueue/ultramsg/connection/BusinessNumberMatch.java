package io.smartqueue.ultramsg.connection;

/** How the connected number compares with the organization's business number. */
public enum BusinessNumberMatch {
    /** They are the same. */
    SAME,
    /** They differ: messages come from another number than the organization tells its customers. */
    DIFFERENT,
    /** The organization has set no business number. */
    NOT_SET,
    /** No connected number was found to compare with. */
    NOT_KNOWN
}
