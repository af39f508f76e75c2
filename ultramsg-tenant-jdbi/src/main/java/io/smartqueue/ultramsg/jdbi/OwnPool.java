package io.smartqueue.ultramsg.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The pool for hosts that have none, with time limits on everything that could wait. */
final class OwnPool {
    private static final int CONNECT_SECONDS = 5;
    private static final int SOCKET_SECONDS = 30;

    private OwnPool() {}

    static HikariDataSource open(JdbcSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("ultramsg");
        config.setDataSource(direct(settings));
        config.setMaximumPoolSize(settings.poolSize());
        config.setConnectionTimeout(CONNECT_SECONDS * 1000L);
        config.setInitializationFailTimeout(-1); // the check at start-up tells more than the pool would
        return new HikariDataSource(config);
    }

    /** Connections without a pool: to migrate, and to listen for changes. */
    static PGSimpleDataSource direct(JdbcSettings settings) {
        PGSimpleDataSource direct = new PGSimpleDataSource();
        direct.setUrl(settings.url());
        direct.setUser(settings.user());
        direct.setPassword(settings.password());
        direct.setApplicationName("ultramsg-tenant");
        direct.setConnectTimeout(CONNECT_SECONDS);
        direct.setLoginTimeout(CONNECT_SECONDS);
        direct.setSocketTimeout(SOCKET_SECONDS);
        direct.setTcpKeepAlive(true);
        direct.setLogServerErrorDetail(false); // details quote rows
        return direct;
    }
}
