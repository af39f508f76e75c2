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
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Listens for changes of configuration made on any node, on a connection and a thread of its own, and connects again
 * whenever that is lost. Thread-safe.
 */
final class ChangeNotices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeNotices.class);

    private static final String CHANNEL = "ultramsg_config_changed";
    private static final Duration QUIET_CHECK = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ConnectionSource connections;
    private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "ultramsg-change-notices");
    private volatile boolean closed;
    private volatile @Nullable Connection current;

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
        Duration pause = FIRST_PAUSE;
        while (!closed) {
            try (Connection connection = connections.open()) {
                current = connection;
                listen(connection);
                pause = FIRST_PAUSE;
                LOG.debug("Listening for changes of configuration");
                // What changed while nobody listened is not known.
                listeners.forEach(ChangeListener::anythingMayHaveChanged);
                receive(connection);
            } catch (SQLException | RuntimeException e) {
                if (!closed) {
                    LOG.info(
                            "Not listening for changes of configuration; trying again in {} ms: {}",
                            pause.toMillis(),
                            StorageFailures.describe("PostgreSQL", e).getMessage());
                    pause(pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
        }
    }

    private static void listen(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + CHANNEL);
        }
    }

    private void receive(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        while (!closed) {
            PGNotification[] notices = postgres.getNotifications((int) QUIET_CHECK.toMillis());
            if (notices == null || notices.length == 0) {
                requireAlive(connection);
            } else {
                for (PGNotification notice : notices) {
                    tell(notice.getParameter());
                }
            }
        }
    }

    /** A connection whose other end is gone can stay silent for ever. */
    private static void requireAlive(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(5);
            statement.execute("SELECT 1");
        }
    }

    private void tell(String key) {
        for (ChangeListener listener : listeners) {
            if (key.isEmpty()) {
                listener.anythingMayHaveChanged();
            } else {
                listener.changed(OrganizationId.of(key));
            }
        }
    }

    private void pause(Duration longest) {
        try {
            // from half to the whole, so that many nodes do not come back at once
            Thread.sleep(longest.toMillis() / 2 + ThreadLocalRandom.current().nextLong(longest.toMillis() / 2));
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        Connection connection = current;
        if (connection != null) {
            try {
                connection.abort(Runnable::run); // ends the wait for a notice
            } catch (SQLException e) {
                LOG.debug("The listening connection did not close cleanly: {}", e.getSQLState());
            }
        }
    }
}
