package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.TenantsNode.Kind;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** A {@link TenantsNode}, running for as long as this is open. Not thread-safe. */
final class TenantsProcess implements AutoCloseable {
    private static final String HEAP = "3g";

    private final JvmProcess process;
    private final long began = System.nanoTime();
    private final long opened;

    private TenantsProcess(JvmProcess process) throws Ended, IOException {
        this.process = process;
        requireNotEnded(process.answer());
        this.opened = System.nanoTime();
    }

    static TenantsProcess start(Kind kind, int tenants, URI stub, TenantDatabase database) throws Ended, IOException {
        JvmProcess process = JvmProcess.start(
                TenantsNode.class.getName(),
                HEAP,
                Map.of(OutboxNode.URL, database.servingUrl(), OutboxNode.TOKEN_KEYS, database.tokenKeys()),
                kind.name(),
                String.valueOf(tenants),
                stub.toString());
        try {
            return new TenantsProcess(process);
        } catch (Ended | IOException e) {
            process.close();
            throw e;
        }
    }

    /** It could not go on; the message says how far it came, and why. */
    static final class Ended extends Exception {
        private static final long serialVersionUID = 1L;

        Ended(String message) {
            super(message);
        }
    }

    /** What a process holds; its heap after a collection. */
    record Held(double heapMegabytes, double threads, double sockets) {}

    /** How long it took from its start until it could send. */
    double secondsToOpen() {
        return (opened - began) / 1e9;
    }

    /** When it could send, by the clock of {@code System.nanoTime()}. */
    long opened() {
        return opened;
    }

    /** Sends a message for each of these tenants, counted from 0, and returns how many milliseconds it took. */
    double send(int from, int to) throws Ended, IOException {
        return Double.parseDouble(requireNotEnded(process.ask(TenantsNode.SEND + " " + from + " " + to)));
    }

    /** Tells it a tenant's new token, and returns what that and a message took, in milliseconds, and allocated without the message, in bytes. */
    double[] change(int tenant, String token) throws Ended, IOException {
        String[] answer = requireNotEnded(process.ask(TenantsNode.CHANGE + " " + tenant + " " + token))
                .split(" ");
        return new double[] {Double.parseDouble(answer[0]), Double.parseDouble(answer[1])};
    }

    Held held() throws Exception {
        return new Held(process.heapMegabytes(), process.threads(), process.sockets());
    }

    private static String requireNotEnded(String answer) throws Ended {
        if (answer.startsWith(TenantsNode.ENDED)) {
            throw new Ended(answer);
        }
        return answer;
    }

    @Override
    public void close() {
        process.close();
    }
}
