package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The server asks no login for a password but this one. */
@ExtendWith(PostgresExtension.class)
class WrongPasswordIT {
    @Test
    void isReportedWithTheLoginAndWithoutThePassword(@TestDatabase.Fresh TestDatabase database) throws Exception {
        String login = database.servingLogin();
        askForPassword(database, login);
        JdbcSettings wrong = JdbcSettings.builder(database.jdbcUrl(), login, "fake-wr0ng-password")
                .build();

        assertThatThrownBy(() ->
                        PostgresTenantStore.builder(wrong).plainTextTokens().build())
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("password authentication failed")
                .hasMessageContaining(login)
                .message()
                .doesNotContain("fake-wr0ng-password");
        assertThat(wrong.toString()).doesNotContain("fake-wr0ng-password");

        JdbcSettings right = JdbcSettings.builder(database.jdbcUrl(), login, "fake-right-password")
                .build();
        PostgresTenantStore.builder(right).plainTextTokens().build().close();
    }

    private static void askForPassword(TestDatabase database, String login) throws Exception {
        Path rules = Path.of(database.query("SHOW hba_file").get(0).get(0));
        Files.writeString(rules, "host all " + login + " all scram-sha-256\n" + Files.readString(rules));
        database.execute("ALTER ROLE " + login + " PASSWORD 'fake-right-password'", "SELECT pg_reload_conf()");
    }
}
