package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.organization.InstanceId;

/** What has to be written down of a message before it is sent once more: otherwise, it is not. */
interface Notes {
    /** Nothing is written down of a message that has no entry in the log, and none is repeated that may have been sent. */
    Notes NONE = new Notes() {
        @Override
        public boolean mayRepeat() {
            return false;
        }

        @Override
        public boolean mayGoThrough(InstanceId next) {
            return true;
        }
    };

    /** Asked before a message is sent again that may have been sent but is not listed. */
    boolean mayRepeat();

    /** Asked before a message that was certainly not sent goes through another instance: only there it can be found. */
    boolean mayGoThrough(InstanceId next);
}
