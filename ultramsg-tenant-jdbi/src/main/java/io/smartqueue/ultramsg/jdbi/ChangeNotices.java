package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.ChangeListener;
import io.smartqueue.ultramsg.organization.OrganizationStore.Subscription;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Listens for changes of configuration made on any node, on a connection and a thread of its own, and connects again
 * whenever that is lost. Thread-safe.
 */
final class ChangeNotices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeNotices.class);

    private static final String CHANNEL = "ultramsg_config_changed";
    private static final String PROBE_CHANNEL = "ultramsg_listening";
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(3);
    private static final Duration QUIET_CHECK = Duration.ofSeconds(10);

    /** How long one wait for notices lasts, and with it how long closing takes; they are received at once. */
    private static final Duration WAIT = Duration.ofMillis(100);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration DEAF_PAUSE = Duration.ofMinutes(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private final ConnectionSource connections;
    private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "ultramsg-change-notices");
    private volatile boolean closed;
    private volatile @Nullable Connection current;

    // for the listening thread alone
    private Duration pause = FIRST_PAUSE;
    private boolean toldThatNothingIsHeard;

    ChangeNotices(ConnectionSource connections) {
        this.connections = connections;
        this.thread.setDaemon(true);
    }

    /** Where the listening connection comes from. */
    @FunctionalInterface
    interface ConnectionSource {
        Connection open() throws SQLException;
    }

    void start() {
        thread.start();
    }

    Subscription subscribe(ChangeListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void run() {
        while (!closed) {
            try {
                listenUntilItEnds();
            } catch (SQLException | RuntimeException e) {
                if (!closed) {
                    LOG.info(
                            "Not listening for changes of configuration; trying again in {} ms: {}",
                            pause.toMillis(),
                            StorageFailures.describe("PostgreSQL", e).getMessage());
                }
            }
            rest();
        }
    }

    private void listenUntilItEnds() throws SQLException {
        try (Connection connection = connections.open()) {
            current = connection;
            execute(connection, "LISTEN " + CHANNEL + "; LISTEN " + PROBE_CHANNEL);
            // What changed while nobody listened is not known.
            listeners.forEach(ChangeListener::anythingMayHaveChanged);
            if (hears(connection)) {
                pause = FIRST_PAUSE;
                LOG.debug("Listening for changes of configuration");
                receive(connection);
            } else {
                execute(connection, "UNLISTEN *");
                pause = DEAF_PAUSE;
                tellOnceThatNothingIsHeard();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * Whether a notice that another connection sends arrives here. Behind a pooler that lends out connections for a
     * transaction, LISTEN succeeds and nothing ever comes.
     */
    private boolean hears(Connection connection) throws SQLException {
        String probe = UUID.randomUUID().toString();
        try (Connection other = connections.open();
                PreparedStatement notify = other.prepareStatement("select pg_notify(?, ?)")) {
            notify.setString(1, PROBE_CHANNEL);
            notify.setString(2, probe);
            notify.execute();
            if (!other.getAutoCommit()) {
                other.commit();
            }
        }
        long end = System.nanoTime() + PROBE_PATIENCE.toNanos();
        boolean heard = false;
        while (!heard && !closed && System.nanoTime() < end) {
            for (PGNotification notice : notices(connection)) {
                heard |= notice.getParameter().equals(probe);
                tell(notice);
            }
        }
        return heard;
    }

    /** Who is closed while it still listens for the probe has heard nothing either. */
    private void tellOnceThatNothingIsHeard() {
        if (!closed && !toldThatNothingIsHeard) {
            toldThatNothingIsHeard = true;
            LOG.warn(
                    "Changes of configuration made on other nodes are not heard of here, because what stands between this"
                            + " service and PostgreSQL passes no notices, as PgBouncer does in transaction mode. They are taken"
                            + " into account when the configuration's time to live is over.");
        }
    }

    private void receive(Connection connection) throws SQLException {
        long checkAt = System.nanoTime() + QUIET_CHECK.toNanos();
        while (!closed) {
            List<PGNotification> notices = notices(connection);
            notices.forEach(this::tell);
            if (System.nanoTime() - checkAt > 0) {
                requireAlive(connection);
                checkAt = System.nanoTime() + QUIET_CHECK.toNanos();
            }
        }
    }

    private static List<PGNotification> notices(Connection connection) throws SQLException {
        PGNotification[] notices = connection.unwrap(PGConnection.class).getNotifications((int) WAIT.toMillis());
        return notices == null ? List.of() : List.of(notices);
    }

    /** A connection whose other end is gone can stay silent for ever. */
    private static void requireAlive(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(5);
            statement.execute("SELECT 1");
        }
    }

    /** A key too long for a notice arrives empty. */
    private void tell(PGNotification notice) {
        if (!notice.getName().equals(CHANNEL)) {
            return; // a probe, ours or another node's
        }
        if (notice.getParameter().isEmpty()) {
            listeners.forEach(ChangeListener::anythingMayHaveChanged);
            return;
        }
        OrganizationId organization;
        try {
            organization = OrganizationId.of(notice.getParameter());
        } catch (IllegalArgumentException e) {
            LOG.debug("A notice was about a key that no organization id can name");
            return;
        }
        listeners.forEach(listener -> listener.changed(organization));
    }

    /** Waits from half to the whole of the pause, so that many nodes do not come back at once; the next one is longer. */
    private void rest() {
        if (closed) {
            return;
        }
        long half = pause.toMillis() / 2;
        try {
            Thread.sleep(half + ThreadLocalRandom.current().nextLong(half));
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
        if (pause.compareTo(LONGEST_PAUSE) < 0) {
            pause = pause.multipliedBy(2);
        }
    }

    /** Lets the thread give its connection back by itself; a pool would complain of one that is torn away. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(CLOSE_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Connection connection = current;
        if (thread.isAlive() && connection != null) {
            try {
                connection.abort(Runnable::run); // it hangs on a server that does not answer
            } catch (SQLException e) {
                LOG.debug("The listening connection did not close cleanly: {}", e.getSQLState());
            }
        }
    }
}
