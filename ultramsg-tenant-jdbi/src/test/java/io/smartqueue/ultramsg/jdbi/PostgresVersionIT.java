package io.smartqueue.ultramsg.jdbi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(PostgresExtension.class)
class PostgresVersionIT {
    @Test
    @EnabledIfSystemProperty(named = "postgres.version", matches = ".+", disabledReason = "the build says which")
    void isTheOneThatTheBuildAskedFor(TestDatabase database) throws SQLException {
        String server = database.query("SHOW server_version").get(0).get(0);

        // the binaries' 15.18.0 are PostgreSQL's 15.18
        assertThat(System.getProperty("postgres.version")).isEqualTo(server + ".0");
    }
}
