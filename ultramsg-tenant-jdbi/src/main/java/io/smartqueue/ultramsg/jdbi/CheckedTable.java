package io.smartqueue.ultramsg.jdbi;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The host's table as the login finds it that is going to serve, and what is to be known of that login.
 *
 * @param oid PostgreSQL's number for the table
 * @param schemaOid PostgreSQL's number for its schema
 * @param relation its name, as it is
 * @param literal its name as a literal
 * @param owner who owns it, quoted
 * @param login who serves, quoted
 * @param newerThan15 whether taking a role is a right of its own
 * @param actsForMember whether a member is set before anybody has set one
 * @param layout where it is and what its key is like
 */
record CheckedTable(
        long oid,
        long schemaOid,
        String relation,
        String literal,
        String owner,
        String login,
        boolean newerThan15,
        boolean actsForMember,
        TableLayout layout) {
    private static final String FIND = """
            SELECT c.oid, c.relnamespace, c.relname, quote_literal(c.relname), quote_ident(pg_get_userbyid(c.relowner)),
                quote_ident(session_user), current_setting('server_version_num')::integer >= 160000,
                coalesce(current_setting(?, true), '') <> ''
            FROM pg_class AS c
            WHERE c.oid = to_regclass(?)
            """;

    /** Empty if the login finds no such table. */
    static Optional<CheckedTable> find(Connection connection, HostTable host) throws SQLException {
        return CatalogQuery.rows(
                        connection,
                        FIND,
                        row -> new CheckedTable(
                                row.getLong(1),
                                row.getLong(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getString(6),
                                row.getBoolean(7),
                                row.getBoolean(8),
                                TableLayout.find(connection, host)),
                        RoleCheck.MEMBER_SETTING,
                        host.lookUpName())
                .stream()
                .findFirst();
    }

    String schema() {
        return layout.schema();
    }

    /** Its own name, qualified. */
    String name() {
        return layout.organizations();
    }

    /** The name of something of the library's in its schema, qualified. */
    String beside(String name) {
        return schema() + "." + name;
    }
}
