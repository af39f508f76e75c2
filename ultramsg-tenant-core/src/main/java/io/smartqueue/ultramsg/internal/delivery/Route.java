package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.internal.config.KnownInstance;

import java.util.List;

/**
 * Through which instances a message may go.
 *
 * @param instances in the order in which they are tried, empty if none may send to this recipient now
 * @param remembered whether it has to be written down through which one the message went
 */
record Route(List<KnownInstance> instances, Memory remembered) {
    static final Route NOWHERE = new Route(List.of(), Memory.NOT_NEEDED);

    /** What is to be kept of the instance that takes the message. */
    enum Memory {
        /** It is the only one there is, or is written down already, or nobody asks. */
        NOT_NEEDED,
        NEEDED
    }

    KnownInstance first() {
        return instances.get(0);
    }
}
