package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.util.Map;

/** An {@link OutboxNode}, running for as long as this is open. Not thread-safe. */
final class NodeProcess implements AutoCloseable {
    private final JvmProcess process;

    private NodeProcess(JvmProcess process) {
        this.process = process;
    }

    static NodeProcess start(TenantDatabase database) throws IOException {
        NodeProcess node = new NodeProcess(JvmProcess.start(
                Map.of(OutboxNode.URL, database.servingUrl(), OutboxNode.TOKEN_KEYS, database.tokenKeys()),
                JvmProcess.command(OutboxNode.class.getName(), "256m").redirectError(ProcessBuilder.Redirect.INHERIT)));
        node.awaitReady();
        return node;
    }

    void startSending() throws IOException {
        process.tell(OutboxNode.START);
    }

    void stopSending() throws IOException {
        process.tell(OutboxNode.STOP);
        awaitReady();
    }

    void awaitReady() throws IOException {
        String answer = process.answer();
        if (!answer.equals(OutboxNode.READY)) {
            throw new IOException("the node answered " + answer);
        }
    }

    double cpuSeconds() {
        return process.cpuSeconds();
    }

    double heapMegabytes() throws Exception {
        return process.heapMegabytes();
    }

    double threads() throws IOException {
        return process.threads();
    }

    /** Lets the node end its work: what it leaves half done would be another node's to find out. */
    @Override
    public void close() throws IOException {
        try (process) {
            process.endInput();
        }
    }
}
