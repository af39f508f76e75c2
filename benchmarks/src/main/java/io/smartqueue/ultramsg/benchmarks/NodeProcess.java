package io.smartqueue.ultramsg.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** An {@link OutboxNode}, running for as long as this is open. Not thread-safe. */
final class NodeProcess implements AutoCloseable {
    private static final int SECONDS_TO_END = 30;

    private final Process process;
    private final Writer told;
    private final BufferedReader answers;

    private NodeProcess(Process process) {
        this.process = process;
        this.told = process.outputWriter(StandardCharsets.US_ASCII);
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    static NodeProcess start(TenantDatabase database) throws IOException {
        ProcessBuilder builder =
                JvmProcess.command(OutboxNode.class.getName(), "256m").redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put(OutboxNode.URL, database.servingUrl());
        builder.environment().put(OutboxNode.TOKEN_KEYS, database.tokenKeys());
        NodeProcess node = new NodeProcess(builder.start());
        node.awaitReady();
        return node;
    }

    void startSending() throws IOException {
        tell(OutboxNode.START);
    }

    void stopSending() throws IOException {
        tell(OutboxNode.STOP);
        awaitReady();
    }

    private void tell(String what) throws IOException {
        told.write(what + "\n");
        told.flush();
    }

    void awaitReady() throws IOException {
        String answer = answers.readLine();
        if (!Objects.equals(answer, OutboxNode.READY)) {
            throw new IOException("the node answered " + answer);
        }
    }

    double cpuSeconds() {
        return ProcessCpu.seconds(process.pid());
    }

    double heapMegabytes() throws Exception {
        return JvmProcess.heapMegabytes(process.pid());
    }

    double threads() throws IOException {
        return JvmProcess.threads(process.pid());
    }

    @Override
    public void close() throws IOException {
        told.close();
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
