package io.smartqueue.ultramsg.benchmarks;

import java.util.Set;

/** A way to send while some replies get lost. Used by one thread. */
@FunctionalInterface
interface LossContender {
    /**
     * Sends so many messages for each of the organizations from 1 on, numbered from 0 on, and returns when nobody will send any of them any
     * more.
     *
     * @return the numbers of those of which, in the end, neither their caller was told nor a record says that they were sent
     */
    Set<Integer> send(int organizations, int ofEach) throws Exception;
}
