package io.smartqueue.ultramsg.admin;

/** What became of the wish that an organization send, or send no more, through another one's instance. */
public enum SharingUpdate {
    /** It is saved, and in force for the next send on this node; other nodes follow within milliseconds. */
    SAVED,
    /** Nothing was saved: no such organization exists. */
    NO_SUCH_ORGANIZATION,
    /** Nothing was saved: an organization has its own instance, or shares another one's, but never its own. */
    ITSELF,
    /** Nothing was saved: the organization has an instance of its own, which comes first. */
    HAS_INSTANCE,
    /**
     * Nothing was saved: the owner does not exist, or has no instance of its own that can be used. What it borrows itself it cannot
     * share.
     */
    OWNER_HAS_NONE,
    /** Nothing was saved: the organization shares nobody's instance. */
    NOT_SHARING,
    /** Nothing was saved: somebody changes the owner's configuration all the time. */
    CHANGED_MEANWHILE
}
