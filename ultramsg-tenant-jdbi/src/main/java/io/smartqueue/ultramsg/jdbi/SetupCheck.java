package io.smartqueue.ultramsg.jdbi;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Optional;

import static io.smartqueue.ultramsg.jdbi.RoleCheck.MEMBER;
import static io.smartqueue.ultramsg.jdbi.RoleCheck.SERVICE;
import static io.smartqueue.ultramsg.jdbi.RoleCheck.TENANT;

/**
 * Finds out, on the login that is going to serve, whether the database keeps organizations apart.
 *
 * <p>Looks first at what should be there and then tries it: with the tenant role and no organization not a single row
 * may be visible. Changes nothing. Each question is a round trip, so that it asks about all tables, policies and privileges together.
 */
final class SetupCheck {
    private final Connection connection;
    private final CheckedTable table;
    private final Problems problems = new Problems();

    private SetupCheck(Connection connection, CheckedTable table) {
        this.connection = connection;
        this.table = table;
    }

    /**
     * Returns what stands in the way of serving, each with the SQL that mends it; empty when all is well.
     *
     * <p>Leaves the connection as it was, inside or outside a transaction.
     *
     * @throws SQLException if the database cannot be asked
     */
    static List<String> problems(Connection connection, HostTable host) throws SQLException {
        return problems(connection, host, SetupCheck::serving);
    }

    /**
     * Returns what stands in the way of acting for members who may see the configuration and not edit it, as {@link #problems} does for
     * serving. Nothing else needs it.
     *
     * @throws SQLException if the database cannot be asked
     */
    static List<String> memberProblems(Connection connection, HostTable host) throws SQLException {
        return problems(connection, host, SetupCheck::members);
    }

    private interface Part {
        void check(SetupCheck check) throws SQLException;
    }

    private static List<String> problems(Connection connection, HostTable host, Part part) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        if (autoCommit) {
            connection.setAutoCommit(false);
        }
        Savepoint start = connection.setSavepoint();
        try {
            return check(connection, host, part);
        } finally {
            connection.rollback(start);
            if (autoCommit) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private static List<String> check(Connection connection, HostTable host, Part part) throws SQLException {
        if (host.schema().isPresent() && !mayUse(connection, host.schema().get())) {
            return List.of(("The login may not use the schema of table %s, or there is none. To mend: run"
                            + " PostgresTenantStore.migrate, or, if it is there: GRANT USAGE ON SCHEMA <schema> TO <login>;")
                    .formatted(host));
        }
        Optional<CheckedTable> table = CheckedTable.find(connection, host);
        if (table.isEmpty()) {
            String where = host.schema().isPresent() ? "" : " in its search_path";
            return List.of(("The login finds no table %s%s. To mend: run PostgresTenantStore.migrate, or, if it is"
                            + " there: ALTER ROLE <login> SET search_path = <schema>;"
                            + " GRANT USAGE ON SCHEMA <schema> TO <login>;")
                    .formatted(host, where));
        }
        SetupCheck check = new SetupCheck(connection, table.get());
        part.check(check);
        return check.problems.all();
    }

    /** Without it, looking for a table in the schema is an error. */
    private static boolean mayUse(Connection connection, String schema) throws SQLException {
        String query = "SELECT nspname FROM pg_namespace WHERE nspname = ? AND has_schema_privilege(oid, 'USAGE')";
        return !CatalogQuery.rows(connection, query, row -> row.getString(1), schema)
                .isEmpty();
    }

    private void serving() throws SQLException {
        objects().serving();
        RoleCheck roles = new RoleCheck(connection, table, problems);
        roles.require(TENANT, SERVICE);
        roles.requireNoMember();
        if (problems.isEmpty()) {
            new PrivilegeCheck(connection, table, problems).serving();
        }
        if (problems.isEmpty()) {
            new RowProbe(connection, table, problems).run();
        }
    }

    private void members() throws SQLException {
        new RoleCheck(connection, table, problems).require(MEMBER);
        objects().members();
        if (problems.isEmpty()) {
            new PrivilegeCheck(connection, table, problems).members();
        }
    }

    private ObjectCheck objects() throws SQLException {
        return new ObjectCheck(table, Catalog.read(connection, table), problems);
    }
}
