package io.smartqueue.ultramsg.jdbi;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out, on the login that is going to serve, whether the database keeps organizations apart.
 *
 * <p>Looks first at what should be there and then tries it: with the tenant role and no organization not a single row
 * may be visible. Changes nothing. Not thread-safe; use one per check.
 */
final class SetupCheck {

    private static final List<String> COLUMNS = List.of(
            "ultramsg_instance_id",
            "ultramsg_token",
            "ultramsg_base_url",
            "whatsapp_business_number",
            "whatsapp_instance_status",
            "daily_message_limit",
            "messages_sent_today",
            "last_message_reset_date",
            "webhook_url",
            "webhook_events",
            "instance_settings");

    /** Which the tenant role reads, and the trigger of its name alone changes. */
    private static final String VERSION = "ultramsg_config_version";

    private static final String VERSION_FILE = "V013__config_versions.sql";
    private static final String MEMBERS = "V014__members.sql";
    private static final String DELIVERY = "V016__delivery_states.sql";

    private record Item(String name, String file) {}

    private static final List<Item> FUNCTIONS = List.of(
            new Item("ultramsg_current_organization", "V003__tenant_scope.sql"),
            new Item("ultramsg_token_keys", "V003__tenant_scope.sql"),
            new Item("ultramsg_notify_config_changed", "V004__change_notice.sql"),
            new Item("ultramsg_config_differs", "V004__change_notice.sql"),
            new Item("ultramsg_zone_name", "V005__daily_quota.sql"),
            new Item("ultramsg_is_region", "V005__daily_quota.sql"),
            new Item("ultramsg_time_zone", "V005__daily_quota.sql"),
            new Item("ultramsg_start_of_day", "V005__daily_quota.sql"),
            new Item("ultramsg_quota_day", "V005__daily_quota.sql"),
            new Item("ultramsg_quota_used", "V005__daily_quota.sql"),
            new Item("daily_message_usage", "V005__daily_quota.sql"),
            new Item("update_daily_message_count", "V005__daily_quota.sql"),
            new Item("refund_daily_message_count", "V005__daily_quota.sql"),
            new Item("ultramsg_is_private_address", "V006__config_validation.sql"),
            new Item("validate_ultramsg_config", "V006__config_validation.sql"),
            new Item("ultramsg_claim_message", "V008__message_log.sql"),
            new Item("ultramsg_notify_standbys_changed", "V009__standby_instances.sql"),
            new Item("ultramsg_batch_place", "V012__outbox.sql"),
            new Item("ultramsg_count_in_batches", "V012__outbox.sql"),
            new Item("ultramsg_reserve_messages", "V012__outbox.sql"),
            new Item("ultramsg_refund_messages", "V012__outbox.sql"),
            new Item("ultramsg_lock_queued", "V012__outbox.sql"),
            new Item("ultramsg_drop_queued", "V012__outbox.sql"),
            new Item("ultramsg_carry_out", "V012__outbox.sql"),
            new Item("ultramsg_enqueue_messages", "V012__outbox.sql"),
            new Item("ultramsg_claim_queued", "V012__outbox.sql"),
            new Item("ultramsg_settle_queued", "V012__outbox.sql"),
            new Item("ultramsg_carry_out_batch", "V012__outbox.sql"),
            new Item("ultramsg_retry_messages", "V012__outbox.sql"),
            new Item("ultramsg_retry_batch", "V012__outbox.sql"),
            new Item("ultramsg_forget_recipient", "V012__outbox.sql"),
            new Item("ultramsg_config_is_changed", VERSION_FILE),
            new Item("ultramsg_raise_config_version", VERSION_FILE),
            new Item("ultramsg_reject_queued", VERSION_FILE),
            new Item("ultramsg_member_role", MEMBERS),
            new Item("ultramsg_acting_role", MEMBERS),
            new Item("ultramsg_count_delivery", DELIVERY),
            new Item("ultramsg_report_deliveries", DELIVERY));

    /** What members see who may not edit. */
    private static final List<String> SEEN_BY_MEMBERS = List.of(
            "ultramsg_instance_id",
            "ultramsg_base_url",
            "whatsapp_business_number",
            "whatsapp_instance_status",
            "webhook_url",
            "webhook_events",
            "instance_settings",
            VERSION);

    private static final List<String> TRIGGERS =
            List.of("ultramsg_config_inserted", "ultramsg_config_updated", "ultramsg_config_deleted");

    private static final String SETTING = "ultramsg.organization_id";
    private static final String MEMBER_SETTING = "ultramsg.member_id";
    private static final String MEMBER = "ultramsg_member";
    private static final String TENANT = "ultramsg_tenant";
    private static final String SERVICE = "ultramsg_service";
    private static final String FIND_TABLE = """
            SELECT c.oid, quote_literal(c.relname), quote_ident(pg_get_userbyid(c.relowner)), c.relrowsecurity,
                quote_ident(session_user), current_setting('server_version_num')::integer >= 160000
            FROM pg_class AS c
            WHERE c.oid = to_regclass(?)
            """;

    private final Connection connection;
    private final Table table;
    private final List<String> problems = new ArrayList<>();

    private SetupCheck(Connection connection, Table table) {
        this.connection = connection;
        this.table = table;
    }

    private record Table(
            long oid,
            String literal,
            String owner,
            boolean secured,
            String login,
            boolean newerThan15,
            TableLayout layout) {

        String schema() {
            return layout.schema();
        }

        String name() {
            return layout.organizations();
        }
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
        try (PreparedStatement query = connection.prepareStatement(FIND_TABLE)) {
            query.setString(1, host.lookUpName());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    String where = host.schema().isPresent() ? "" : " in its search_path";
                    return List.of(
                            ("The login finds no table %s%s. To mend: run PostgresTenantStore.migrate, or, if it is"
                                            + " there: ALTER ROLE <login> SET search_path = <schema>;"
                                            + " GRANT USAGE ON SCHEMA <schema> TO <login>;")
                                    .formatted(host, where));
                }
                Table table = new Table(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getBoolean(4),
                        row.getString(5),
                        row.getBoolean(6),
                        TableLayout.find(connection, host));
                SetupCheck check = new SetupCheck(connection, table);
                part.check(check);
                return List.copyOf(check.problems);
            }
        }
    }

    /** Without it, looking for a table in the schema is an error. */
    private static boolean mayUse(Connection connection, String schema) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT FROM pg_namespace WHERE nspname = ? AND has_schema_privilege(oid, 'USAGE')")) {
            query.setString(1, schema);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    private void serving() throws SQLException {
        objects();
        index();
        rowSecurity();
        memberGuard(table.name(), MEMBERS);
        for (OwnTable own : OwnTable.all()) {
            own(own, qualified(own));
        }
        role(TENANT);
        role(SERVICE);
        noMemberIsSet();
        if (problems.isEmpty()) {
            privileges();
        }
        if (problems.isEmpty()) {
            probe();
        }
    }

    private void members() throws SQLException {
        role(MEMBER);
        policyOfMembers("ultramsg_member_row", "polpermissive");
        policyOfMembers("ultramsg_member_scope", "NOT polpermissive AND polcmd = '*'");
        if (problems.isEmpty()) {
            memberPrivileges();
        }
    }

    private void policyOfMembers(String policy, String kind) throws SQLException {
        if (!is(
                "SELECT count(*) > 0 FROM pg_policy WHERE polrelid = ?::oid AND polname = ? AND " + kind
                        + " AND polroles @> ARRAY [to_regrole('ultramsg_member')::oid]",
                table.oid(),
                policy)) {
            problem("The policy %s on %s is missing".formatted(policy, table.name()), runAgain(MEMBERS));
        }
    }

    /** PostgreSQL lets nobody take away from one role what everybody has: where PUBLIC may read a token, so may members. */
    private void memberPrivileges() throws SQLException {
        schema(MEMBER);
        for (String column : SEEN_BY_MEMBERS) {
            if (!memberMay("SELECT", column)) {
                problem(
                        "Role ultramsg_member may not read column %s of %s".formatted(column, table.name()),
                        "GRANT SELECT (%s) ON %s TO ultramsg_member;".formatted(column, table.name()));
            }
        }
        for (String column : List.of("ultramsg_token", "daily_message_limit")) {
            if (memberMay("SELECT", column)) {
                problem(
                        "Role ultramsg_member may read column %s of %s".formatted(column, table.name()),
                        "REVOKE SELECT, SELECT (%1$s) ON %2$s FROM PUBLIC, ultramsg_member;"
                                        .formatted(column, table.name())
                                + " -- and grant it to your own roles");
            }
        }
    }

    private boolean memberMay(String privilege, String column) throws SQLException {
        return is("SELECT has_column_privilege('ultramsg_member', ?::oid, ?, ?)", table.oid(), column, privilege);
    }

    /** A member who is always set would bind sends, too, which act for nobody. */
    private void noMemberIsSet() throws SQLException {
        if (is("SELECT current_setting(?, true) <> ''", MEMBER_SETTING)) {
            problem(
                    "Login %s always has %s set".formatted(table.login(), MEMBER_SETTING),
                    "ALTER ROLE %s RESET %s;".formatted(table.login(), MEMBER_SETTING));
        }
    }

    /** What binds the tenant role where it acts for a member. */
    private void memberGuard(String name, String file) throws SQLException {
        if (!is(
                "SELECT count(*) > 0 FROM pg_policy WHERE polrelid = to_regclass(?) AND polname = 'ultramsg_member_guard'"
                        + " AND NOT polpermissive AND polcmd = '*'",
                name)) {
            problem("The policy ultramsg_member_guard on %s is missing".formatted(name), runAgain(file));
        }
    }

    private void objects() throws SQLException {
        for (String column : COLUMNS) {
            column(column, "V002__organization_columns.sql");
        }
        column(VERSION, VERSION_FILE);
        for (Item function : FUNCTIONS) {
            if (!is("SELECT to_regproc(?) IS NOT NULL", table.schema() + "." + function.name())) {
                problem(
                        "Function %s is missing from schema %s".formatted(function.name(), table.schema()),
                        runAgain(function.file()));
            }
        }
        for (String trigger : TRIGGERS) {
            trigger(trigger, table.name(), "V004__change_notice.sql");
        }
        trigger(VERSION, table.name(), VERSION_FILE);
        if (!is("SELECT to_regclass(?) IS NOT NULL", numbers())) {
            problem("Sequence %s is missing".formatted(numbers()), runAgain("V012__outbox.sql"));
        }
    }

    private void column(String column, String file) throws SQLException {
        if (!is(
                "SELECT count(*) > 0 FROM pg_attribute WHERE attrelid = ?::oid AND attname = ? AND NOT attisdropped",
                table.oid(),
                column)) {
            problem("Column %s of %s is missing".formatted(column, table.name()), runAgain(file));
        }
    }

    /** Where the positions of queued messages come from. */
    private String numbers() {
        return table.schema() + ".ultramsg_outbox_numbers";
    }

    private void trigger(String trigger, String on, String file) throws SQLException {
        String enabled = text(
                "SELECT tgenabled::text FROM pg_trigger WHERE tgrelid = to_regclass(?) AND tgname = ?", on, trigger);
        if (enabled == null) {
            problem("Trigger %s on %s is missing".formatted(trigger, on), runAgain(file));
        } else if (!enabled.equals("O") && !enabled.equals("A")) {
            problem(
                    "Trigger %s on %s is disabled".formatted(trigger, on),
                    "ALTER TABLE %s ENABLE TRIGGER %s;".formatted(on, trigger));
        }
    }

    private void index() throws SQLException {
        if (!is("""
                SELECT count(*) > 0 FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
                WHERE i.indrelid = ?::oid AND i.indisvalid AND c.relname = 'ultramsg_instance'
                """, table.oid())) {
            problem(
                    "The index ultramsg_instance on %s, which finds who has an instance, is missing"
                            .formatted(table.name()),
                    runAgain("V007__one_instance_one_organization.sql"));
        }
    }

    private void rowSecurity() throws SQLException {
        if (!table.secured()) {
            problem(
                    "Row-level security is not enabled on %s".formatted(table.name()),
                    "ALTER TABLE %s ENABLE ROW LEVEL SECURITY;".formatted(table.name()));
        }
        if (!is("""
                SELECT count(*) > 0 FROM pg_policy
                WHERE polrelid = ?::oid AND polname = 'ultramsg_tenant_scope' AND NOT polpermissive AND polcmd = '*'
                    AND polroles @> ARRAY [to_regrole('ultramsg_tenant')::oid]
                """, table.oid())) {
            problem(
                    "The restrictive policy %s on %s, which keeps tenants apart, is missing"
                            .formatted("ultramsg_tenant_scope", table.name()),
                    runAgain("V003__tenant_scope.sql"));
        }
        if (!is("""
                SELECT count(*) > 0 FROM pg_policy
                WHERE polrelid = ?::oid AND polname = 'ultramsg_service_rows' AND polpermissive
                    AND polroles @> ARRAY [to_regrole('ultramsg_service')::oid]
                """, table.oid())) {
            problem(
                    "The policy ultramsg_service_rows on %s, without which no instance would seem to be in use, is missing"
                            .formatted(table.name()),
                    runAgain("V003__tenant_scope.sql"));
        }
    }

    private String qualified(OwnTable own) {
        return table.schema() + "." + own.name();
    }

    private void own(OwnTable own, String name) throws SQLException {
        if (!is("SELECT to_regclass(?) IS NOT NULL", name)) {
            problem("Table %s is missing".formatted(name), runAgain(own.file()));
            return;
        }
        for (String index : own.indexes()) {
            if (!is("""
                    SELECT count(*) > 0 FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
                    WHERE i.indrelid = to_regclass(?) AND i.indisvalid AND c.relname = ?
                    """, name, index)) {
                problem("The index %s on %s is missing".formatted(index, name), runAgain(own.file()));
            }
        }
        for (String trigger : own.triggers()) {
            trigger(trigger, name, own.file());
        }
        if (!is("SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass(?)", name)) {
            problem(
                    "Row-level security is not enabled on %s".formatted(name),
                    "ALTER TABLE %s ENABLE ROW LEVEL SECURITY;".formatted(name));
        }
        if (own.wall() != null) {
            policy(own.wall(), "NOT polpermissive", own, name);
        }
        for (String policy : own.policies()) {
            policy(policy, "polpermissive", own, name);
        }
        if (own.wall() != null) {
            memberGuard(name, own.file().compareTo(MEMBERS) > 0 ? own.file() : MEMBERS); // later tables bring theirs
        }
    }

    private void policy(String policy, String kind, OwnTable own, String name) throws SQLException {
        if (!is(
                "SELECT count(*) > 0 FROM pg_policy WHERE polrelid = to_regclass(?) AND polname = ? AND " + kind,
                name,
                policy)) {
            problem("The policy %s on %s is missing".formatted(policy, name), runAgain(own.file()));
        }
    }

    private void role(String role) throws SQLException {
        if (!is("SELECT to_regrole(?) IS NOT NULL", role)) {
            problem(
                    "Role %s does not exist".formatted(role),
                    runAgain(role.equals(MEMBER) ? MEMBERS : "V001__roles.sql"));
            return;
        }
        if (is("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = ?", role)) {
            problem(
                    "Role %s passes by row-level security".formatted(role),
                    "ALTER ROLE %s NOSUPERUSER NOBYPASSRLS;".formatted(role));
        }
        if (is("SELECT pg_has_role(?, relowner, 'USAGE') FROM pg_class WHERE oid = ?::oid", role, table.oid())) {
            problem(
                    "Role %s has the rights of the owner of %s, whom policies do not bind"
                            .formatted(role, table.name()),
                    "REVOKE %1$s FROM %2$s; -- or, when it owns the table: ALTER TABLE %3$s OWNER TO <another role>;"
                            .formatted(table.owner(), role, table.name()));
        }
        if (!is("SELECT pg_has_role(session_user, ?, ?)", role, table.newerThan15() ? "SET" : "MEMBER")) {
            problem(
                    "Login %s may not take role %s".formatted(table.login(), role),
                    "GRANT %s TO %s%s;"
                            .formatted(
                                    role, table.login(), table.newerThan15() ? " WITH INHERIT FALSE, SET TRUE" : ""));
        }
    }

    private void privileges() throws SQLException {
        schema(TENANT);
        schema(SERVICE);
        for (String column : COLUMNS) {
            if (!is(
                    "SELECT has_column_privilege('ultramsg_tenant', ?::oid, ?, 'SELECT')"
                            + " AND has_column_privilege('ultramsg_tenant', ?::oid, ?, 'UPDATE')",
                    table.oid(),
                    column,
                    table.oid(),
                    column)) {
                problem(
                        "Role ultramsg_tenant may not read and change column %s of %s".formatted(column, table.name()),
                        "GRANT SELECT (%1$s), UPDATE (%1$s) ON %2$s TO ultramsg_tenant;"
                                .formatted(column, table.name()));
            }
        }
        mayRead(TENANT, VERSION);
        mayRead(SERVICE, "ultramsg_instance_id");
        mayRead(SERVICE, "whatsapp_instance_status");
        if (!is("SELECT has_sequence_privilege(?, ?, 'USAGE')", TENANT, numbers())) {
            problem(
                    "Role %s lacks USAGE on %s".formatted(TENANT, numbers()),
                    "GRANT USAGE ON SEQUENCE %s TO %s;".formatted(numbers(), TENANT));
        }
        for (OwnTable own : OwnTable.all()) {
            privileges(TENANT, own.tenant(), qualified(own));
            privileges(SERVICE, own.service(), qualified(own));
        }
    }

    private void schema(String role) throws SQLException {
        if (!is(
                "SELECT has_schema_privilege(?, relnamespace, 'USAGE') FROM pg_class WHERE oid = ?::oid",
                role,
                table.oid())) {
            problem(
                    "Role %s may not use schema %s".formatted(role, table.schema()),
                    "GRANT USAGE ON SCHEMA %s TO %s;".formatted(table.schema(), role));
        }
    }

    private void privileges(String role, List<OwnTable.Right> rights, String name) throws SQLException {
        for (OwnTable.Right right : rights) {
            if (right.columns().isEmpty()
                    && !is("SELECT has_table_privilege(?, to_regclass(?)::oid, ?)", role, name, right.what())) {
                mayNot(role, right.what(), name);
            }
            for (String column : right.columns()) {
                if (!is(
                        "SELECT has_column_privilege(?, to_regclass(?)::oid, ?, ?)",
                        role,
                        name,
                        column,
                        right.what())) {
                    mayNot(role, right.what() + " (" + column + ")", name);
                }
            }
        }
    }

    private void mayNot(String role, String privilege, String name) {
        problem(
                "Role %s lacks %s on %s".formatted(role, privilege, name),
                "GRANT %s ON %s TO %s;".formatted(privilege, name, role));
    }

    private void mayRead(String role, String column) throws SQLException {
        if (!is("SELECT has_column_privilege(?, ?::oid, ?, 'SELECT')", role, table.oid(), column)) {
            problem(
                    "Role %s may not read column %s of %s".formatted(role, column, table.name()),
                    "GRANT SELECT (%s) ON %s TO %s;".formatted(column, table.name(), role));
        }
    }

    /** The catalog may look right and yet be overruled, by a default of the login or by a policy of the host. */
    private void probe() throws SQLException {
        String column = table.layout().keyColumn();
        String key = asRole(
                SERVICE, null, "SELECT %1$s::text FROM %2$s ORDER BY %1$s LIMIT 1".formatted(column, table.name()));
        String visible = "SELECT count(*)::text FROM " + table.name();
        expectNoRow("no organization set", asRole(TENANT, null, visible));
        expectNoRow("an empty organization set", asRole(TENANT, "", visible));
        expectNoRow(
                "an organization set that does not exist",
                asRole(TENANT, table.layout().keyType().unused(), visible));
        if (key != null && problems.isEmpty()) {
            String own = asRole(TENANT, key, visible);
            if (own != null && !own.equals("1")) {
                problem(
                        "Role ultramsg_tenant sees %s rows of %s for an organization that exists, not 1"
                                .formatted(own, table.name()),
                        "SELECT * FROM pg_policies WHERE tablename = " + table.literal()
                                + "; -- a restrictive policy for PUBLIC" + " hides the row: ALTER POLICY <name> ON "
                                + table.name() + " TO <your roles>;");
            }
        }
        if (problems.isEmpty()) {
            for (OwnTable own : OwnTable.all()) {
                if (own.isReadByTenants()) {
                    expectNoEntry(own, qualified(own));
                }
            }
        }
    }

    private void expectNoEntry(OwnTable own, String name) throws SQLException {
        String count = asRole(TENANT, null, "SELECT count(*)::text FROM (SELECT FROM %s LIMIT 1) AS m".formatted(name));
        if (count != null && !count.equals("0")) {
            problem(
                    "Role ultramsg_tenant sees entries of %s with no organization set".formatted(name),
                    runAgain(own.file()));
        }
    }

    private void expectNoRow(String when, @Nullable String count) {
        if (count != null && !count.equals("0")) {
            problem(
                    "Role ultramsg_tenant sees %s organizations with %s".formatted(count, when),
                    "ALTER ROLE %s RESET %s; -- or, when the policy was changed: %s"
                            .formatted(table.login(), SETTING, runAgain("V003__tenant_scope.sql")));
        }
    }

    /** The first value of the query as that role, or null: no row, or it failed, which is a problem of its own. */
    private @Nullable String asRole(String role, @Nullable String organization, String query) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            text("SELECT set_config('role', ?, true)", role);
            if (organization != null) {
                text("SELECT set_config('" + SETTING + "', ?, true)", organization);
            }
            return text(query);
        } catch (SQLException e) {
            problem(
                    "Role %s cannot read %s: %s".formatted(role, table.name(), String.valueOf(e.getMessage())),
                    "SELECT * FROM pg_policies WHERE tablename = " + table.literal()
                            + "; -- a policy for PUBLIC that needs more" + " rights: ALTER POLICY <name> ON "
                            + table.name() + " TO <your roles>;");
            return null;
        } finally {
            connection.rollback(before);
        }
    }

    private static String runAgain(String file) {
        return "run %s of this library again, as the owner of the table".formatted(file);
    }

    private void problem(String wrong, String mend) {
        problems.add(wrong + ". To mend: " + mend);
    }

    private boolean is(String query, Object... arguments) throws SQLException {
        return "t".equals(text(query, arguments));
    }

    private @Nullable String text(String query, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }
}
