package io.smartqueue.ultramsg.jdbi;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import static io.smartqueue.ultramsg.jdbi.Problems.runAgain;
import static io.smartqueue.ultramsg.jdbi.RoleCheck.SERVICE;
import static io.smartqueue.ultramsg.jdbi.RoleCheck.TENANT;

/**
 * Tries what the catalog promises, which may look right and yet be overruled, by a default of the login or by a policy of the host.
 *
 * <p>Leaves the last role and organization set: whoever began the transaction, or a savepoint in it, rolls it back.
 */
final class RowProbe {
    private static final String SETTING = "ultramsg.organization_id";

    private final Connection connection;
    private final CheckedTable table;
    private final Problems problems;
    private final Savepoint untouched;

    RowProbe(Connection connection, CheckedTable table, Problems problems) throws SQLException {
        this.connection = connection;
        this.table = table;
        this.problems = problems;
        this.untouched = connection.setSavepoint();
    }

    void run() throws SQLException {
        hostTable();
        if (problems.isEmpty()) {
            connection.rollback(untouched); // no organization is set any more
            ownTables();
        }
    }

    /** Without a way back after each question: the next one sets its own role, and, once an organization is set, its own. */
    private void hostTable() throws SQLException {
        String column = table.layout().keyColumn();
        String key = ofHostTable(
                SERVICE, null, "SELECT %1$s::text FROM %2$s ORDER BY %1$s LIMIT 1".formatted(column, table.name()));
        String visible = "SELECT count(*)::text FROM " + table.name();
        expectNoRow("no organization set", ofHostTable(TENANT, null, visible));
        expectNoRow("an empty organization set", ofHostTable(TENANT, "", visible));
        expectNoRow(
                "an organization set that does not exist",
                ofHostTable(TENANT, table.layout().keyType().unused(), visible));
        if (key != null && problems.isEmpty()) {
            String own = ofHostTable(TENANT, key, visible);
            if (own != null && !own.equals("1")) {
                problems.add(
                        "Role ultramsg_tenant sees %s rows of %s for an organization that exists, not 1"
                                .formatted(own, table.name()),
                        "SELECT * FROM pg_policies WHERE tablename = " + table.literal()
                                + "; -- a restrictive policy for PUBLIC hides the row: ALTER POLICY <name> ON "
                                + table.name() + " TO <your roles>;");
            }
        }
    }

    private void expectNoRow(String when, @Nullable String count) {
        if (count != null && !count.equals("0")) {
            problems.add(
                    "Role ultramsg_tenant sees %s organizations with %s".formatted(count, when),
                    "ALTER ROLE %s RESET %s; -- or, when the policy was changed: %s"
                            .formatted(table.login(), SETTING, runAgain(Additions.SCOPE_FILE)));
        }
    }

    private @Nullable String ofHostTable(String role, @Nullable String organization, String query) throws SQLException {
        return value(role, organization, query, table.name(), table.literal());
    }

    /** All at once, and one by one only where one of them cannot be read, to find out which. */
    private void ownTables() throws SQLException {
        List<OwnTable> tables =
                OwnTable.all().stream().filter(OwnTable::isReadByTenants).toList();
        try {
            List<String> shown =
                    ask(TENANT, null, tables.stream().map(this::nameIfAny).collect(Collectors.joining(" UNION ALL ")));
            tables.stream().filter(own -> shown.contains(own.name())).forEach(this::showsEntries);
        } catch (SQLException e) {
            connection.rollback(untouched);
            for (OwnTable own : tables) {
                String literal = "'" + own.name() + "'";
                if (value(TENANT, null, nameIfAny(own), table.beside(own.name()), literal) != null) {
                    showsEntries(own);
                }
            }
        }
    }

    private String nameIfAny(OwnTable own) {
        return "SELECT '%s' WHERE EXISTS (SELECT FROM %s)".formatted(own.name(), table.beside(own.name()));
    }

    private void showsEntries(OwnTable own) {
        problems.add(
                "Role ultramsg_tenant sees entries of %s with no organization set".formatted(table.beside(own.name())),
                runAgain(own.file()));
    }

    /** The first value of the query as that role, or null: no row, or it failed, which is a problem of its own. */
    private @Nullable String value(
            String role, @Nullable String organization, String query, String name, String literal) throws SQLException {
        try {
            return ask(role, organization, query).stream().findFirst().orElse(null);
        } catch (SQLException e) {
            connection.rollback(untouched);
            problems.add(
                    "Role %s cannot read %s: %s".formatted(role, name, String.valueOf(e.getMessage())),
                    "SELECT * FROM pg_policies WHERE tablename = " + literal
                            + "; -- a policy for PUBLIC that needs more rights: ALTER POLICY <name> ON " + name
                            + " TO <your roles>;");
            return null;
        }
    }

    /**
     * The first column of what the query returns to that role, in one round trip.
     *
     * @param organization null to leave it as it is
     */
    private List<String> ask(String role, @Nullable String organization, String query) throws SQLException {
        String settings = "SELECT set_config('role', ?, true)"
                + (organization == null ? "; " : ", set_config('" + SETTING + "', ?, true); ");
        try (PreparedStatement statement = connection.prepareStatement(settings + query)) {
            statement.setString(1, role);
            if (organization != null) {
                statement.setString(2, organization);
            }
            statement.execute();
            statement.getMoreResults(); // the first result is that of the settings
            List<String> values = new ArrayList<>();
            try (ResultSet row = statement.getResultSet()) {
                while (row.next()) {
                    values.add(row.getString(1));
                }
            }
            return values;
        }
    }
}
