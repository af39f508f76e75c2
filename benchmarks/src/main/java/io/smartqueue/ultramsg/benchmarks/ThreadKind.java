package io.smartqueue.ultramsg.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What callers run on. */
enum ThreadKind {
    /** Threads of the system's, the same from the first slice to the last. */
    PLATFORM {
        @Override
        ExecutorService callers(int count) {
            return Executors.newFixedThreadPool(count);
        }
    },
    /** Virtual threads, from JDK 21 on, a new one for each caller in each slice, as they are meant to be used. */
    VIRTUAL {
        @Override
        ExecutorService callers(int count) {
            try {
                return (ExecutorService) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("virtual threads need JDK 21 or newer", e);
            }
        }
    };

    private static final int FIRST_WITH_VIRTUAL = 21;

    /** Threads for so many callers that are under way at once. */
    abstract ExecutorService callers(int count);

    /** Whether this JDK has them. */
    boolean isThere() {
        return this == PLATFORM || Runtime.version().feature() >= FIRST_WITH_VIRTUAL;
    }
}
