package io.smartqueue.ultramsg.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program in a JVM of its own, looked at from outside, on Linux. Not thread-safe. */
final class JvmProcess implements AutoCloseable {
    private static final Pattern ALIVE = Pattern.compile("Total +\\d+ +(\\d+)");
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int SECONDS_TO_FINISH = 30;
    private static final int SECONDS_TO_END = 10;

    private final Process process;
    private final Writer told;
    private final BufferedReader answers;
    private final ExecutorService reading = Executors.newSingleThreadExecutor();

    private JvmProcess(Process process) {
        this.process = process;
        this.told = process.outputWriter(StandardCharsets.US_ASCII);
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    /**
     * Starts a program with this one's class path.
     *
     * @param heap its most, such as {@code 256m}
     */
    static JvmProcess start(String program, String heap, Map<String, String> environment, String... arguments)
            throws IOException {
        return start(environment, command(program, heap, arguments).redirectError(ProcessBuilder.Redirect.DISCARD));
    }

    static JvmProcess start(Map<String, String> environment, ProcessBuilder program) throws IOException {
        program.environment().putAll(environment);
        return new JvmProcess(program.start());
    }

    /** Collects as {@link #heapMegabytes} needs it: unless it compacts each time, some of what is dead counts, too. */
    static ProcessBuilder command(String program, String heap, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                java("java"),
                "-XX:+UseSerialGC",
                "-XX:MarkSweepAlwaysCompactCount=1",
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                program));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String ask(String what) throws IOException {
        tell(what);
        return answer();
    }

    void tell(String what) throws IOException {
        told.write(what + "\n");
        told.flush();
    }

    /** Waits for its next line, but not for ever: a program that has run out of something may never say another word. */
    String answer() throws IOException {
        Future<String> line = reading.submit(answers::readLine);
        try {
            String answer = line.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (answer == null) {
                throw new IOException("the program has ended");
            }
            return answer;
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new IOException("the program said nothing within " + PATIENCE, e);
        } catch (ExecutionException e) {
            throw new IOException("the program cannot be heard", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the program was listened to", e);
        }
    }

    double cpuSeconds() {
        return ProcessCpu.seconds(process.pid());
    }

    /** What is alive, counted by the collection itself: what a busy process makes in the moment after it does not count. */
    double heapMegabytes() throws Exception {
        Matcher total = ALIVE.matcher(jcmd("GC.class_histogram"));
        if (!total.find()) {
            throw new IllegalStateException("the histogram has no total");
        }
        return Long.parseLong(total.group(1)) / (1024.0 * 1024.0);
    }

    double threads() throws IOException {
        try (Stream<Path> tasks = Files.list(inProc("task"))) {
            return tasks.count();
        }
    }

    double sockets() throws IOException {
        try (Stream<Path> files = Files.list(inProc("fd"))) {
            return files.filter(JvmProcess::isSocket).count();
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException closedSince) {
            return false;
        }
    }

    private Path inProc(String what) {
        return Path.of("/proc", String.valueOf(process.pid()), what);
    }

    private String jcmd(String what) throws Exception {
        Process jcmd = new ProcessBuilder(java("jcmd"), String.valueOf(process.pid()), what)
                .redirectErrorStream(true)
                .start();
        String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd " + what + ": " + answer);
        }
        return answer;
    }

    private static String java(String program) {
        return Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", program)
                .toString();
    }

    /** Ends its input, and gives it time to come to its own end, if that is what it does then. */
    void endInput() throws IOException {
        told.close();
        try {
            process.waitFor(SECONDS_TO_FINISH, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        reading.shutdown();
    }
}
