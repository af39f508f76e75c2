package io.smartqueue.ultramsg.link;

/** Why there is no link to a chat. */
public enum LinkRefusal {
    /** The organization, or this instance of it, names no WhatsApp number. */
    NO_NUMBER,
    /** The organization has no such instance, or not any more. */
    NO_SUCH_INSTANCE,
    /** The organization's configuration is incomplete or wrong. */
    NOT_CONFIGURED,
    /** No such organization exists. */
    NO_SUCH_ORGANIZATION
}
