package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Where the organizations are and what their keys are like, found once at start-up: names are qualified ever after,
 * because the search path can mean another schema once the tenant role is taken.
 *
 * @param schema the schema, quoted
 * @param keyType what the key column holds
 */
record TableLayout(String schema, KeyType keyType) {
    static TableLayout find(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT quote_ident(n.nspname), format_type(a.atttypid, NULL)
                        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                        LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped
                        WHERE c.oid = to_regclass('organizations')
                        """)) {
            if (!row.next()) {
                throw StorageException.misconfigured(
                        "there is no table organizations in the login's search_path: run PostgresTenantStore.migrate first,"
                                + " or set the search_path",
                        null);
            }
            return new TableLayout(row.getString(1), keyType(row.getString(2)));
        }
    }

    private static KeyType keyType(@Nullable String name) {
        String type = name == null ? "missing" : name;
        return KeyType.named(type)
                .orElseThrow(() -> StorageException.misconfigured(
                        "the key organizations.id is %s: only %s can be keys".formatted(type, KeyType.allNames()),
                        null));
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
        return "cast(:organization as " + keyType.sqlName() + ")";
    }

    boolean canBeKey(OrganizationId organization) {
        return keyType.canonical(organization.value()).isPresent();
    }

    /** The spelling that PostgreSQL gives back, as UUIDs in lower case. */
    OrganizationId canonical(OrganizationId organization) {
        return keyType.canonical(organization.value()).map(OrganizationId::of).orElse(organization);
    }
}
