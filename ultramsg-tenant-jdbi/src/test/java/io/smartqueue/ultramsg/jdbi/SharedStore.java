package io.smartqueue.ultramsg.jdbi;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The store of a database that all tests of a class share; as a parameter, it comes from {@link PostgresExtension}. To open one, with
 * its checks and connections, takes longer than what most tests do with it. A class either goes by its own clocks or never does.
 */
final class SharedStore implements AutoCloseable {
    private final TestDatabase database;
    private final AtomicReference<Clock> clock = new AtomicReference<>();
    private @Nullable PostgresTenantStore store;

    SharedStore(TestDatabase database) {
        this.database = database;
    }

    /** The store, which goes by PostgreSQL's time. */
    PostgresTenantStore get() throws SQLException {
        if (store == null) {
            store = builder().build();
        }
        return store;
    }

    /** The store, which goes by this clock until the next test brings its own. */
    PostgresTenantStore at(Clock clockOfTheTest) throws SQLException {
        clock.set(clockOfTheTest);
        if (store == null) {
            store = builder().clock(new ClockOfTheTest()).build();
        }
        return store;
    }

    private PostgresTenantStore.Builder builder() throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE);
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
    }

    private final class ClockOfTheTest extends Clock {
        @Override
        public Instant instant() {
            return clock.get().instant();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("all clocks of these tests are in UTC");
        }
    }
}
