package io.smartqueue.ultramsg.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A node as a process of its own. Starts and stops to send when it is told so by a line of its input, says when it has done so, and ends
 * with its input.
 */
public final class OutboxNode {
    static final String URL = "BENCHMARK_URL";
    static final String TOKEN_KEYS = "BENCHMARK_TOKEN_KEYS";
    static final String START = "start";
    static final String STOP = "stop";
    static final String READY = "ready";

    private OutboxNode() {}

    /**
     * Serves until standard input ends.
     *
     * @param args none; where the database is, and what opens its tokens, is in the environment
     * @throws IOException if the input cannot be read
     */
    public static void main(String[] args) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (Node node = Node.open(pool(), System.getenv(TOKEN_KEYS), Node.unpaced(TenantDatabase.POOL_SIZE))) {
            System.out.println(READY);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(START)) {
                    node.outbox().start();
                } else {
                    node.outbox().stop();
                }
                System.out.println(READY);
            }
        }
    }

    private static HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(System.getenv(URL));
        config.setMaximumPoolSize(TenantDatabase.POOL_SIZE + 1);
        return new HikariDataSource(config);
    }
}
