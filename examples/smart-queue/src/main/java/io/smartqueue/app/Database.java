package io.smartqueue.app;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import org.jdbi.v3.core.Jdbi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** PostgreSQL: one pool for this service and for the library, and the tables of both. */
final class Database {
    private static final long MIGRATION_LOCK = 7_313_370_001L;

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
        return new HikariDataSource(config);
    }

    /** Brings the database to this version, on whichever node comes first. */
    static void migrate(HikariDataSource database) {
        PostgresTenantStore.migrate(database);
        Jdbi.create(database).useTransaction(handle -> {
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
