package io.smartqueue.ultramsg.admin;

/** Whether a change is tried out before it is saved. */
public enum Verification {
    /** Test the connection first, and save only if UltraMsg recognizes the credentials. */
    TEST_FIRST,
    /** Save without asking UltraMsg. */
    SAVE_UNTESTED
}
