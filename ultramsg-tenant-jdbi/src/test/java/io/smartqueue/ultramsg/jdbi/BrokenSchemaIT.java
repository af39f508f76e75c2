package io.smartqueue.ultramsg.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.testkit.attack.HostSnapshot;
import io.smartqueue.ultramsg.testkit.attack.RestrictedMember;
import io.smartqueue.ultramsg.testkit.attack.RlsAttack;
import io.smartqueue.ultramsg.testkit.attack.RlsReport;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Attack;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Finding;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Leak;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The attack finds each way in which a schema that is not this library's may be broken, and nothing else in it. */
@ExtendWith(PostgresExtension.class)
class BrokenSchemaIT {
    private static final String VICTIM = "11111111-aaaa-4aaa-8aaa-111111111111";
    private static final String ATTACKER = "22222222-bbbb-4bbb-8bbb-222222222222";
    private static final String IS_OWN = "(%s = nullif(current_setting('app.tenant', true), '')::uuid)";
    private static final String OWN_NOTES = IS_OWN.formatted("tenant_id");

    private TestDatabase database;
    private HikariDataSource pool;
    private String tenant;
    private String employee;

    @BeforeEach
    void createWholeSchema(@TestDatabase.Empty TestDatabase empty) throws SQLException {
        database = empty;
        tenant = database.name() + "_tenant";
        employee = database.name() + "_employee";
        String service = database.login("service", "NOINHERIT");
        String bothRoles = tenant + ", " + employee;
        database.execute(
                "CREATE ROLE " + tenant + " NOLOGIN",
                "CREATE ROLE " + employee + " NOLOGIN",
                "GRANT " + bothRoles + " TO " + service,
                "CREATE SCHEMA app",
                "GRANT USAGE ON SCHEMA app TO " + bothRoles,
                "CREATE TABLE app.tenants (id uuid PRIMARY KEY, name text NOT NULL, token text, daily_limit integer)",
                "CREATE TABLE app.notes (tenant_id uuid NOT NULL REFERENCES app.tenants, number bigint NOT NULL,"
                        + " title text NOT NULL, text text, PRIMARY KEY (tenant_id, number))",
                "CREATE TABLE app.remarks (tenant_id uuid NOT NULL, number bigint NOT NULL, note bigint NOT NULL, text text,"
                        + " PRIMARY KEY (tenant_id, number), FOREIGN KEY (tenant_id, note) REFERENCES app.notes)",
                "CREATE VIEW app.titles WITH (security_invoker = true) AS SELECT tenant_id, title FROM app.notes",
                "CREATE FUNCTION app.notes_of(p_tenant_id uuid) RETURNS SETOF text LANGUAGE sql"
                        + " AS 'SELECT title FROM app.notes WHERE tenant_id = p_tenant_id'",
                "GRANT SELECT, UPDATE (name, token, daily_limit) ON app.tenants TO " + tenant,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON app.notes, app.remarks TO " + tenant,
                "GRANT SELECT ON app.titles TO " + bothRoles,
                "GRANT SELECT (id, name, daily_limit) ON app.tenants TO " + employee,
                "GRANT SELECT ON app.notes TO " + employee,
                "INSERT INTO app.tenants VALUES ('" + VICTIM + "', 'the victim', 'secret of the victim', 7)," + " ('"
                        + ATTACKER + "', 'the attacker', 'secret of the attacker', 5)",
                "INSERT INTO app.notes VALUES ('" + VICTIM + "', 1, 'victim''s first', 'nobody''s business'),"
                        + " ('" + VICTIM + "', 2, 'victim''s second', NULL), ('" + ATTACKER
                        + "', 1, 'attacker''s own', 'his own text')",
                "INSERT INTO app.remarks VALUES ('" + VICTIM + "', 1, 2, 'victim''s remark')," + " ('" + ATTACKER
                        + "', 1, 1, 'attacker''s remark')");
        for (String table : new String[] {"tenants", "notes", "remarks"}) {
            database.execute(
                    "ALTER TABLE app." + table + " ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE app." + table + " FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY own ON app." + table + " TO " + bothRoles + " USING "
                            + IS_OWN.formatted(table.equals("tenants") ? "id" : "tenant_id"));
        }
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource(service));
        config.setMaximumPoolSize(2);
        pool = new HikariDataSource(config);
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    private RlsAttack.Builder attack() {
        return RlsAttack.against(pool)
                .observedBy(database.dataSource())
                .schema("app")
                .tenantRole(tenant)
                .tenantSetting("app.tenant")
                .tenantColumn("tenant_id")
                .tenantColumn("tenants", "id")
                .organizations(VICTIM, ATTACKER)
                .member(RestrictedMember.builder(employee, "app.member", "erin")
                        .mayNotRead("tenants", "token")
                        .mayNotChange("tenants", "daily_limit")
                        .build());
    }

    private RlsReport afterwards(String... breaks) throws SQLException {
        database.execute(breaks);
        return attack().build().run();
    }

    private static Set<String> targets(RlsReport report) {
        return report.findings().stream().map(Finding::target).collect(Collectors.toSet());
    }

    private static Set<Leak> leaks(RlsReport report) {
        return report.findings().stream().map(Finding::leak).collect(Collectors.toSet());
    }

    private static Set<Attack> attacks(RlsReport report) {
        return report.findings().stream().map(Finding::attack).collect(Collectors.toSet());
    }

    private static Set<String> shapes(RlsReport report) {
        return report.findings().stream().map(Finding::shape).collect(Collectors.toSet());
    }

    private static Set<String> reasons(RlsReport report) {
        return report.findings().stream().map(Finding::because).collect(Collectors.toSet());
    }

    @Test
    void isNoneAsLongAsItIsWhole() {
        RlsReport report = attack().hostKeeps(HostSnapshot.take(
                        database.dataSource(), "SELECT * FROM app.notes", "DELETE FROM app.remarks", "SELECT nonsense"))
                .poolUsedBy(5, 2, this::useWell)
                .build()
                .run()
                .assertNothingLeaks();

        assertThat(report.tried()).containsOnlyKeys(allBut(Attack.AFTERWARDS));
        assertThat(report.untried()).isEmpty();
        assertThat(report.describe())
                .contains("as the wrong tenant: ")
                .doesNotContain("secret")
                .doesNotContain(VICTIM);
    }

    private static Attack[] allBut(Attack left) {
        return Set.of(Attack.values()).stream().filter(attack -> attack != left).toArray(Attack[]::new);
    }

    private void useWell() throws SQLException {
        use("SELECT set_config('role', ?, true), set_config('app.tenant', ?, true)");
    }

    private void use(String entry) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(entry)) {
            statement.setString(1, tenant);
            statement.setString(2, VICTIM);
            statement.execute();
        }
    }

    @Test
    void hasRowSecurityOffOnOneTable() throws SQLException {
        RlsReport report = afterwards("ALTER TABLE app.notes DISABLE ROW LEVEL SECURITY");

        assertThat(targets(report)).containsExactlyInAnyOrder("notes", "titles", "notes_of");
        assertThat(leaks(report)).containsExactlyInAnyOrder(Leak.ROWS_SEEN, Leak.ROWS_CHANGED);
        assertThat(shapes(report))
                .contains(
                        "SELECT by key",
                        "SELECT FOR UPDATE",
                        "DELETE by ctid",
                        "INSERT for the victim",
                        "COPY TO STDOUT");
        assertThat(reasons(report)).contains("row-level security is off");
        assertThatThrownBy(report::assertNothingLeaks)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("notes: rows seen with no tenant, by SELECT by key (row-level security is off)")
                .message()
                .doesNotContain("victim's first")
                .doesNotContain(VICTIM);
    }

    @Test
    void letsEverybodyReadByAPolicy() throws SQLException {
        RlsReport report = afterwards("CREATE POLICY all_of_them ON app.remarks FOR SELECT USING (true)");

        assertThat(targets(report)).containsExactly("remarks");
        assertThat(leaks(report)).containsExactly(Leak.ROWS_SEEN);
        assertThat(reasons(report)).containsExactly("no policy keeps it");
    }

    @Test
    void lacksACheckOfWhatIsWritten() throws SQLException {
        RlsReport report = afterwards(
                "ALTER POLICY own ON app.notes WITH CHECK (true)", "REVOKE SELECT ON app.notes FROM " + employee);

        assertThat(targets(report)).containsExactly("notes");
        assertThat(leaks(report)).containsExactly(Leak.ROWS_CHANGED);
        assertThat(shapes(report)).contains("INSERT for the victim", "UPDATE without WHERE that gives away");
    }

    @Test
    void hasItsRestrictivePolicyForAnotherRole() throws SQLException {
        RlsReport report = afterwards(
                "DROP POLICY own ON app.remarks",
                "CREATE POLICY anybody ON app.remarks TO " + tenant + " USING (true)",
                "CREATE POLICY own ON app.remarks AS RESTRICTIVE TO " + employee + " USING " + OWN_NOTES);

        assertThat(targets(report)).containsExactly("remarks");
        assertThat(leaks(report)).containsExactlyInAnyOrder(Leak.ROWS_SEEN, Leak.ROWS_CHANGED);
        assertThat(attacks(report))
                .contains(Attack.WRONG_TENANT, Attack.NO_TENANT)
                .doesNotContain(Attack.MEMBER);
    }

    @Test
    void hasAFunctionWithItsOwnersRights() throws SQLException {
        RlsReport report = afterwards("ALTER FUNCTION app.notes_of SECURITY DEFINER");

        assertThat(targets(report)).containsExactly("notes_of");
        assertThat(leaks(report)).containsExactly(Leak.ROWS_SEEN);
        assertThat(reasons(report)).containsExactly("the function runs with its owner's rights");
    }

    @Test
    void hasAFunctionThatTellsOfAllTenants() throws SQLException {
        RlsReport report = afterwards("CREATE FUNCTION app.all_names() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER"
                + " AS 'SELECT name FROM app.tenants'");

        assertThat(targets(report)).containsExactly("all_names");
        assertThat(leaks(report)).containsExactly(Leak.ROWS_SEEN);
    }

    @Test
    void hasAFunctionThatWritesForAnybody() throws SQLException {
        RlsReport report =
                afterwards("CREATE FUNCTION app.forget(p_tenant uuid) RETURNS void LANGUAGE sql SECURITY DEFINER"
                        + " AS 'UPDATE app.notes SET text = NULL WHERE tenant_id = p_tenant'");

        assertThat(targets(report)).containsExactly("forget");
        assertThat(leaks(report)).containsExactly(Leak.ROWS_CHANGED);
    }

    @Test
    void hasAFunctionThatTellsWhoExists() throws SQLException {
        RlsReport report = afterwards("CREATE FUNCTION app.require(p_tenant uuid) RETURNS void LANGUAGE plpgsql"
                + " SECURITY DEFINER AS $$ BEGIN IF NOT EXISTS (SELECT FROM app.tenants WHERE id = p_tenant)"
                + " THEN RAISE 'unknown'; END IF; END $$");

        assertThat(targets(report)).containsExactly("require");
        assertThat(leaks(report)).containsExactly(Leak.EXISTENCE_TOLD);
    }

    @Test
    void hasAViewOfTheSuperusers() throws SQLException {
        RlsReport report = afterwards("ALTER VIEW app.titles RESET (security_invoker)");

        assertThat(targets(report)).containsExactly("titles");
        assertThat(leaks(report)).containsExactly(Leak.ROWS_SEEN);
        assertThat(reasons(report)).containsExactly("the view runs with its owner's rights");
    }

    /** The view's own condition holds, until somebody asks a function about each row before it. */
    @Test
    void hasAViewThatIsNoBarrier() throws SQLException {
        RlsReport report = afterwards(
                "CREATE OR REPLACE VIEW app.titles AS SELECT tenant_id, title FROM app.notes WHERE " + OWN_NOTES,
                "ALTER VIEW app.titles RESET (security_invoker)");

        assertThat(targets(report)).containsExactly("titles");
        assertThat(shapes(report)).contains("leaky function");
    }

    @Test
    void opensWhenNoTenantIsNamed() throws SQLException {
        RlsReport report = afterwards("ALTER POLICY own ON app.notes USING"
                + " (tenant_id::text = coalesce(nullif(current_setting('app.tenant', true), ''), tenant_id::text))");

        assertThat(targets(report)).containsExactlyInAnyOrder("notes", "titles", "notes_of");
        assertThat(attacks(report)).containsExactlyInAnyOrder(Attack.NO_TENANT, Attack.EMPTY_SETTING);
        assertThat(leaks(report)).containsExactlyInAnyOrder(Leak.ROWS_SEEN, Leak.ROWS_CHANGED);
    }

    @Test
    void opensToAPattern() throws SQLException {
        RlsReport report = afterwards(
                "ALTER POLICY own ON app.remarks USING (tenant_id::text LIKE current_setting('app.tenant', true))");

        assertThat(targets(report)).containsExactly("remarks");
        assertThat(attacks(report)).containsExactly(Attack.MALFORMED_SETTING);
    }

    @Test
    void remembersTheTenantInAPlan() throws SQLException {
        RlsReport report = afterwards(
                "CREATE FUNCTION app.current_tenant() RETURNS uuid LANGUAGE sql IMMUTABLE"
                        + " AS $$ SELECT nullif(current_setting('app.tenant', true), '')::uuid $$",
                "ALTER POLICY own ON app.remarks USING (tenant_id = app.current_tenant())");

        assertThat(targets(report)).containsExactly("remarks");
        assertThat(shapes(report)).containsExactly("statement prepared for the victim");
    }

    @Test
    void hasARoleThatPassesBy() throws SQLException {
        RlsReport report = afterwards("ALTER ROLE " + tenant + " BYPASSRLS");

        assertThat(targets(report)).containsExactlyInAnyOrder("tenants", "notes", "remarks", "titles", "notes_of");
        assertThat(reasons(report)).contains("the role passes by row-level security");
        assertThat(attacks(report)).doesNotContain(Attack.MEMBER);
    }

    @Test
    void showsTheTokenToTheEmployee() throws SQLException {
        RlsReport report = afterwards("GRANT SELECT (token) ON app.tenants TO " + employee);

        assertThat(targets(report)).containsExactly("tenants.token");
        assertThat(leaks(report)).containsExactly(Leak.COLUMN_SEEN);
        assertThat(attacks(report)).containsExactly(Attack.MEMBER);
    }

    @Test
    void showsTheTokenToTheEmployeeByAView() throws SQLException {
        RlsReport report = afterwards(
                "CREATE VIEW app.own_tenant WITH (security_barrier) AS SELECT * FROM app.tenants WHERE "
                        + IS_OWN.formatted("id"),
                "GRANT SELECT ON app.own_tenant TO " + employee);

        assertThat(targets(report)).containsExactly("tenants.token");
        assertThat(shapes(report)).containsExactly("SELECT from own_tenant");
    }

    @Test
    void letsTheEmployeeChangeTheLimit() throws SQLException {
        RlsReport report = afterwards("GRANT UPDATE (daily_limit) ON app.tenants TO " + employee);

        assertThat(targets(report)).containsExactly("tenants.daily_limit");
        assertThat(leaks(report)).containsExactly(Leak.COLUMN_CHANGED);
    }

    @Test
    void leavesTheTenantOnAPooledConnection() {
        RlsReport report = attack().enteredBy((connection, organization) -> {
                    try (PreparedStatement statement = connection.prepareStatement(
                            "SELECT set_config('role', ?, true), set_config('app.tenant', coalesce(?, ''), false)")) {
                        statement.setString(1, tenant);
                        statement.setString(2, organization);
                        statement.execute();
                    }
                })
                .build()
                .run();

        assertThat(targets(report)).containsExactly("app.tenant");
        assertThat(shapes(report)).containsExactly("a scope that was entered and committed");
        assertThat(leaks(report)).containsExactly(Leak.STATE_LEFT_BEHIND);
    }

    @Test
    void isServedByCodeThatLeavesTheRoleOnAPooledConnection() {
        RlsReport report = attack().poolUsedBy(
                        3, 2, () -> use("SELECT set_config('role', ?, false), set_config('app.tenant', ?, true)"))
                .build()
                .run();

        assertThat(targets(report)).containsExactly("role");
        assertThat(shapes(report)).containsExactly("the service's own use");
    }

    /** Whoever names no row, and asks for none back, meets only the policies for UPDATE. */
    @Test
    void filtersWhatIsReadButNotWhatIsUpdated() throws SQLException {
        RlsReport report = afterwards(
                "CREATE POLICY any_update ON app.remarks FOR UPDATE USING (true) WITH CHECK (true)",
                "REVOKE INSERT ON app.remarks FROM " + tenant);

        assertThat(targets(report)).containsExactly("remarks");
        assertThat(leaks(report)).containsExactly(Leak.ROWS_CHANGED);
        assertThat(shapes(report))
                .contains("UPDATE without WHERE", "UPDATE that takes over")
                .doesNotContain("UPDATE by key");
    }

    @Test
    void forgetsWhatIsDeleted() throws SQLException {
        RlsReport report = afterwards("CREATE POLICY any_delete ON app.remarks FOR DELETE USING (true)");

        assertThat(targets(report)).containsExactly("remarks");
        assertThat(shapes(report)).containsExactly("DELETE without WHERE");
        assertThat(leaks(report)).containsExactly(Leak.ROWS_CHANGED);
    }

    @Test
    void grantsTruncate() throws SQLException {
        RlsReport report = afterwards("GRANT TRUNCATE ON app.remarks TO " + tenant);

        assertThat(targets(report)).containsExactly("remarks");
        assertThat(shapes(report)).containsExactly("TRUNCATE");
    }

    @Test
    void belongsToTheTenantRoleAndIsNotForced() throws SQLException {
        RlsReport report = afterwards(
                "ALTER TABLE app.remarks OWNER TO " + tenant, "ALTER TABLE app.remarks NO FORCE ROW LEVEL SECURITY");

        assertThat(targets(report)).containsExactly("remarks");
        assertThat(reasons(report)).containsExactly("the role owns the table, and row-level security is not forced");
    }

    @Test
    void tellsByAUniqueIndexWhatOthersHave() throws SQLException {
        RlsReport report = afterwards("CREATE UNIQUE INDEX one_title ON app.notes (title)");

        assertThat(targets(report)).containsExactly("notes");
        assertThat(leaks(report)).containsExactly(Leak.EXISTENCE_TOLD);
        assertThat(shapes(report)).contains("INSERT that violates one_title", "UPDATE that violates one_title");
    }

    @Test
    void tellsByAForeignKeyWhatOthersHave() throws SQLException {
        RlsReport report = afterwards(
                "ALTER TABLE app.notes ADD COLUMN id integer UNIQUE",
                "UPDATE app.notes SET id = 100 * number + length(text) WHERE tenant_id = '" + VICTIM + "'",
                "CREATE TABLE app.likes (tenant_id uuid NOT NULL, number bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
                        + " note integer REFERENCES app.notes (id))",
                "INSERT INTO app.likes (tenant_id, note) SELECT tenant_id, id FROM app.notes WHERE id IS NOT NULL",
                "ALTER TABLE app.likes ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON app.likes USING " + OWN_NOTES,
                "GRANT INSERT (tenant_id, note), SELECT ON app.likes TO " + tenant);

        assertThat(leaks(report)).containsExactly(Leak.EXISTENCE_TOLD);
        assertThat(shapes(report)).contains("INSERT that refers to notes");
    }

    @Test
    void hasAPartitionWithoutPolicies() throws SQLException {
        RlsReport report = afterwards(
                "CREATE TABLE app.events (tenant_id uuid NOT NULL, text text) PARTITION BY HASH (tenant_id)",
                "CREATE TABLE app.events_0 PARTITION OF app.events FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
                "INSERT INTO app.events VALUES ('" + VICTIM + "', 'event of the victim')",
                "ALTER TABLE app.events ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON app.events USING " + OWN_NOTES,
                "GRANT SELECT ON app.events, app.events_0 TO " + tenant);

        assertThat(targets(report)).containsExactly("events_0");
    }

    @Test
    void changesWhatTheHostsOwnStatementsAnswer() throws SQLException {
        HostSnapshot before = HostSnapshot.take(database.dataSource(), "SELECT count(*) FROM app.notes");
        database.execute("INSERT INTO app.notes VALUES ('" + ATTACKER + "', 9, 'one more', NULL)");

        RlsReport report = attack().hostKeeps(before).build().run();

        assertThat(targets(report)).containsExactly("host");
        assertThat(leaks(report)).containsExactly(Leak.HOST_DISTURBED);
    }

    @Test
    void provesNothingWhereTheVictimHasNoRows() throws SQLException {
        database.execute(
                "CREATE TABLE app.drafts (tenant_id uuid NOT NULL, text text)",
                "CREATE TABLE app.countries (code text)",
                "GRANT SELECT ON app.drafts, app.countries TO " + tenant);

        RlsReport report = attack().build().run();

        assertThat(report.blindSpots())
                .hasToString("[countries: no column tells whose a row is, drafts: holds nothing of the victim's]");
        assertThatThrownBy(report::assertNothingLeaks).isInstanceOf(AssertionError.class);
        attack().except("countries", "the same for all")
                .except("drafts", "nobody writes there yet")
                .build()
                .run()
                .assertNothingLeaks();
    }

    @Test
    void provesNothingByAWayInThatLeadsNowhere() {
        RlsReport report = attack().tenantSetting("app.tenent").build().run();

        assertThat(report.blindSpots()).anyMatch(spot -> spot.target().equals(tenant));
    }

    @Test
    void isNotAttackedBehindTheBackOfAnObserverWhoDoesNotSeeAll() {
        assertThatIllegalStateException()
                .isThrownBy(() -> attack().observedBy(pool).build().run())
                .withMessageContaining("must see every row");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> attack().tenantRole("nobody_of_that_name").build().run())
                .withMessage("there is no role nobody_of_that_name");
    }
}
