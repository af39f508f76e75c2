package io.smartqueue.ultramsg.benchmarks;

import com.sun.management.GarbageCollectionNotificationInfo;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/** Notes how much of this process's heap was in use after each collection. */
final class HeapWatch implements AutoCloseable {
    private final AtomicLong most = new AtomicLong();
    private final NotificationListener listener = (notification, handback) -> collected(notification);

    HeapWatch() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).addNotificationListener(listener, null, null);
        }
    }

    private void collected(Notification notification) {
        if (notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            long used = GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
                    .getGcInfo()
                    .getMemoryUsageAfterGc()
                    .entrySet()
                    .stream()
                    .filter(pool -> isOfTheHeap(pool.getKey()))
                    .mapToLong(pool -> pool.getValue().getUsed())
                    .sum();
            most.accumulateAndGet(used, Math::max);
        }
    }

    private static boolean isOfTheHeap(String pool) {
        return pool.startsWith("G1") || pool.contains("Eden") || pool.contains("Survivor") || pool.contains("Gen");
    }

    /** What the fullest moment was; what is in use now if there was no collection. */
    long most() {
        return most.get() > 0 ? most.get() : used();
    }

    /** What is in use when all garbage is gone. */
    static long afterCollection() {
        System.gc();
        System.gc(); // what the first one has let go of by way of references
        return used();
    }

    private static long used() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return heap.getUsed();
    }

    @Override
    public void close() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            try {
                ((NotificationEmitter) collector).removeNotificationListener(listener);
            } catch (ListenerNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
