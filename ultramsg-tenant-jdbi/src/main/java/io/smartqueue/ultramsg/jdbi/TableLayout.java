package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where the organizations are, found once at start-up: names are qualified ever after, because the search path can mean
 * another schema once the tenant role is taken.
 *
 * @param schema the schema, quoted
 */
record TableLayout(String schema) {
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    static TableLayout find(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT quote_ident(n.nspname)
                        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                        WHERE c.oid = to_regclass('organizations')
                        """)) {
            if (!row.next()) {
                throw StorageException.misconfigured(
                        "there is no table organizations in the login's search_path: run PostgresTenantStore.migrate first,"
                                + " or set the search_path",
                        null);
            }
            return new TableLayout(row.getString(1));
        }
    }

    String organizations() {
        return schema + ".organizations";
    }

    /** A call of one of the library's functions. */
    String function(String name) {
        return schema + "." + name;
    }

    /** The condition that picks the organization's row; the policy picks it as well. */
    String isTheOrganization() {
        return "id = " + key();
    }

    String key() {
        return "cast(:organization as uuid)";
    }

    boolean canBeKey(OrganizationId organization) {
        return UUID.matcher(organization.value()).matches();
    }

    /** UUIDs are read in any case and written in lower case. */
    OrganizationId canonical(OrganizationId organization) {
        return canBeKey(organization) ? OrganizationId.of(organization.value().toLowerCase(Locale.ROOT)) : organization;
    }
}
