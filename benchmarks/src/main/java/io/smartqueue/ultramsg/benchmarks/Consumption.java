package io.smartqueue.ultramsg.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * What this process had used by some moment. Bytes are summed thread by thread, the same on every JDK; a thread that ends
 * takes its sum along, so whatever works during a slice has to outlive it.
 */
record Consumption(long cpuNanos, Map<Long, Long> bytesByThread) {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Consumption now() {
        long[] ids = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        Map<Long, Long> bytesByThread = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (bytes[i] >= 0) { // -1: ended since
                bytesByThread.put(ids[i], bytes[i]);
            }
        }
        return new Consumption(PROCESS.getProcessCpuTime(), bytesByThread);
    }

    long cpuNanosSince(Consumption before) {
        return cpuNanos - before.cpuNanos;
    }

    long bytesSince(Consumption before) {
        return bytesByThread.entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.bytesByThread.getOrDefault(thread.getKey(), 0L))
                .sum();
    }
}
