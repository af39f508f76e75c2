package io.smartqueue.ultramsg.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Somebody else's thread, as those of an HTTP client are. */
final class Worker implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    Object allocate(int bytes) throws Exception {
        return thread.submit(() -> new byte[bytes]).get();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
