package io.smartqueue.ultramsg.jdbi;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of lanes: daemons with names. */
final class LaneThreads {
    private static final String TURN = "ultramsg-lane-";
    private static final int KEPT_SECONDS = 10;
    private static final int HOUSEKEEPERS = 2;

    private LaneThreads() {}

    /** Turns wait for other people's servers most of the time: on virtual threads where there are any. */
    static ExecutorService forTurns(int most) {
        if (Runtime.version().feature() >= 21) {
            return virtual();
        }
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                most, most, KEPT_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), counting(TURN));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    static ExecutorService forPolling() {
        return Executors.newSingleThreadExecutor(task -> daemon(task, TURN + "poll"));
    }

    /** Heartbeats, and the look for lanes of nodes that are dead. */
    static ScheduledExecutorService forHousekeeping() {
        return Executors.newScheduledThreadPool(HOUSEKEEPERS, counting(TURN + "housekeeping-"));
    }

    static Thread daemon(Runnable task, String name) {
        Thread daemon = new Thread(task, name);
        daemon.setDaemon(true);
        return daemon;
    }

    private static ThreadFactory counting(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> daemon(task, prefix + count.incrementAndGet());
    }

    /** What {@code Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(…, 1).factory())} returns, said for 17 as well. */
    private static ExecutorService virtual() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
            MethodHandle name =
                    lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class, long.class));
            MethodHandle factory = lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
            MethodHandle executor = lookup.findStatic(
                    Executors.class,
                    "newThreadPerTaskExecutor",
                    MethodType.methodType(ExecutorService.class, ThreadFactory.class));
            Object named = name.invoke(ofVirtual.invoke(), TURN, 1L);
            return (ExecutorService) executor.invoke((ThreadFactory) factory.invoke(named));
        } catch (Throwable e) { // what handles declare
            throw new IllegalStateException("this Java has no virtual threads", e);
        }
    }
}
