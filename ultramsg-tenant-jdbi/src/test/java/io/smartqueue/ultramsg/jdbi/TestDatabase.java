package io.smartqueue.ultramsg.jdbi;

import org.postgresql.PGConnection;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/**
 * A database for tests; as a parameter, it comes from {@link PostgresExtension}.
 *
 * <p>The superuser passes by row-level security: read and write as a {@link #login} or the {@link #servingLogin()}.
 */
final class TestDatabase implements AutoCloseable {

    /** Asks for a migrated database of the parameter's own, instead of the one that its class shares. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    @interface Fresh {}

    /** Asks for a database of the parameter's own that is not migrated. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    @interface Empty {}

    private final TestServer server;
    private final String name;
    private final AtomicReference<Connection> idle = new AtomicReference<>();
    private boolean servingLoginReady;

    TestDatabase(TestServer server, String name) {
        this.server = server;
        this.name = name;
    }

    String name() {
        return name;
    }

    /** A new connection of the superuser. */
    Connection superuser() throws SQLException {
        return dataSource().getConnection();
    }

    /** Connections of the superuser. */
    DataSource dataSource() {
        return dataSource("postgres");
    }

    /** A new connection of a login that {@link #login} or {@link #servingLogin()} returned. */
    Connection as(String login) throws SQLException {
        return dataSource(login).getConnection();
    }

    DataSource dataSource(String login) {
        return server.dataSource(login, name);
    }

    /** How a host without a pool of its own would reach the database; the server asks for no password. */
    JdbcSettings settings(String login) {
        return settings(jdbcUrl(), login);
    }

    /** The same, by way of a cable to {@link #port()}. */
    JdbcSettings settings(String login, Cable cable) {
        return settings("jdbc:postgresql://localhost:" + cable.port() + "/" + name, login);
    }

    /** Few connections: a pool opens all of them at once, which costs a test more than what it does with them. */
    private static JdbcSettings settings(String url, String login) {
        return JdbcSettings.builder(url, login, "").poolSize(3).build();
    }

    String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    int port() {
        return server.port();
    }

    /** Creates a login for this database; returns its name, which no other database's login has. */
    String login(String purpose, String attributes) throws SQLException {
        String login = name + "_" + purpose;
        execute("CREATE ROLE " + login + " LOGIN NOSUPERUSER NOBYPASSRLS " + attributes);
        return login;
    }

    /** The least a service needs: a login that may take both roles and has no rights of its own. */
    synchronized String servingLogin() throws SQLException {
        String login = name + "_serving";
        if (!servingLoginReady) {
            login("serving", "NOINHERIT");
            execute("GRANT ultramsg_tenant, ultramsg_service TO " + login);
            servingLoginReady = true;
        }
        return login;
    }

    /** Runs statements as the superuser. */
    void execute(String... statements) throws SQLException {
        asSuperuser(connection -> {
            Sql.execute(connection, statements);
            return null;
        });
    }

    /** Reads as the superuser. */
    List<List<String>> query(String query, Object... arguments) throws SQLException {
        return asSuperuser(connection -> Sql.query(connection, query, arguments));
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** On the connection of the last time, if nobody else is using it: tests that wait ask again and again, and connecting is dear. */
    private <T> T asSuperuser(Work<T> work) throws SQLException {
        Connection connection = idle.getAndSet(null);
        if (connection == null || !connection.isValid(10)) { // the server may have been restarted
            connection = superuser();
            connection.unwrap(PGConnection.class).setPrepareThreshold(0); // tables change under the same query
        }
        T result;
        try {
            result = work.on(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        if (!idle.compareAndSet(null, connection)) {
            connection.close();
        }
        return result;
    }

    /** Adds an organization with an instance; columns as in {@code "daily_message_limit = 5, name = 'x'"}. */
    UUID organization(String columns) throws SQLException {
        UUID id = UUID.randomUUID();
        execute("INSERT INTO organizations (id, ultramsg_instance_id, ultramsg_token, whatsapp_instance_status)"
                + " VALUES ('" + id + "', 'instance1150', 'not-a-real-token', 'active')");
        if (!columns.isEmpty()) {
            execute("UPDATE organizations SET " + columns + " WHERE id = '" + id + "'");
        }
        return id;
    }

    @Override
    public void close() throws SQLException {
        Connection last = idle.getAndSet(null);
        if (last != null) {
            last.close();
        }
        server.drop(name);
    }
}
