package io.smartqueue.app;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import javax.sql.DataSource;

/** PostgreSQL: one pool for this service and for the library, and the tables of both. */
final class Database {
    private static final long MIGRATION_LOCK = 7_313_370_001L;

    /** Somebody waits at a page: half a minute, which is usual, nobody does. */
    private static final long MOST_MILLIS_TO_CONNECT = 3_000;

    private Database() {}

    static HikariDataSource open(Settings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("smart-queue");
        config.setJdbcUrl(settings.databaseUrl());
        if (settings.databaseUser() != null) {
            config.setUsername(settings.databaseUser());
        }
        if (settings.databasePassword() != null) {
            config.setPassword(settings.databasePassword());
        }
        config.setMaximumPoolSize(10);
        config.setConnectionTimeout(MOST_MILLIS_TO_CONNECT);
        config.setValidationTimeout(MOST_MILLIS_TO_CONNECT - 500);
        // details quote whole rows, numbers and names in them; the driver knows no property that is no text
        config.addDataSourceProperty("logServerErrorDetail", "false");
        return new HikariDataSource(config);
    }

    /** For this service's own tables. What it throws is logged, so it repeats nothing of what is bound to a statement. */
    static Jdbi jdbi(DataSource database) {
        Jdbi jdbi = Jdbi.create(database);
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        return jdbi;
    }

    /** Brings the database to this version, on whichever node comes first. */
    static void migrate(HikariDataSource database) {
        PostgresTenantStore.migrate(database);
        jdbi(database).useTransaction(handle -> {
            handle.createQuery("SELECT pg_advisory_xact_lock(:lock)::text")
                    .bind("lock", MIGRATION_LOCK)
                    .mapTo(String.class)
                    .one();
            handle.createScript(schema()).execute();
        });
    }

    private static String schema() {
        try (InputStream file = Database.class.getResourceAsStream("schema.sql")) {
            if (file == null) {
                throw new IllegalStateException("schema.sql is not on the class path");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
