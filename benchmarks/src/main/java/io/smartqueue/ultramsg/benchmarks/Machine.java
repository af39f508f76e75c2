package io.smartqueue.ultramsg.benchmarks;

import com.sun.management.OperatingSystemMXBean;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where it was measured.
 *
 * @param cores that this JVM may use
 * @param memoryBytes of the machine or the container
 * @param system name, version and architecture
 * @param processor the CPU's model, where the system tells
 * @param loadBefore processes ready to run in the last minute before the run; much above 0, and others were at work
 * @param java vendor and version
 * @param javaOptions what the JVM was started with
 */
record Machine(
        int cores,
        long memoryBytes,
        String system,
        String processor,
        double loadBefore,
        String java,
        List<String> javaOptions) {

    static Machine thisOne() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Machine(
                system.getAvailableProcessors(),
                system.getTotalMemorySize(),
                system.getName() + " " + system.getVersion() + " " + system.getArch(),
                processorModel(),
                system.getSystemLoadAverage(),
                System.getProperty("java.vm.vendor") + " " + Runtime.version(),
                ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    private static String processorModel() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException notLinux) {
            return "unknown";
        }
    }
}
