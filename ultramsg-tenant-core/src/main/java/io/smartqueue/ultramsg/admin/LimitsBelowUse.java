package io.smartqueue.ultramsg.admin;

/**
 * Whether a roll-out may take a daily limit below what an organization has used of it today, so that nothing more is sent until its next
 * day.
 */
public enum LimitsBelowUse {
    /** Such an organization is refused, with the problem code {@code below_use}. */
    REFUSED,
    /** It gets the limit all the same. */
    ALLOWED
}
