package io.smartqueue.ultramsg.internal.thread;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes threads that end with the JVM and say whose they are. */
public final class DaemonThreads {
    private DaemonThreads() {}

    /** For one thread at a time. */
    public static ThreadFactory named(String name) {
        return task -> daemon(task, name);
    }

    /** For several, which are counted from 1. */
    public static ThreadFactory numbered(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> daemon(task, prefix + count.incrementAndGet());
    }

    private static Thread daemon(Runnable task, String name) {
        Thread daemon = new Thread(task, name);
        daemon.setDaemon(true);
        return daemon;
    }
}
