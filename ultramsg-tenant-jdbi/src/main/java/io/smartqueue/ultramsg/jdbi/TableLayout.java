package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Where the organizations are and what their keys are like, found once at start-up: names are qualified ever after,
 * because the search path can mean another schema once the tenant role is taken.
 *
 * @param schema the schema, quoted
 * @param organizations the table, qualified and quoted
 * @param keyColumn its key column, quoted
 * @param keyType what the key column holds
 */
record TableLayout(String schema, String organizations, String keyColumn, KeyType keyType) {
    private static final String FIND = """
            SELECT quote_ident(n.nspname), format('%I.%I', n.nspname, c.relname), quote_ident(k.name),
                format_type(a.atttypid, NULL)
            FROM (SELECT CAST(? AS text) AS name) AS k
            CROSS JOIN pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = k.name AND NOT a.attisdropped
            WHERE c.oid = to_regclass(?)
            """;

    static TableLayout find(Connection connection, HostTable host) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, host.key());
            statement.setString(2, host.lookUpName());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw StorageException.misconfigured(
                            "the login finds no table %s: run PostgresTenantStore.migrate first, or say in which schema it is"
                                    .formatted(host),
                            null);
                }
                return new TableLayout(
                        row.getString(1), row.getString(2), row.getString(3), keyType(host, row.getString(4)));
            }
        }
    }

    private static KeyType keyType(HostTable host, @Nullable String name) {
        String type = name == null ? "missing" : name;
        return KeyType.named(type)
                .orElseThrow(() -> StorageException.misconfigured(
                        "the key %s of %s is %s: only %s can be keys"
                                .formatted(host.key(), host, type, KeyType.allNames()),
                        null));
    }

    /** The library's own table of messages, qualified. */
    String messages() {
        return schema + ".ultramsg_messages";
    }

    /** The library's own table of standby instances, qualified. */
    String standbys() {
        return schema + ".ultramsg_standby_instances";
    }

    /** The library's own table of the instances through which recipients were last written to, qualified. */
    String lastInstances() {
        return schema + ".ultramsg_last_instances";
    }

    /** The library's own table of how instances were, qualified. */
    String health() {
        return schema + ".ultramsg_instance_health";
    }

    /** The library's own table of when lanes have their turns, qualified. */
    String lanes() {
        return schema + ".ultramsg_lanes";
    }

    /** The library's own table of calls that wake lanes, qualified. */
    String wakes() {
        return schema + ".ultramsg_wakes";
    }

    /** The library's own table of batches, qualified. */
    String batches() {
        return schema + ".ultramsg_batches";
    }

    /** The library's own table of which organizations' outboxes are paused, qualified. */
    String outboxes() {
        return schema + ".ultramsg_outboxes";
    }

    /** The library's own table of what was done to whose configuration, qualified. */
    String audit() {
        return schema + ".ultramsg_config_audit";
    }

    /** The library's own table of templates, which are no organization's, qualified. */
    String templates() {
        return schema + ".ultramsg_templates";
    }

    /** The library's own table of events that were handled, qualified. */
    String webhookEvents() {
        return schema + ".ultramsg_webhook_events";
    }

    /** The library's own table of when customers last wrote, qualified. */
    String conversations() {
        return schema + ".ultramsg_conversations";
    }

    /** The library's own table of what organizations have sent and received by day, qualified. */
    String usage() {
        return schema + ".ultramsg_usage";
    }

    /** A call of one of the library's functions. */
    String function(String name) {
        return schema + "." + name;
    }

    /** The condition that picks the organization's row; the policy picks it as well. Its parameter is the key. */
    String isTheOrganization() {
        return keyColumn + " = " + keyParameter();
    }

    String keyParameter() {
        return "cast(? as " + keyType.sqlName() + ")";
    }

    /** The key of an organization, or empty if no organization of this table can have that id. */
    Optional<TenantKey> key(OrganizationId organization) {
        return keyType.canonical(organization.value()).map(TenantKey::new);
    }

    /** The spelling that PostgreSQL gives back, as UUIDs in lower case. */
    OrganizationId canonical(OrganizationId organization) {
        return keyType.canonical(organization.value()).map(OrganizationId::of).orElse(organization);
    }
}
