package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;

/** A way to keep messages in PostgreSQL and to send them later. Used by one thread. */
interface Contender extends AutoCloseable {
    String name();

    /** Puts messages in while nobody sends: so many for each of the organizations from 1 on, numbered from 0 on. */
    void enqueue(int organizations, int ofEach) throws Exception;

    /** Begins to send what is there. */
    void start() throws Exception;

    /** Counts what is not yet written down as sent, as a query for one number. */
    String unfinished();

    /** Ends what {@link #start} began. */
    void stop() throws Exception;

    /** Returns how many replies the JDK's client has lost since the last time, see {@link LostReply}, and forgets those messages. */
    long takeLostReplies() throws Exception;

    @Override
    void close() throws IOException;
}
