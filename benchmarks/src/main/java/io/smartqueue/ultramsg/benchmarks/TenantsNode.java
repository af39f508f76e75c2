package io.smartqueue.ultramsg.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that sends for many tenants, each with credentials of its own, by way of the library or of a client for each. Sends a message for
 * each of so many tenants when a line of its input says how many, tells how many milliseconds it took, and ends with its input.
 */
public final class TenantsNode {
    private static final int THREADS = 8;

    private TenantsNode() {}

    /** Sends one message for a tenant, counted from 0. */
    @FunctionalInterface
    interface Sender {
        void send(int tenant) throws Exception;
    }

    /** What can be chosen from. */
    enum Kind {
        LIBRARY("this library"),
        TWILIO("Twilio's SDK, a client for each"),
        VONAGE("Vonage's SDK, a client for each"),
        JDK("java.net.http, a client for each");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /**
     * Serves until standard input ends.
     *
     * @param args kind, how many tenants, and where the stub is; the library's database is in the environment
     * @throws Exception if a message was not taken
     */
    public static void main(String[] args) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        Sender sender = sender(Kind.valueOf(args[0]), Integer.parseInt(args[1]), URI.create(args[2]));
        System.out.println("opened");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(milliseconds(sender, Integer.parseInt(line)));
        }
        System.exit(0);
    }

    private static double milliseconds(Sender sender, int tenants) throws Exception {
        long began = System.nanoTime();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(THREADS, tenants));
        for (int thread = 0; thread < THREADS; thread++) {
            threads.execute(() -> {
                for (int tenant = next.getAndIncrement(); tenant < tenants; tenant = next.getAndIncrement()) {
                    try {
                        sender.send(tenant);
                    } catch (Exception e) {
                        failed.incrementAndGet();
                    }
                }
            });
        }
        threads.shutdown();
        threads.awaitTermination(10, TimeUnit.MINUTES);
        if (failed.get() > tenants / 1_000) { // a few replies the JDK's client loses
            throw new IOException(failed.get() + " messages were not taken");
        }
        return (System.nanoTime() - began) / 1e6;
    }

    private static Sender sender(Kind kind, int tenants, URI stub) {
        return switch (kind) {
            case LIBRARY -> library();
            case TWILIO -> new TwilioPeer(stub, tenants)::sendFor;
            case VONAGE -> new VonagePeer(stub, tenants)::sendFor;
            case JDK -> {
                DefaultClient[] clients = new DefaultClient[tenants];
                Arrays.setAll(clients, tenant -> new DefaultClient(stub));
                yield tenant -> clients[tenant].post();
            }
        };
    }

    private static Sender library() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(System.getenv(OutboxNode.URL));
        config.setMaximumPoolSize(TenantDatabase.POOL_SIZE + 1);
        PostgresTenantStore store = PostgresTenantStore.builder(new HikariDataSource(config))
                .tokenKeys(System.getenv(OutboxNode.TOKEN_KEYS))
                .build();
        UltraMessageInstanceManager manager = SendComparisons.manager(store);
        TextMessage message = TextMessage.of(Recipient.parse(Texts.RECIPIENT), Texts.MESSAGE);
        return tenant -> manager.send(OrganizationId.of(tenant + 1), message).orThrow();
    }
}
