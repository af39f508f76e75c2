package io.smartqueue.ultramsg.jdbi;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * An embedded PostgreSQL server. Most tests use databases of the {@linkplain #shared() shared} one; those that change
 * what all databases of a server have in common, its roles, start their own.
 */
final class TestServer implements AutoCloseable {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final EmbeddedPostgres.Builder settings;
    private final Map<String, String> templates = new HashMap<>();
    private volatile EmbeddedPostgres postgres;

    private TestServer(EmbeddedPostgres.Builder settings) {
        this.settings = settings;
        this.postgres = run();
    }

    /** The server of this JVM; started by the first to ask, stopped with the JVM. */
    static TestServer shared() {
        return Shared.SERVER;
    }

    static TestServer start() {
        return new TestServer(settings());
    }

    /** One that can be {@linkplain #restart restarted}, since it keeps its data and its port. */
    static TestServer startIn(Path data) {
        return new TestServer(
                settings().setDataDirectory(data).setCleanDataDirectory(false).setPort(freePort()));
    }

    /** Below those that systems give to clients: one who calls there while nobody listens could be connected to himself. */
    private static int freePort() {
        for (int port : new Random().ints(100, 15_000, 30_000).toArray()) {
            try (ServerSocket free = new ServerSocket(port)) {
                return free.getLocalPort();
            } catch (IOException e) {
                // somebody else's
            }
        }
        throw new IllegalStateException("found no free port");
    }

    private static EmbeddedPostgres.Builder settings() {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("max_prepared_transactions", "5")
                .setServerConfig("max_connections", "200");
    }

    private EmbeddedPostgres run() {
        try {
            return settings.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As an operator does: who is connected is cut off, and nothing is lost. */
    void restart() throws IOException {
        postgres.close();
        postgres = run();
    }

    /** As if it crashed: what was committed and not written is lost, and it recovers from its log. */
    void crashAndRestart(Path data) throws Exception {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0));
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        Await.until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        postgres.close();
        postgres = run();
    }

    /** A new database without anything in it. */
    TestDatabase emptyDatabase() throws SQLException {
        return create("");
    }

    /** A new database, migrated by the superuser. */
    TestDatabase migratedDatabase() throws SQLException {
        return copyOf("");
    }

    /** A new database in which the host's organizations were there before, with a key like this. */
    TestDatabase migratedDatabase(String key) throws SQLException {
        return copyOf("CREATE TABLE organizations (id " + key + " PRIMARY KEY, name text)");
    }

    private synchronized TestDatabase copyOf(String host) throws SQLException {
        String template = templates.get(host);
        if (template == null) {
            template = "migrated_" + templates.size();
            try (Connection connection = maintenance().getConnection()) {
                Sql.execute(connection, "CREATE DATABASE " + template);
            }
            try (Connection connection = dataSource("postgres", template).getConnection()) {
                Sql.execute(connection, host);
            }
            PostgresTenantStore.migrate(dataSource("postgres", template));
            templates.put(host, template);
        }
        return create(" TEMPLATE " + template);
    }

    DataSource dataSource(String login, String database) {
        return postgres.getDatabase(login, database);
    }

    int port() {
        return postgres.getPort();
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://localhost:" + postgres.getPort() + "/" + database;
    }

    private DataSource maintenance() {
        return postgres.getPostgresDatabase();
    }

    private TestDatabase create(String template) throws SQLException {
        String name = "test_" + COUNTER.incrementAndGet();
        try (Connection connection = maintenance().getConnection()) {
            Sql.execute(connection, "CREATE DATABASE " + name + template);
        }
        return new TestDatabase(this, name);
    }

    void drop(String database) throws SQLException {
        try (Connection connection = maintenance().getConnection()) {
            Sql.execute(connection, "DROP DATABASE " + database + " WITH (FORCE)");
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }

    private static final class Shared {
        static final TestServer SERVER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    SERVER.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
    }
}
