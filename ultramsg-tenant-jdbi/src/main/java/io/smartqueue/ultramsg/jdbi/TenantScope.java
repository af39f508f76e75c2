package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.ResultBearing;
import org.jdbi.v3.core.statement.Query;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The only place that takes a role or names an organization to the database.
 *
 * <p>Each statement goes out together with the settings that scope it, in one round trip and one implicit transaction; the
 * settings end with it, so nothing is left behind on a pooled connection. Policies and queries both filter by
 * organization. Thread-safe.
 */
final class TenantScope {
    private static final String AS_TENANT = "select set_config('role', 'ultramsg_tenant', true),"
            + " set_config('ultramsg.organization_id', :organization, true),"
            + " set_config('lock_timeout', '2s', true); ";

    /** The service role crosses organizations. What it is for: finding by which key tokens are sealed. Nothing else. */
    private static final String AS_SERVICE =
            "select set_config('role', 'ultramsg_service', true), set_config('ultramsg.organization_id', '', true); ";

    private final Jdbi jdbi;
    private final TableLayout layout;

    TenantScope(Jdbi jdbi, TableLayout layout) {
        this.jdbi = jdbi;
        this.layout = layout.forJdbi();
    }

    TableLayout layout() {
        return layout;
    }

    /** Runs one statement that returns rows as the tenant role, for one organization. */
    <R> R query(OrganizationId organization, String sql, UnaryOperator<Query> bind, Function<ResultBearing, R> read) {
        return run(
                AS_TENANT + sql,
                query -> bind.apply(bindKey(query, organization)),
                (statement, rows) -> read.apply(rows));
    }

    /** Runs one statement that changes rows as the tenant role, for one organization. */
    int update(OrganizationId organization, String sql, UnaryOperator<Query> bind) {
        return run(
                AS_TENANT + sql,
                query -> bind.apply(bindKey(query, organization)),
                (statement, rows) -> statement.getUpdateCount());
    }

    /** Runs one statement that returns rows across organizations, as the service role. */
    <R> R queryAcross(String sql, UnaryOperator<Query> bind, Function<ResultBearing, R> read) {
        return run(AS_SERVICE + sql, bind, (statement, rows) -> read.apply(rows));
    }

    private Query bindKey(Query query, OrganizationId organization) {
        return query.bind("organization", layout.canonical(organization).value());
    }

    private <R> R run(String sql, UnaryOperator<Query> bind, SecondResult<R> read) {
        try (Handle handle = jdbi.open()) {
            requireOutsideTransaction(handle.getConnection());
            return bind.apply(handle.createQuery(sql)).execute((execution, context) -> {
                PreparedStatement statement = execution.get();
                statement.getMoreResults(); // the first result is that of set_config
                return read.apply(statement, ResultBearing.of(() -> resultSet(statement), context));
            });
        } catch (JdbiException | SQLException e) {
            throw StorageFailures.describe("PostgreSQL did not carry out a statement for an organization", e);
        }
    }

    /**
     * A connection of somebody else's transaction would take the role and keep it until that transaction ends, and the
     * host's own statements in it would be run as the tenant.
     */
    private static void requireOutsideTransaction(Connection connection) throws SQLException {
        if (connection.getAutoCommit()) {
            return;
        }
        if (connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE) {
            throw StorageException.misconfigured(
                    "the DataSource handed out a connection with a transaction open on it: give the library the plain pool,"
                            + " not a proxy that takes part in transactions",
                    null);
        }
        connection.setAutoCommit(true);
    }

    private static java.sql.ResultSet resultSet(PreparedStatement statement) {
        try {
            return statement.getResultSet();
        } catch (SQLException e) {
            throw StorageFailures.describe("PostgreSQL sent no rows", e);
        }
    }

    @FunctionalInterface
    private interface SecondResult<R> {
        R apply(PreparedStatement statement, ResultBearing rows) throws SQLException;
    }
}
