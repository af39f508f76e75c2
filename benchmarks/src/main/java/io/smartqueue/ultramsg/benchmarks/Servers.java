package io.smartqueue.ultramsg.benchmarks;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/** The servers that comparisons share; each is started by the first to ask. Not thread-safe. */
final class Servers implements AutoCloseable {
    private final Opened opened = new Opened();
    private @Nullable StubProcess stub;
    private @Nullable TenantDatabase database;

    StubProcess stub() throws IOException {
        StubProcess running = stub == null ? opened.add(StubProcess.start()) : stub;
        stub = running;
        return running;
    }

    TenantDatabase database() throws IOException, SQLException {
        TenantDatabase running = database == null ? opened.add(TenantDatabase.start()) : database;
        database = running;
        return running;
    }

    /** The database's version and settings; empty when nobody asked for a database. */
    Map<String, String> databaseSettings() throws SQLException {
        return database == null ? Map.of() : database.settings();
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }
}
