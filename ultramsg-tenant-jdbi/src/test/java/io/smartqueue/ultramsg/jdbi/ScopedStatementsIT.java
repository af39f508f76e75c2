package io.smartqueue.ultramsg.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Connections that db-scheduler is given: scoped for each statement, and the pool's again after it, whatever happened. */
@ExtendWith(PostgresExtension.class)
class ScopedStatementsIT {
    private TestDatabase database;
    private HikariDataSource pool;
    private DataSource scoped;

    @BeforeEach
    void open(TestDatabase shared) throws SQLException {
        database = shared;
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource(database.servingLogin()));
        config.setMaximumPoolSize(1);
        config.setAutoCommit(false);
        pool = new HikariDataSource(config);
        scoped = new TenantScope(pool).asService();
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void runStatementsAsTheServiceRoleAndLeaveNothingBehind() throws SQLException {
        for (int i = 0; i < 10; i++) { // beyond the driver's threshold for preparing on the server
            assertThat(read("select current_user where ? = 'x'", "x")).isEqualTo("ultramsg_service");
            assertThat(update("delete from ultramsg_lanes where task_instance = ?", "nobody's"))
                    .isZero();
            assertAsItCame();
        }
    }

    /** Embedded servers have it off; RestartedPostgresIT shows what for. */
    @Test
    void waitForTheDiskAlsoWhereTheHostDoesNot() throws SQLException {
        String question = "select current_setting('synchronous_commit') where ? = 'x'";
        TenantKey nobody = new TenantKey("00000000-0000-0000-0000-000000000000");

        assertThat(read(question, "x")).isEqualTo("local");
        assertThat(new TenantScope(pool).findOne(TenantScope.statement(question), nobody, row -> row.getString(1), "x"))
                .contains("local");
        assertAsItCame();

        database.execute("ALTER ROLE " + database.servingLogin() + " SET synchronous_commit = remote_apply");
        pool.getHikariPoolMXBean().softEvictConnections();
        assertThat(read(question, "x")).isEqualTo("remote_apply");
    }

    @Test
    void leaveNothingBehindAfterAFailure() throws SQLException {
        assertThatThrownBy(() -> read("select 1 / cast(? as integer)", "0")).isInstanceOf(SQLException.class);
        assertAsItCame();
        assertThatThrownBy(() -> update("nonsense ?", "x")).isInstanceOf(SQLException.class);
        assertAsItCame();
        assertThatThrownBy(() -> read("select pg_terminate_backend(pg_backend_pid()) where ? = 'x'", "x"))
                .isInstanceOf(SQLException.class);
        assertAsItCame();
    }

    @Test
    void refuseWhatCouldRunUnscoped() throws SQLException {
        try (Connection connection = scoped.getConnection();
                PreparedStatement statement = connection.prepareStatement("select 1")) {
            assertThat(connection.getAutoCommit()).isTrue();
            assertThatThrownBy(connection::createStatement).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> connection.prepareCall("select 1"))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> connection.prepareStatement("select 1", 1))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> connection.setAutoCommit(false)).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> connection.unwrap(Connection.class))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> statement.execute("select 1")).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(statement::executeBatch).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(statement::getConnection).isInstanceOf(UnsupportedOperationException.class);
        }
        assertThatThrownBy(() -> scoped.getConnection("somebody", "else"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertAsItCame();
    }

    private String read(String sql, String value) throws SQLException {
        try (Connection connection = scoped.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, value);
            assertThat(statement.execute()).isTrue();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private int update(String sql, String value) throws SQLException {
        try (Connection connection = scoped.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, value);
            assertThat(statement.execute()).isFalse();
            return statement.getUpdateCount();
        }
    }

    private void assertAsItCame() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.getAutoCommit()).as("as the host has it").isFalse();
            assertThat(Sql.query(
                            connection,
                            "SELECT current_user, coalesce(current_setting('ultramsg.organization_id', true), ''),"
                                    + " current_setting('plan_cache_mode')"))
                    .containsExactly(List.of(database.servingLogin(), "", "auto"));
            connection.rollback();
        }
    }
}
