package io.smartqueue.ultramsg.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened and is to be closed, the last first. Not thread-safe. */
final class Opened implements Closeable {
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T resource) {
        resources.push(resource);
        return resource;
    }

    /** Goes on when one of them cannot be closed, and tells of it in the end. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (AutoCloseable resource = resources.poll(); resource != null; resource = resources.poll()) {
            try {
                resource.close();
            } catch (Exception e) {
                failure = new IOException("something could not be closed", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
