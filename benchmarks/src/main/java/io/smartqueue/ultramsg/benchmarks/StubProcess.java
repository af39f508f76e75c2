package io.smartqueue.ultramsg.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The {@link SendStub}, running as a process of its own for as long as this is open. */
final class StubProcess implements AutoCloseable {
    private static final int SECONDS_TO_END = 10;

    private final Process process;
    private final URI address;

    private StubProcess(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    static StubProcess start() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-cp",
                        classes().toString(),
                        SendStub.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader printed = process.inputReader(StandardCharsets.US_ASCII);
            return new StubProcess(process, URI.create("http://127.0.0.1:" + Integer.parseInt(printed.readLine())));
        } catch (IOException | RuntimeException e) {
            process.destroy();
            throw new IOException("the stub did not start", e);
        }
    }

    /** The stub needs nothing but the JDK, wherever else this program's own class path leads. */
    private static Path classes() {
        try {
            return Path.of(SendStub.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    URI address() {
        return address;
    }

    long pid() {
        return process.pid();
    }

    StubJournal journal() {
        return new StubJournal(address);
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
