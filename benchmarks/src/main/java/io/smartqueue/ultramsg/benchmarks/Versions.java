package io.smartqueue.ultramsg.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import com.zaxxer.hikari.HikariDataSource;
import io.github.bucket4j.Bucket;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.Driver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** What was measured: this library at its commit, and what it stands on. */
final class Versions {
    private static final String OWN = "/io/smartqueue/ultramsg/api/version.properties";

    private Versions() {}

    static Map<String, String> ofThisRun() throws IOException {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("ultramsg-tenant", own());
        versions.put("commit", commit());
        versions.put("jdbi", of(Jdbi.class));
        versions.put("HikariCP", of(HikariDataSource.class));
        versions.put("pgjdbc", of(Driver.class));
        versions.put("Caffeine", of(Caffeine.class));
        versions.put("Jackson", of(ObjectMapper.class));
        versions.put("bucket4j", of(Bucket.class));
        versions.put("db-scheduler", of(Scheduler.class));
        versions.put("transaction-outbox", of(TransactionOutbox.class));
        return versions;
    }

    private static String own() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Versions.class.getResourceAsStream(OWN)) {
            if (in != null) {
                properties.load(in);
            }
        }
        return properties.getProperty("version", "unknown");
    }

    /** As the jar says, or else as its name says. */
    private static String of(Class<?> type) {
        return Optional.ofNullable(type.getPackage().getImplementationVersion()).orElseGet(() -> {
            String jar = Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .getPath())
                    .getFileName()
                    .toString();
            return jar.replaceAll(".*?-([0-9].*)\\.jar", "$1");
        });
    }

    private static String commit() throws IOException {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty").start();
            String printed = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? printed : "unknown";
        } catch (IOException noGit) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
