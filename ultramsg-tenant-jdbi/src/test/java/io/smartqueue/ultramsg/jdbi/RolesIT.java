package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/** On a server of its own, because roles belong to all databases of a server: here they are missing at first. */
class RolesIT {

    private static TestServer server;

    private TestDatabase database;

    @BeforeAll
    static void startServer() {
        server = TestServer.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void createDatabase() throws SQLException {
        database = server.emptyDatabase();
    }

    @AfterEach
    void dropRoles() throws SQLException {
        database.close();
        try (Connection connection = server.dataSource("postgres", "postgres").getConnection()) {
            Sql.execute(connection, "DROP ROLE IF EXISTS ultramsg_tenant, ultramsg_service, ultramsg_member");
        }
    }

    @Test
    void areCreatedByALoginThatMay() throws SQLException {
        String owner = owner("CREATEROLE");

        PostgresTenantStore.migrate(database.dataSource(owner));

        assertThat(database.query("SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolinherit FROM pg_roles"
                        + " WHERE rolname LIKE 'ultramsg%' ORDER BY 1"))
                .extracting(Object::toString)
                .containsExactly(
                        "[ultramsg_member, f, f, f, f]",
                        "[ultramsg_service, f, f, f, f]",
                        "[ultramsg_tenant, f, f, f, f]");
        assertServes(owner);
        assertActsForMembers(owner);
    }

    @Test
    void areAskedForByALoginThatMayNotCreateThem() throws SQLException {
        String owner = owner("");

        Throwable refusal = catchThrowable(() -> PostgresTenantStore.migrate(database.dataSource(owner)));

        assertThat(refusal)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("role ultramsg_tenant does not exist, and " + owner + " may not create roles");
        database.execute(statementsIn(refusal.getMessage()));

        Throwable another = catchThrowable(() -> PostgresTenantStore.migrate(database.dataSource(owner)));

        assertThat(another)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("role ultramsg_member does not exist, and " + owner + " may not create roles");
        database.execute(statementsIn(another.getMessage()));
        PostgresTenantStore.migrate(database.dataSource(owner));
        assertServes(owner);
        assertActsForMembers(owner);
    }

    @Test
    void mayBeTheAdministratorsAndServedByAnotherLogin() throws SQLException {
        String owner = owner("");
        String serving = database.login("serving", "");
        database.execute(
                "CREATE ROLE ultramsg_tenant NOLOGIN",
                "CREATE ROLE ultramsg_service NOLOGIN",
                "CREATE ROLE ultramsg_member NOLOGIN");

        PostgresTenantStore.migrate(database.dataSource(owner));

        List<String> problems;
        try (Connection connection = database.as(serving)) {
            problems = SetupCheck.problems(connection, HostTable.organizations());
        }
        assertThat(problems)
                .hasSize(2)
                .allMatch(problem -> problem.contains("Login " + serving + " may not take role"));
        for (String problem : problems) {
            database.execute(problem.substring(problem.indexOf("GRANT")));
        }
        assertServes(serving);
        try (Connection connection = database.as(serving)) {
            problems = SetupCheck.memberProblems(connection, HostTable.organizations());
        }
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("Login " + serving + " may not take role ultramsg_member.");
        database.execute(problems.get(0).substring(problems.get(0).indexOf("GRANT")));
        assertActsForMembers(serving);
    }

    @Test
    void letALoginThatServesAlreadyActForMembers() throws SQLException {
        String owner = owner("CREATEROLE");
        String serving = database.login("serving", "");
        Map<String, String> files =
                PostgresTenantStore.migrationSql(HostTable.organizations().inSchema("public"));
        try (Connection migrating = database.as(owner)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                if (file.getKey().equals("V014__members.sql")) {
                    database.execute("GRANT ultramsg_tenant, ultramsg_service TO " + serving);
                }
                migrating.setAutoCommit(false);
                Sql.execute(migrating, file.getValue());
                migrating.commit();
            }
        }

        assertServes(serving);
        assertActsForMembers(serving);
    }

    @Test
    void letALoginGoOnSendingThatMayNotActForMembers() throws SQLException {
        String serving = database.login("serving", "");
        owner("");
        PostgresTenantStore.migrate(database.dataSource());
        database.execute(
                "REVOKE ultramsg_member FROM ultramsg_tenant", "GRANT ultramsg_tenant, ultramsg_service TO " + serving);
        OrganizationId organization = OrganizationId.of(
                database.query("SELECT id FROM organizations LIMIT 1").get(0).get(0));
        database.execute("INSERT INTO organization_members SELECT id, 'anna', 'employee' FROM organizations");

        try (PostgresTenantStore store = PostgresTenantStore.builder(database.settings(serving))
                .plainTextTokens()
                .build()) {
            OrganizationStore acting = store.organizations().actingFor(MemberId.of("anna"));

            Throwable refusal = catchThrowable(() -> acting.findWithoutToken(organization));

            assertThat(refusal)
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("Login " + serving + " may not take role ultramsg_member");
            assertThat(store.quotas().reserve(organization)).isInstanceOf(Reserved.class);
            assertThat(store.organizations().find(organization)).isPresent();
            database.execute("UPDATE organization_members SET role = 'admin'");
            assertThat(acting.find(organization))
                    .as("who may edit needs it not")
                    .isPresent();

            database.execute(
                    "UPDATE organization_members SET role = 'employee'",
                    refusal.getMessage().substring(refusal.getMessage().indexOf("GRANT")));
            assertThat(acting.findWithoutToken(organization)).isPresent();
        }
    }

    @Test
    void areRefusedWhenPoliciesDoNotBindTheMembersRole() throws SQLException {
        database.execute("CREATE ROLE ultramsg_member NOLOGIN BYPASSRLS");

        assertThatThrownBy(() -> PostgresTenantStore.migrate(database.dataSource()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("role ultramsg_member passes by row-level security")
                .hasMessageContaining("ALTER ROLE ultramsg_member NOSUPERUSER NOBYPASSRLS;");
    }

    @Test
    void areCreatedOnceFromTwoDatabasesOfAServer() throws Exception {
        List<TestDatabase> databases = new ArrayList<>();
        ExecutorService nodes = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Integer>> migrations = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                TestDatabase another = server.emptyDatabase();
                databases.add(another);
                migrations.add(() -> PostgresTenantStore.migrate(another.dataSource())
                        .applied()
                        .size());
            }

            for (Future<Integer> applied : nodes.invokeAll(migrations)) {
                assertThat(applied.get()).isEqualTo(Migration.all().size());
            }
        } finally {
            nodes.shutdownNow();
            for (TestDatabase another : databases) {
                another.close();
            }
        }
    }

    @Test
    void areRefusedWhenPoliciesDoNotBindThem() throws SQLException {
        database.execute("CREATE ROLE ultramsg_tenant NOLOGIN BYPASSRLS");

        assertThatThrownBy(() -> PostgresTenantStore.migrate(database.dataSource()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("role ultramsg_tenant passes by row-level security")
                .hasMessageContaining("ALTER ROLE ultramsg_tenant NOSUPERUSER NOBYPASSRLS;");
    }

    @Test
    void doNotHelpALoginThatDoesNotOwnTheTable() throws SQLException {
        owner("");
        database.execute("CREATE ROLE ultramsg_tenant NOLOGIN", "CREATE ROLE ultramsg_service NOLOGIN");
        String stranger = database.login("stranger", "");
        database.execute("GRANT CREATE ON SCHEMA public TO " + stranger);

        assertThatThrownBy(() -> PostgresTenantStore.migrate(database.dataSource(stranger)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("must be owner of table organizations")
                .hasMessageContaining("Migrate as the owner of the table");
    }

    private String owner(String attributes) throws SQLException {
        String owner = database.login("owner", attributes);
        database.execute(
                "GRANT CREATE ON SCHEMA public TO " + owner,
                "CREATE TABLE organizations (id uuid PRIMARY KEY, name text)",
                "ALTER TABLE organizations OWNER TO " + owner,
                "INSERT INTO organizations VALUES (gen_random_uuid(), 'one'), (gen_random_uuid(), 'two')");
        return owner;
    }

    private void assertServes(String login) throws SQLException {
        try (Connection connection = database.as(login)) {
            assertThat(SetupCheck.problems(connection, HostTable.organizations()))
                    .isEmpty();
            String key = database.query("SELECT id FROM organizations WHERE name = 'two'")
                    .get(0)
                    .get(0);
            Sql.beginAsTenant(connection, key);
            assertThat(Sql.query(connection, "SELECT id FROM organizations")).containsExactly(List.of(key));
        }
    }

    private void assertActsForMembers(String login) throws SQLException {
        try (Connection connection = database.as(login)) {
            assertThat(SetupCheck.memberProblems(connection, HostTable.organizations()))
                    .isEmpty();
        }
    }

    private static String[] statementsIn(String message) {
        return Pattern.compile("^ *((?:CREATE|GRANT) .*;)$", Pattern.MULTILINE)
                .matcher(message)
                .results()
                .map(match -> match.group(1))
                .toArray(String[]::new);
    }
}
