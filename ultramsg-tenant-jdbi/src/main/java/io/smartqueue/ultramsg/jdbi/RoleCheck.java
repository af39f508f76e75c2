package io.smartqueue.ultramsg.jdbi;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import static io.smartqueue.ultramsg.jdbi.Problems.runAgain;

/** Finds out whether the library's roles are bound by policies, and whether the login may take them. */
final class RoleCheck {
    static final String TENANT = "ultramsg_tenant";
    static final String SERVICE = "ultramsg_service";
    static final String MEMBER = "ultramsg_member";
    static final String MEMBER_SETTING = "ultramsg.member_id";

    private static final String ROLES = """
            SELECT n.name, r.oid IS NOT NULL, r.rolsuper OR r.rolbypassrls, pg_has_role(r.oid, c.relowner, 'USAGE'),
                pg_has_role(session_user, r.oid, ?)
            FROM unnest(CAST(? AS text[])) WITH ORDINALITY AS n (name, place)
            LEFT JOIN pg_roles AS r ON r.rolname = n.name
            CROSS JOIN pg_class AS c
            WHERE c.oid = CAST(? AS oid)
            ORDER BY n.place
            """;

    private final Connection connection;
    private final CheckedTable table;
    private final Problems problems;

    RoleCheck(Connection connection, CheckedTable table, Problems problems) {
        this.connection = connection;
        this.table = table;
        this.problems = problems;
    }

    private record Role(
            String name, boolean exists, boolean passesByPolicies, boolean hasTheOwnersRights, boolean mayBeTaken) {}

    /** They are there, bound by policies, and may be taken by the login. */
    void require(String... names) throws SQLException {
        CatalogQuery.rows(
                        connection,
                        ROLES,
                        row -> new Role(
                                row.getString(1),
                                row.getBoolean(2),
                                row.getBoolean(3),
                                row.getBoolean(4),
                                row.getBoolean(5)),
                        table.newerThan15() ? "SET" : "MEMBER",
                        TextArray.of(List.of(names), name -> name),
                        table.oid())
                .forEach(this::role);
    }

    private void role(Role role) {
        if (!role.exists()) {
            problems.add(
                    "Role %s does not exist".formatted(role.name()),
                    runAgain(role.name().equals(MEMBER) ? Additions.MEMBERS_FILE : "V001__roles.sql"));
            return;
        }
        if (role.passesByPolicies()) {
            problems.add(
                    "Role %s passes by row-level security".formatted(role.name()),
                    "ALTER ROLE %s NOSUPERUSER NOBYPASSRLS;".formatted(role.name()));
        }
        if (role.hasTheOwnersRights()) {
            problems.add(
                    "Role %s has the rights of the owner of %s, whom policies do not bind"
                            .formatted(role.name(), table.name()),
                    "REVOKE %1$s FROM %2$s; -- or, when it owns the table: ALTER TABLE %3$s OWNER TO <another role>;"
                            .formatted(table.owner(), role.name(), table.name()));
        }
        if (!role.mayBeTaken()) {
            problems.add(
                    "Login %s may not take role %s".formatted(table.login(), role.name()),
                    "GRANT %s TO %s%s;"
                            .formatted(
                                    role.name(),
                                    table.login(),
                                    table.newerThan15() ? " WITH INHERIT FALSE, SET TRUE" : ""));
        }
    }

    /** A member who is always set would bind sends, too, which act for nobody. */
    void requireNoMember() {
        if (table.actsForMember()) {
            problems.add(
                    "Login %s always has %s set".formatted(table.login(), MEMBER_SETTING),
                    "ALTER ROLE %s RESET %s;".formatted(table.login(), MEMBER_SETTING));
        }
    }
}
