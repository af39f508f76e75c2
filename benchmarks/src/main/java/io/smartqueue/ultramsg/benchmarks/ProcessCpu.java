package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much CPU a process and all that it has started have used, as Linux tells: those that have ended are in it, too. None is known on
 * other systems.
 */
final class ProcessCpu {
    private static final double TICKS_A_SECOND = 100;

    private ProcessCpu() {}

    /** Seconds since the process was started; 0 where nobody tells. */
    static double seconds(long pid) {
        double own = ticks(pid, 4) / TICKS_A_SECOND;
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .mapToDouble(child -> ticks(child.pid(), 2) / TICKS_A_SECOND)
                .reduce(own, Double::sum);
    }

    /** User's and system's time, and with four fields also those of children that have ended. */
    private static long ticks(long pid, int fields) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long sum = 0;
            for (int i = 0; i < fields; i++) {
                sum += Long.parseLong(afterName[11 + i]);
            }
            return sum;
        } catch (IOException goneOrNotLinux) {
            return 0;
        }
    }
}
