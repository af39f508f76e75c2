package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;

/**
 * The JDK's HTTP client took a connection out of its pool, and its own clean-up then took the reply for that of nobody
 * ({@code HTTP/1.1 header parser received no bytes}; JDK-8338569, JDK-8357639). It hits either side, a few times in 100,000
 * against a server this quick, and would end every long run.
 */
final class LostReply extends Exception {
    private static final long serialVersionUID = 1L;

    LostReply(String message) {
        super(message);
    }

    /**
     * Returns what a failure of the JDK's client is, if it is this one.
     *
     * @throws IOException the failure, if it is any other
     */
    static LostReply of(IOException failure) throws IOException {
        String message = failure.getMessage();
        if (message != null && message.contains("header parser received no bytes")) {
            return new LostReply(message);
        }
        throw failure;
    }
}
