package io.smartqueue.app;

import java.util.Map;

/**
 * Smart Queue: a ticket queue for many organizations, whose customers hear by WhatsApp when it is their turn.
 *
 * <p>With {@code DATABASE_URL} in its environment it serves that database and the real UltraMsg; without, it brings a PostgreSQL, a stub of
 * UltraMsg, and people to try it as.
 */
public final class SmartQueue {
    private SmartQueue() {}

    /**
     * Runs until the process is told to end.
     *
     * @param args none
     */
    public static void main(String[] args) throws Exception {
        Map<String, String> environment = System.getenv();
        AutoCloseable running = environment.containsKey("DATABASE_URL") ? serve(environment) : Demo.start(environment);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(running), "smart-queue-shutdown"));
        Thread.currentThread().join();
    }

    private static AutoCloseable serve(Map<String, String> environment) {
        Node node = Node.start(Settings.of(environment));
        System.out.println("Smart Queue is at " + node.url() + " and listens on port " + node.port());
        return node;
    }

    private static void close(AutoCloseable running) {
        try {
            running.close();
        } catch (Exception e) {
            System.err.println("did not end cleanly: " + e);
        }
    }
}
