package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * The only place that takes a role, or names an organization or a member, to the database.
 *
 * <p>Each statement goes out together with the settings that scope it, in one round trip and one implicit transaction; the
 * settings end with it, so nothing is left behind on a pooled connection. What has to be asked before it is written, as
 * whether anybody has an instance, is a transaction of several. Policies and queries both filter by organization.
 * Thread-safe, but for a scope that is one transaction.
 *
 * <p>Statements are bound and read here rather than by jdbi, which would map the first of the two results, and whose
 * statements cost the client more than the rest of the round trip does. Transactions of several are jdbi's.
 */
final class TenantScope implements TenantStatements {
    /**
     * What PostgreSQL has confirmed is still there after it crashed, also where the host spares itself the wait for that. Else a message
     * would be sent again whose claim was forgotten, and a lane have two turns at a time.
     */
    private static final String LASTING =
            " case current_setting('synchronous_commit') when 'off' then set_config('synchronous_commit', 'local', true) end";

    private static final String AS_TENANT = "select set_config('role', 'ultramsg_tenant', true),"
            + " set_config('ultramsg.organization_id', ?, true), set_config('lock_timeout', '2s', true)," + LASTING
            + "; ";

    /** The same, for somebody whom the policies ask for: the tenant role is then an admin's. */
    private static final String AS_MEMBERS_TENANT = asMember("ultramsg_tenant");

    /** The role of members who may see, and neither a token nor a limit, and change nothing. */
    private static final String AS_MEMBER = asMember("ultramsg_member");

    private static String asMember(String role) {
        return "select set_config('role', '" + role + "', true), set_config('ultramsg.organization_id', ?, true),"
                + " set_config('ultramsg.member_id', ?, true), set_config('lock_timeout', '2s', true)," + LASTING
                + "; ";
    }

    /**
     * The service role crosses organizations. What it is for: finding by which key tokens are sealed, whether anybody has
     * an instance, of which messages nobody knows what became, and whom a roll-out of changes has reached; deleting entries of messages that are old, batches that have
     * none left, events that were handled long ago, and conversations that are over or nobody's; finding which instances are to be watched, and whose turn it is to be asked; and when which lane has its turn; keeping
     * templates, which are no organization's; and finding who has sent the most, and deleting days that are old. Nothing else.
     *
     * <p>Its statements are planned anew each time: tables such as that of the lanes are empty at one moment and full at the next, and
     * the best plan for an empty table reads a full one from end to end.
     */
    private static final String AS_SERVICE =
            "select set_config('role', 'ultramsg_service', true), set_config('ultramsg.organization_id', '', true),"
                    + " set_config('plan_cache_mode', 'force_custom_plan', true)," + LASTING + "; ";

    /** What {@link #AS_TENANT} changes, as it was before. */
    private static final String BEFORE = "select current_setting('role'),"
            + " coalesce(current_setting('ultramsg.organization_id', true), ''), current_setting('lock_timeout'),"
            + " current_setting('synchronous_commit')";

    private static final String AS_BEFORE =
            "; select set_config('role', ?, true), set_config('ultramsg.organization_id', ?, true),"
                    + " set_config('lock_timeout', ?, true), set_config('synchronous_commit', ?, true)";

    /** Not permitted; no such schema, function, table or role. */
    private static final Set<String> OF_ANOTHER_DATABASE = Set.of("42501", "3F000", "42883", "42P01", "22023");

    private final DataSource pool;
    private final Jdbi jdbi;
    private final Turns turns;
    private final @Nullable MemberKey member;
    private final @Nullable Connection transaction;

    TenantScope(DataSource pool) {
        this(pool, Jdbi.create(pool), new Turns(), null, null);
    }

    private TenantScope(
            DataSource pool, Jdbi jdbi, Turns turns, @Nullable MemberKey member, @Nullable Connection transaction) {
        this.pool = pool;
        this.jdbi = jdbi;
        this.turns = turns;
        this.member = member;
        this.transaction = transaction;
    }

    /** This scope for somebody, whom the policies ask for with each statement. */
    TenantScope actingFor(MemberKey member) {
        return new TenantScope(pool, jdbi, turns, member, transaction);
    }

    /**
     * A statement that runs as the tenant role; put together once for many calls. Its parameters are texts, which it casts
     * where it must, and it filters by the organization's key like any other.
     */
    static TenantStatement statement(String sql) {
        return new TenantStatement(AS_TENANT + sql, AS_MEMBERS_TENANT + sql);
    }

    /** Made by {@link #statement} only. */
    record TenantStatement(String sql, String forMember) {}

    /** A statement that runs as the role of members who may only see, in a scope that acts for one; otherwise as {@link #statement}. */
    static MemberStatement memberStatement(String sql) {
        return new MemberStatement(AS_MEMBER + sql);
    }

    /** Made by {@link #memberStatement} only. */
    record MemberStatement(String sql) {}

    <R> Optional<R> findOne(
            MemberStatement statement, TenantKey organization, RowReader<R> read, @Nullable String... values) {
        if (member == null) {
            throw new IllegalStateException("no member to act for");
        }
        return runFor(organization, statement.sql(), values, result -> firstRow(result, read));
    }

    <R> Optional<R> findOne(
            TenantStatement statement, TenantKey organization, RowReader<R> read, @Nullable String... values) {
        return runFor(organization, text(statement), values, result -> firstRow(result, read));
    }

    @Override
    public <R> List<R> findAll(
            TenantStatement statement, TenantKey organization, RowReader<R> read, @Nullable String... values) {
        return runFor(organization, text(statement), values, result -> rows(result, read));
    }

    /** Returns how many rows were changed. */
    int update(TenantStatement statement, TenantKey organization, @Nullable String... values) {
        return runFor(organization, text(statement), values, PreparedStatement::getUpdateCount);
    }

    private String text(TenantStatement statement) {
        return member == null ? statement.sql() : statement.forMember();
    }

    private <R> R runFor(TenantKey organization, String sql, @Nullable String[] values, SecondResult<R> second) {
        @Nullable String[] bound = bound(organization, values);
        return transaction != null // which has its connection already
                ? run(sql, bound, second)
                : turns.await(organization, () -> run(sql, bound, second));
    }

    private @Nullable String[] bound(TenantKey organization, @Nullable String[] values) {
        int settings = member == null ? 1 : 2;
        @Nullable String[] bound = new String[values.length + settings];
        bound[0] = organization.text();
        if (member != null) {
            bound[1] = member.text();
        }
        System.arraycopy(values, 0, bound, settings, values.length);
        return bound;
    }

    /**
     * Runs one statement on a connection of somebody else's, within his transaction if he has begun one. His role, his lock time-out
     * and the organization, if he has set any, are the same after it. If it fails, PostgreSQL puts them back together with all
     * that he did since his last savepoint, or takes nothing more until he rolls back.
     */
    static <R> List<R> findAllWithin(
            Connection theirs,
            TenantStatement statement,
            TenantKey organization,
            RowReader<R> read,
            @Nullable String... values) {
        try {
            String[] before = before(theirs);
            @Nullable String[] bound = new String[values.length + 1 + before.length];
            bound[0] = organization.text();
            System.arraycopy(values, 0, bound, 1, values.length);
            System.arraycopy(before, 0, bound, values.length + 1, before.length);
            return execute(theirs, statement.sql() + AS_BEFORE, bound, result -> rows(result, read));
        } catch (SQLException e) {
            StorageException described =
                    StorageFailures.describe("PostgreSQL did not carry out a statement within your transaction", e);
            throw OF_ANOTHER_DATABASE.contains(e.getSQLState())
                    ? StorageException.misconfigured(
                            described.getMessage()
                                    + "; the connection must be to the database of this store, and its login a member of"
                                    + " ultramsg_tenant: GRANT ultramsg_tenant TO <login>;",
                            null)
                    : described;
        }
    }

    private static String[] before(Connection theirs) throws SQLException {
        try (PreparedStatement query = theirs.prepareStatement(BEFORE);
                ResultSet row = query.executeQuery()) {
            row.next();
            return new String[] {row.getString(1), row.getString(2), row.getString(3), row.getString(4)};
        }
    }

    /** Runs one statement that returns rows across organizations, as the service role. */
    <R> List<R> queryAcross(String sql, RowReader<R> read, @Nullable String... values) {
        return run(AS_SERVICE + sql, values, statement -> rows(statement, read));
    }

    /** Runs one statement that changes rows across organizations, as the service role; returns how many. */
    int updateAcross(String sql, @Nullable String... values) {
        return run(AS_SERVICE + sql, values, PreparedStatement::getUpdateCount);
    }

    /** Returns connections for a library with statements of its own, which run across organizations, as the service role. */
    DataSource asService() {
        return ScopedStatements.of(this::outsideTransaction, AS_SERVICE);
    }

    private Connection outsideTransaction() throws SQLException {
        Connection connection = pool.getConnection();
        try {
            requireOutsideTransaction(connection);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Runs statements for one organization in one transaction, when it is the organization's turn. */
    <R> R inTransaction(TenantKey organization, Function<TenantScope, R> work) {
        return turns.await(organization, () -> inTransaction(work));
    }

    /**
     * Runs statements that belong together in one transaction, each of which sees what was committed before it began,
     * whatever isolation the login has by default.
     */
    <R> R inTransaction(Function<TenantScope, R> work) {
        try (Handle handle = jdbi.open()) {
            requireOutsideTransaction(handle.getConnection());
            return handle.inTransaction(open -> {
                open.execute("set transaction isolation level read committed");
                return work.apply(new TenantScope(pool, jdbi, turns, member, open.getConnection()));
            });
        } catch (JdbiException | SQLException e) {
            throw StorageFailures.describe("PostgreSQL did not carry out a change for an organization", e);
        }
    }

    /** Reads one row; must not move on to the next. */
    @FunctionalInterface
    interface RowReader<R> {
        R read(ResultSet row) throws SQLException;
    }

    private <R> R run(String sql, @Nullable String[] values, SecondResult<R> second) {
        try {
            return transaction != null ? execute(transaction, sql, values, second) : executeAlone(sql, values, second);
        } catch (SQLException e) {
            throw StorageFailures.describe("PostgreSQL did not carry out a statement for an organization", e);
        }
    }

    private <R> R executeAlone(String sql, @Nullable String[] values, SecondResult<R> second) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            requireOutsideTransaction(connection);
            return execute(connection, sql, values, second);
        }
    }

    private static <R> R execute(Connection connection, String sql, @Nullable String[] values, SecondResult<R> second)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(0); // all of it, since what follows takes away the right to read more
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.execute();
            statement.getMoreResults(); // the first result is that of set_config
            return second.read(statement);
        }
    }

    private static <R> Optional<R> firstRow(PreparedStatement statement, RowReader<R> read) throws SQLException {
        try (ResultSet row = statement.getResultSet()) {
            return row.next() ? Optional.of(read.read(row)) : Optional.empty();
        }
    }

    private static <R> List<R> rows(PreparedStatement statement, RowReader<R> read) throws SQLException {
        List<R> rows = new ArrayList<>();
        try (ResultSet row = statement.getResultSet()) {
            while (row.next()) {
                rows.add(read.read(row));
            }
        }
        return rows;
    }

    @FunctionalInterface
    private interface SecondResult<R> {
        R read(PreparedStatement statement) throws SQLException;
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
}
