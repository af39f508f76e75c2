package com.example.shop;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** The library on the class path of a service that runs already: it does what a bean of the host's asks for, no more. */
class NothingStartsByItselfTest {
    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void startPostgres() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @BeforeEach
    void createTheDatabase() {
        new JdbcTemplate(postgres.getPostgresDatabase()).execute("create database shop");
    }

    @AfterEach
    void dropTheDatabase() {
        new JdbcTemplate(postgres.getPostgresDatabase()).execute("drop database shop with (force)");
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        postgres.close();
    }

    @Test
    void hasNoBeanThreadTableOrColumnUntilTheHostAsks() {
        try (ConfigurableApplicationContext host = start(ShopBefore.class)) {
            assertThat(beansOfOurs(host)).isEmpty();
            assertThat(threadsOfOurs()).isEmpty();
            assertThat(tables(host)).containsExactly("flyway_schema_history", "organizations");
            assertThat(columns(host)).containsExactly("id", "name", "city", "created_at");
        }
    }

    @Test
    void leavesTheHostsMigrationsAsTheyRan() {
        List<Map<String, Object>> before;
        try (ConfigurableApplicationContext host = start(ShopBefore.class)) {
            before = history(host);
        }

        try (ConfigurableApplicationContext host = start(ShopBefore.class, WhatsAppConfiguration.class)) {
            assertThat(beansOfOurs(host)).hasSize(3);
            assertThat(tables(host)).contains("ultramsg_schema_history");
            assertThat(history(host)).hasSize(2).isEqualTo(before);
        }
        try (ConfigurableApplicationContext host = start(ShopBefore.class, WhatsAppConfiguration.class)) {
            assertThat(history(host)).isEqualTo(before);
            assertThat(host.getBean(Flyway.class).validateWithResult().validationSuccessful)
                    .isTrue();
        }
    }

    @Test
    void comesAfterTheHostsMigrationsOnAnEmptyDatabase() {
        try (ConfigurableApplicationContext host = start(ShopBefore.class, WhatsAppConfiguration.class)) {
            assertThat(history(host)).hasSize(2);
            assertThat(columns(host)).startsWith("id", "name", "city", "created_at", "ultramsg_instance_id");
        }
    }

    @Test
    void leavesLoggingAsItWas() {
        List<LoggerConfiguration> before;
        try (ConfigurableApplicationContext host = start(ShopBefore.class)) {
            before = loggersThatAreSet(host);
        }

        try (ConfigurableApplicationContext host = start(ShopBefore.class, WhatsAppConfiguration.class)) {
            LoggingSystem logging = host.getBean(LoggingSystem.class);
            assertThat(logging.getLoggerConfiguration("ROOT").getEffectiveLevel())
                    .isEqualTo(LogLevel.INFO);
            assertThat(logging.getLoggerConfiguration("io.smartqueue.ultramsg.jdbi.PostgresTenantStore"))
                    .satisfiesAnyOf(
                            logger -> assertThat(logger).isNull(),
                            logger -> assertThat(logger.getConfiguredLevel()).isNull());
            assertThat(loggersThatAreSet(host)).isEqualTo(before);
        }
    }

    @Test
    void endsItsThreadsWithTheContext() throws InterruptedException {
        List<Thread> threads;
        try (ConfigurableApplicationContext host = start(ShopBefore.class, WhatsAppConfiguration.class)) {
            threads = threadsOfOurs();
        }

        assertThat(threads).isNotEmpty();
        for (Thread thread : threads) {
            thread.join(10_000);
        }
        assertThat(threadsOfOurs()).isEmpty();
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void endsWithoutAWarningOfThePoolsOrItsOwn(CapturedOutput log) {
        try (ConfigurableApplicationContext host = start(ShopBefore.class, WhatsAppConfiguration.class)) {
            awaitListening(host);
        }

        assertThat(log.getAll().lines().filter(line -> line.contains("Hikari") || line.contains("ultramsg")))
                .anyMatch(line -> line.contains("Shutdown completed"))
                .noneMatch(line -> line.contains(" WARN "))
                .noneMatch(line -> line.contains("marked as broken"));
    }

    /** It asks for a 1 from time to time. */
    private static void awaitListening(ConfigurableApplicationContext host) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (sql(host)
                .queryForList(
                        "select 1 from pg_stat_activity where state = 'idle' and query ~ '^( *LISTEN .*|SELECT 1)$'")
                .isEmpty()) {
            assertThat(System.nanoTime()).as("the store listens").isLessThan(deadline);
        }
    }

    private static ConfigurableApplicationContext start(Class<?>... sources) {
        return new SpringApplicationBuilder(sources)
                .run("--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "shop"));
    }

    private static List<Object> beansOfOurs(ConfigurableApplicationContext host) {
        return host.getBeansOfType(Object.class).values().stream()
                .filter(bean -> bean.getClass().getName().startsWith("io.smartqueue."))
                .toList();
    }

    private static List<Thread> threadsOfOurs() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("ultramsg-"))
                .toList();
    }

    private static List<LoggerConfiguration> loggersThatAreSet(ConfigurableApplicationContext host) {
        return host.getBean(LoggingSystem.class).getLoggerConfigurations().stream()
                .filter(logger -> logger.getConfiguredLevel() != null)
                .toList();
    }

    private static List<Map<String, Object>> history(ConfigurableApplicationContext host) {
        return sql(host).queryForList("select * from flyway_schema_history order by installed_rank");
    }

    private static List<String> tables(ConfigurableApplicationContext host) {
        return sql(host)
                .queryForList(
                        "select table_name from information_schema.tables where table_schema = 'public' order by 1",
                        String.class);
    }

    private static List<String> columns(ConfigurableApplicationContext host) {
        return sql(host)
                .queryForList(
                        "select column_name from information_schema.columns where table_name = 'organizations'"
                                + " order by ordinal_position",
                        String.class);
    }

    private static JdbcTemplate sql(ConfigurableApplicationContext host) {
        return host.getBean(JdbcTemplate.class);
    }

    /** The shop before it sends anything. No component scan finds this class. */
    @EnableAutoConfiguration
    static class ShopBefore {}
}
