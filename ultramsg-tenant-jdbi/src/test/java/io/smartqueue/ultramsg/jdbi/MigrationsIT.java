package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(PostgresExtension.class)
class MigrationsIT {

    private static final List<String> ALL =
            Migration.all().stream().map(Migration::file).toList();
    private static final String COLUMNS = """
            SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
            FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE attrelid = 'organizations'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """;

    @Test
    void createsEverythingInAnEmptyDatabase(@TestDatabase.Empty TestDatabase database) throws Exception {
        MigrationReport report = PostgresTenantStore.migrate(database.dataSource());

        assertThat(report).isEqualTo(new MigrationReport("public", ALL, List.of(), List.of(), List.of()));
        assertThat(database.query(COLUMNS))
                .extracting(Object::toString)
                .containsExactly(
                        "[id, uuid, t, gen_random_uuid()]",
                        "[name, text, f, null]",
                        "[ultramsg_instance_id, character varying(255), f, null]",
                        "[ultramsg_token, character varying(500), f, null]",
                        "[ultramsg_base_url, character varying(255), f, 'https://api.ultramsg.com'::character varying]",
                        "[whatsapp_business_number, character varying(50), f, null]",
                        "[whatsapp_instance_status, character varying(20), f, 'inactive'::character varying]",
                        "[daily_message_limit, integer, f, 1000]",
                        "[messages_sent_today, integer, f, 0]",
                        "[last_message_reset_date, date, f, null]",
                        "[webhook_url, text, f, null]",
                        "[webhook_events, text[], f, null]",
                        "[instance_settings, jsonb, t, '{}'::jsonb]",
                        "[ultramsg_config_version, bigint, t, 0]");
        assertThat(database.query("SELECT name, applied_by FROM ultramsg_schema_history ORDER BY version"))
                .containsExactlyElementsOf(
                        ALL.stream().map(file -> List.of(file, "postgres")).toList());
    }

    @Test
    void appliesNothingTheSecondTime(@TestDatabase.Fresh TestDatabase database) {
        MigrationReport report = PostgresTenantStore.migrate(database.dataSource());

        assertThat(report).isEqualTo(new MigrationReport("public", List.of(), ALL, List.of(), List.of()));
    }

    @Test
    void letsEveryFileRunAgain(@TestDatabase.Fresh TestDatabase database) throws Exception {
        String catalog = "SELECT polname, polpermissive, polcmd, polroles::text, pg_get_expr(polqual, polrelid),"
                + " pg_get_expr(polwithcheck, polrelid) FROM pg_policy ORDER BY polname, polrelid::regclass::text";
        List<List<String>> policies = database.query(catalog);
        List<List<String>> columns = database.query(COLUMNS);

        database.execute("DROP TABLE ultramsg_schema_history");
        MigrationReport report = PostgresTenantStore.migrate(database.dataSource());

        assertThat(report.applied()).isEqualTo(ALL);
        assertThat(database.query(catalog)).isEqualTo(policies);
        assertThat(policies).extracting(row -> row.get(0)).contains("ultramsg_host_rows", "ultramsg_tenant_scope");
        assertThat(database.query(COLUMNS)).isEqualTo(columns);
    }

    @Test
    void letsManyNodesMigrateAtOnce(@TestDatabase.Empty TestDatabase database) throws Exception {
        Callable<MigrationReport> node = () -> PostgresTenantStore.migrate(database.dataSource());
        ExecutorService nodes = Executors.newFixedThreadPool(4);

        try {
            List<Future<MigrationReport>> reports = nodes.invokeAll(List.of(node, node, node, node));

            assertThat(reports)
                    .extracting(report -> report.get().applied())
                    .containsExactlyInAnyOrder(ALL, List.of(), List.of(), List.of());
        } finally {
            nodes.shutdownNow();
        }
    }

    @Test
    void refusesAnAppliedFileThatDiffers(@TestDatabase.Fresh TestDatabase database) throws Exception {
        database.execute("UPDATE ultramsg_schema_history SET checksum = 'another' WHERE version = 3");

        assertThatThrownBy(() -> PostgresTenantStore.migrate(database.dataSource()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("V003__tenant_scope.sql is not what was applied")
                .hasMessageContaining("recorded another");
    }

    @Test
    void leavesADatabaseAloneThatANewerVersionMigrated(@TestDatabase.Fresh TestDatabase database) throws Exception {
        database.execute("INSERT INTO ultramsg_schema_history VALUES (900, 'V900__later.sql', 'x')");

        MigrationReport report = PostgresTenantStore.migrate(database.dataSource());

        assertThat(report)
                .isEqualTo(new MigrationReport("public", List.of(), ALL, List.of("V900__later.sql"), List.of()));
        assertThat(SetupCheck.problems(database.superuser(), HostTable.organizations()))
                .isEmpty();
    }

    @Test
    void keepsTheRowsColumnsAndSchemaOfAHost(@TestDatabase.Empty TestDatabase database) throws Exception {
        try (Connection host = database.superuser()) { // the search_path is for those who connect afterwards
            Sql.execute(
                    host,
                    "CREATE SCHEMA \"Host App\"",
                    "ALTER DATABASE " + database.name() + " SET search_path = \"$user\", \"Host App\", public",
                    "CREATE TABLE \"Host App\".organizations (id uuid PRIMARY KEY, title text NOT NULL, plan varchar(10))",
                    "INSERT INTO \"Host App\".organizations SELECT gen_random_uuid(), 'org ' || n, 'free'"
                            + " FROM generate_series(1, 50) AS n");
        }

        MigrationReport report = PostgresTenantStore.migrate(database.dataSource());

        assertThat(report.schema()).isEqualTo("Host App");
        assertThat(database.query("SELECT count(*), count(DISTINCT title), min(plan), min(whatsapp_instance_status),"
                        + " min(daily_message_limit), min(messages_sent_today), min(instance_settings::text)"
                        + " FROM organizations"))
                .containsExactly(List.of("50", "50", "free", "inactive", "1000", "0", "{}"));
        assertThat(database.query("SELECT DISTINCT pronamespace::regnamespace::text, proconfig[1] FROM pg_proc"
                        + " WHERE proname = 'update_daily_message_count'"))
                .containsExactly(List.of("\"Host App\"", "search_path=\"Host App\", pg_temp"));
        assertThat(SetupCheck.problems(database.superuser(), HostTable.organizations()))
                .isEmpty();
    }

    @Test
    void neverNarrowsAColumn(@TestDatabase.Empty TestDatabase database) throws Exception {
        database.execute("CREATE TABLE organizations (id uuid PRIMARY KEY, ultramsg_token text,"
                + " ultramsg_instance_id varchar(300), ultramsg_base_url varchar, messages_sent_today smallint)");

        PostgresTenantStore.migrate(database.dataSource());

        assertThat(database.query(COLUMNS))
                .extracting(Object::toString)
                .contains(
                        "[ultramsg_token, text, f, null]",
                        "[ultramsg_instance_id, character varying(300), f, null]",
                        "[ultramsg_base_url, character varying, f, null]",
                        "[messages_sent_today, integer, f, null]");
    }

    @Test
    void saysWhatIsInTheWayAndChangesNothing(@TestDatabase.Empty TestDatabase database) throws Exception {
        assertRefused(
                database,
                "CREATE TABLE organizations (id uuid PRIMARY KEY, whatsapp_instance_status text);"
                        + "INSERT INTO organizations VALUES (gen_random_uuid(), 'paused')",
                "1 organizations have an unknown whatsapp_instance_status");
        assertRefused(
                database,
                "CREATE TABLE organizations (id uuid PRIMARY KEY, daily_message_limit integer);"
                        + "INSERT INTO organizations VALUES (gen_random_uuid(), -1)",
                "UPDATE organizations SET daily_message_limit = 0 WHERE daily_message_limit < 0;");
        assertRefused(
                database,
                "CREATE TABLE organizations (id uuid PRIMARY KEY, webhook_events text)",
                "organizations.webhook_events is text, not text[]");
        assertRefused(database, "CREATE TABLE organizations (id numeric PRIMARY KEY)", "organizations.id is numeric");
        assertRefused(database, "CREATE TABLE organizations (name text)", "organizations.id is missing");
        assertRefused(database, "CREATE TABLE organizations (id bigint)", "organizations.id is not unique");
        assertRefused(
                database,
                "CREATE COLLATION anycase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
                        + "CREATE TABLE organizations (id text COLLATE anycase PRIMARY KEY)",
                "organizations.id takes different texts for equal");
        assertRefused(
                database,
                "CREATE TABLE organizations (id uuid PRIMARY KEY, ultramsg_token varchar(255));"
                        + "CREATE VIEW tokens AS SELECT ultramsg_token FROM organizations",
                "ALTER TABLE organizations ALTER COLUMN ultramsg_token TYPE varchar(500);");
        assertRefused(
                database,
                "CREATE TABLE organizations (id uuid PRIMARY KEY);"
                        + "CREATE POLICY asleep ON organizations AS RESTRICTIVE USING (false)",
                "restrictive policies that are not in force: asleep");
    }

    @Test
    void givesWayToAHostThatHoldsTheTable(@TestDatabase.Empty TestDatabase database) throws Exception {
        database.execute("CREATE TABLE organizations (id uuid PRIMARY KEY)");
        ExecutorService node = Executors.newSingleThreadExecutor();
        try (Connection host = database.superuser()) {
            host.setAutoCommit(false);
            Sql.query(host, "SELECT * FROM organizations");

            Future<MigrationReport> report = node.submit(() -> PostgresTenantStore.migrate(database.dataSource()));
            // the first attempt waits for the table, and gives up
            awaitWaiting(database, true);
            awaitWaiting(database, false);
            host.commit();

            assertThat(report.get().applied()).isEqualTo(ALL);
        } finally {
            node.shutdownNow();
        }
    }

    private static void assertRefused(TestDatabase database, String host, String message) throws SQLException {
        database.execute("DROP TABLE IF EXISTS organizations CASCADE", host);

        assertThatThrownBy(() -> PostgresTenantStore.migrate(database.dataSource()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(message);
        assertThat(database.query("SELECT to_regclass('ultramsg_schema_history')::text, count(*) FROM pg_attribute"
                        + " WHERE attrelid = 'organizations'::regclass AND attname = 'instance_settings'"))
                .extracting(Object::toString)
                .containsExactly("[null, 0]");
    }

    private static void awaitWaiting(TestDatabase database, boolean waiting) {
        String query = "SELECT count(*) FROM pg_locks WHERE relation = 'organizations'::regclass AND NOT granted";
        Await.until(() -> database.query(query).equals(List.of(List.of(waiting ? "1" : "0"))));
    }
}
