package io.smartqueue.ultramsg.benchmarks;

import com.sun.management.ThreadMXBean;
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
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Function;

/**
 * A process that sends for many tenants, each with credentials of its own, by way of the library or of a client for each. Does what the lines
 * of its input say, and answers each with one of its own; ends with its input. Where it cannot go on, it says how far it came, and why.
 */
public final class TenantsNode {
    /** {@code send FROM TO}: a message for each of these tenants. Answered with the milliseconds that all of them took. */
    static final String SEND = "send";

    /** {@code change TENANT TOKEN}, and a message for it. Answered with milliseconds and bytes allocated. Not for the library, which hears of it. */
    static final String CHANGE = "change";

    /** What an answer begins with that tells how many it was good for, and why not for more. */
    static final String ENDED = "ended ";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private TenantsNode() {}

    /** What can be chosen from. */
    enum Kind {
        LIBRARY("this library", stub -> new Library()),
        TWILIO("Twilio's SDK, a client for each", TwilioPeer::apart),
        TWILIO_SHARING("Twilio's SDK, a client for each, connections shared", TwilioPeer::sharingConnections),
        VONAGE("Vonage's SDK, a client for each", VonagePeer::new),
        JDK("java.net.http, a client for each", JdkPeer::new);

        private final String title;
        private final Function<URI, TenantPeer> opening;

        Kind(String title, Function<URI, TenantPeer> opening) {
            this.title = title;
            this.opening = opening;
        }

        String title() {
            return title;
        }

        /** Whether a tenant has all of its own, as somebody has who takes a client as it comes for each. */
        boolean isAllApart() {
            return this == TWILIO || this == VONAGE || this == JDK;
        }
    }

    /**
     * Serves until standard input ends.
     *
     * @param args kind, how many tenants, and where the stub is; the library's database is in the environment
     * @throws IOException if the input cannot be read
     * @throws InterruptedException if this is interrupted while messages are sent
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        TenantPeer peer = Kind.valueOf(args[0]).opening.apply(URI.create(args[2]));
        System.out.println(opened(peer, Integer.parseInt(args[1])));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(answer(peer, line.split(" ")));
        }
        System.exit(0);
    }

    private static String opened(TenantPeer peer, int tenants) {
        int opened = 0;
        try {
            for (; opened < tenants; opened++) {
                peer.add(token(opened));
            }
            return "opened";
        } catch (RuntimeException | VirtualMachineError e) { // no file, thread or memory is left
            return ended(opened, "tenants, idle", e);
        }
    }

    private static String answer(TenantPeer peer, String... words) throws InterruptedException {
        if (words[0].equals(SEND)) {
            return TenantRound.of(peer, Integer.parseInt(words[1]), Integer.parseInt(words[2]));
        }
        int tenant = Integer.parseInt(words[1]);
        try {
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long began = System.nanoTime();
            peer.change(tenant, words[2]);
            long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            peer.send(tenant);
            return (System.nanoTime() - began) / 1e6 + " " + bytes;
        } catch (Exception | VirtualMachineError e) {
            return ended(0, "changes", e);
        }
    }

    static String token(int tenant) {
        return String.format(Locale.ROOT, "fake-t0ken-%010d", tenant);
    }

    static String ended(int count, String ofWhat, Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        return ENDED + "after " + count + " " + ofWhat + ": " + root.getClass().getSimpleName() + ", " + message;
    }

    /** Every tenant is an organization in PostgreSQL, read when it is needed. */
    private static final class Library implements TenantPeer {
        private final UltraMessageInstanceManager manager;
        private final TextMessage message = TextMessage.of(Recipient.parse(Texts.RECIPIENT), Texts.MESSAGE);

        Library() {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(System.getenv(OutboxNode.URL));
            config.setMaximumPoolSize(TenantDatabase.POOL_SIZE + 1);
            this.manager = SendComparisons.manager(PostgresTenantStore.builder(new HikariDataSource(config))
                    .tokenKeys(System.getenv(OutboxNode.TOKEN_KEYS))
                    .build());
        }

        @Override
        public void add(String token) {
            // it is in the database
        }

        @Override
        public void change(int tenant, String token) {
            throw new UnsupportedOperationException("a change is made in the database");
        }

        @Override
        public void send(int tenant) throws LostReply {
            SendComparisons.taken(manager.send(OrganizationId.of(tenant + 1L), message));
        }
    }
}
