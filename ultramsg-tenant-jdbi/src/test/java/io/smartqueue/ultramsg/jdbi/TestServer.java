package io.smartqueue.ultramsg.jdbi;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * An embedded PostgreSQL server. Most tests use databases of the {@linkplain #shared() shared} one; those that change
 * what all databases of a server have in common, its roles, start their own.
 */
final class TestServer implements AutoCloseable {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final EmbeddedPostgres postgres;
    private final Map<String, String> templates = new HashMap<>();

    private TestServer(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /** The server of this JVM; started by the first to ask, stopped with the JVM. */
    static TestServer shared() {
        return Shared.SERVER;
    }

    static TestServer start() {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("max_prepared_transactions", "5")
                .setServerConfig("max_connections", "200");
        try {
            return new TestServer(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
