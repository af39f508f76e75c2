package io.smartqueue.ultramsg.access;

/** What somebody may be permitted to do in an organization. */
public enum Permission {
    /** To see its configuration, without the token. */
    VIEW,
    /** To change its configuration, daily limit, status and token included, and to see what was changed. */
    EDIT,
    /** To test its connection. */
    TEST,
    /** To send messages on its behalf. */
    SEND
}
