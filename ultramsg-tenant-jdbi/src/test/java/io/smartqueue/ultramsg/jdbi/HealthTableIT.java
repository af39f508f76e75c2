package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.health.HealthStore.DueCheck;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import static io.smartqueue.ultramsg.organization.InstanceStatus.ACTIVE;
import static io.smartqueue.ultramsg.organization.InstanceStatus.ERROR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What PostgreSQL adds to the contract: roles, locks, notices, nodes that work at the same time, and the way rows are found. */
@ExtendWith(PostgresExtension.class)
class HealthTableIT {
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration NEXT = Duration.ofMinutes(10);
    private static final InstanceId STANDBY = InstanceId.parse("instance2260");
    private static final String WAITING =
            "FROM pg_stat_activity WHERE datname = ? AND wait_event_type = 'Lock' AND state = 'active'";

    private final ExecutorService others = Executors.newCachedThreadPool();
    private TestDatabase database;
    private PostgresTenantStore store;
    private OrganizationId organization;

    @BeforeEach
    void open(TestDatabase ofTheClass, SharedStore shared) throws SQLException {
        database = ofTheClass;
        database.execute("DELETE FROM organizations", "DELETE FROM ultramsg_instance_health");
        store = shared.get();
        organization = OrganizationId.of(database.organization(""));
        store.health().enroll(Duration.ZERO);
    }

    @AfterEach
    void close() {
        others.shutdownNow();
    }

    private static PostgresTenantStore node(TestDatabase database) throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build();
    }

    @Test
    void showsATenantItsOwnRowsOnly() throws SQLException {
        UUID other = another();
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);

            assertThat(Sql.query(connection, "SELECT organization_id FROM ultramsg_instance_health"))
                    .containsExactly(List.of(organization.value()));
            assertThat(Sql.update(connection, "UPDATE ultramsg_instance_health SET next_check_at = 'infinity'"))
                    .isEqualTo(1);
            connection.commit();
        }

        assertThat(database.query(
                        "SELECT organization_id FROM ultramsg_instance_health WHERE next_check_at < 'infinity'"))
                .containsExactly(List.of(other.toString()));
    }

    @Test
    void showsNothingWithoutAnOrganization() throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            for (Object nobody : List.of("", UUID.randomUUID())) {
                Sql.beginAsTenant(connection, nobody);
                assertThat(Sql.query(connection, "SELECT FROM ultramsg_instance_health"))
                        .isEmpty();
                assertThat(Sql.update(connection, "UPDATE ultramsg_instance_health SET next_check_at = now()"))
                        .isZero();
                Sql.end(connection);
            }
            connection.setAutoCommit(false);
            Sql.execute(connection, "SET LOCAL ROLE ultramsg_tenant"); // the setting was never there
            assertThat(Sql.query(connection, "SELECT FROM ultramsg_instance_health"))
                    .isEmpty();
            Sql.end(connection);
            Sql.beginAsTenant(connection, "malformed");
            assertThatThrownBy(() -> Sql.query(connection, "SELECT FROM ultramsg_instance_health"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22P02"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO ultramsg_instance_health (organization_id, instance_id, next_check_at)"
                        + " VALUES (ultramsg_current_organization(), 'instance1', now())",
                "DELETE FROM ultramsg_instance_health",
                "UPDATE ultramsg_instance_health SET organization_id = gen_random_uuid()",
                "UPDATE ultramsg_instance_health SET instance_id = 'instance1'",
                "TRUNCATE ultramsg_instance_health"
            })
    void letsATenantNeitherBeginNorEndToBeWatched(String statement) throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);

            assertThatThrownBy(() -> Sql.execute(connection, statement)).hasMessageContaining("permission denied");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE ultramsg_instance_health SET finding = 'connected'",
                "UPDATE ultramsg_instance_health SET organization_id = gen_random_uuid()",
                "INSERT INTO ultramsg_instance_health (finding) VALUES ('connected')",
                "TRUNCATE ultramsg_instance_health",
                "UPDATE organizations SET whatsapp_instance_status = 'error'",
                "UPDATE ultramsg_standby_instances SET status = 'error'",
                "SELECT ultramsg_token FROM organizations",
                "SELECT token FROM ultramsg_standby_instances"
            })
    void letsTheServiceRoleSayWhoseTurnItIsAndNoMore(String statement) throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsService(connection);

            assertThatThrownBy(() -> Sql.execute(connection, statement)).hasMessageContaining("permission denied");
        }
    }

    @Test
    void showsTheOwnerAndTheLoginNothing(@TestDatabase.Empty TestDatabase own) throws SQLException {
        String owner = own.login("owner", "");
        own.execute(
                "CREATE TABLE organizations (id uuid PRIMARY KEY)",
                "ALTER TABLE organizations OWNER TO " + owner,
                "ALTER SCHEMA public OWNER TO " + owner);
        PostgresTenantStore.migrate(own.dataSource(owner));
        own.organization("");
        try (PostgresTenantStore serving = node(own);
                Connection connection = own.as(owner);
                Connection login = own.as(own.servingLogin())) {
            assertThat(serving.health().enroll(Duration.ZERO)).isEqualTo(1);

            assertThat(Sql.query(connection, "SELECT FROM ultramsg_instance_health"))
                    .isEmpty();
            assertThatThrownBy(() -> Sql.query(login, "SELECT FROM ultramsg_instance_health"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void isTheHostsTablesOwnersWhoMayRunTheFileAgain(@TestDatabase.Empty TestDatabase own) throws SQLException {
        String owner = own.login("owner", "");
        own.execute(
                "CREATE TABLE organizations (id uuid PRIMARY KEY)",
                "ALTER TABLE organizations OWNER TO " + owner,
                "ALTER SCHEMA public OWNER TO " + owner);
        PostgresTenantStore.migrate(own.dataSource()); // as a superuser
        own.organization("");
        String file = PostgresTenantStore.migrationSql(HostTable.organizations().inSchema("public"))
                .get("V010__instance_health.sql");
        try (PostgresTenantStore serving = node(own);
                Connection connection = own.as(owner)) {
            serving.health().enroll(Duration.ZERO);
            connection.setAutoCommit(false);
            Sql.execute(connection, file, file);
            connection.commit();

            assertThat(serving.health().takeDue(10, LEASE)).as("what was there").hasSize(1);
        }
        try (Connection login = own.as(own.servingLogin())) {
            assertThat(SetupCheck.problems(login, HostTable.organizations())).isEmpty();
        }
    }

    @Test
    void letsTheHostEmptyAndDropItsTableAsBefore(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        own.organization("");
        try (PostgresTenantStore serving = node(own)) {
            assertThat(serving.health().enroll(Duration.ZERO)).isEqualTo(1);

            own.execute("TRUNCATE organizations");
            assertThat(serving.health().takeDue(10, LEASE)).isEmpty();
            assertThat(serving.health().enroll(Duration.ZERO)).isZero();
            assertThat(own.query("SELECT FROM ultramsg_instance_health")).isEmpty();

            own.organization("");
            assertThat(serving.health().enroll(Duration.ZERO)).isEqualTo(1);
        }
        own.execute("DROP TABLE organizations");
    }

    @Test
    void worksWhereTheHostForcesRowSecurityOnItsTable(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        String owner = own.login("owner", "");
        own.execute(
                "ALTER TABLE organizations OWNER TO " + owner,
                "DROP POLICY ultramsg_host_rows ON organizations",
                "ALTER TABLE organizations FORCE ROW LEVEL SECURITY");
        OrganizationId any = OrganizationId.of(own.organization(""));
        try (PostgresTenantStore serving = node(own)) {
            serving.health().enroll(Duration.ZERO);

            assertThat(serving.health().takeDue(10, LEASE)).hasSize(1);
            assertThat(serving.health().record(wrongToken(any), NEXT, ERROR)).isTrue();
        }
    }

    @Test
    void worksWhereTransactionsAreSerializableByDefault(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        own.execute("ALTER DATABASE " + own.name() + " SET default_transaction_isolation = 'serializable'");
        OrganizationId any = OrganizationId.of(own.organization(""));
        try (PostgresTenantStore serving = node(own)) {
            assertThat(serving.health().enroll(Duration.ZERO)).isEqualTo(1);
            assertThat(serving.health().takeDue(10, LEASE)).hasSize(1);
            assertThat(serving.health().record(wrongToken(any), NEXT, ERROR)).isTrue();
            assertThat(serving.health().find(any)).containsExactly(wrongToken(any));
        }
    }

    @Test
    void neverLetsTwoNodesAskOneInstanceAtTheSameTime() throws Exception {
        for (int i = 0; i < 300; i++) {
            another();
        }
        try (PostgresTenantStore another = node(database)) {
            CyclicBarrier start = new CyclicBarrier(2);
            Future<List<DueCheck>> theirs = others.submit(() -> takeInSmallParts(another, start));
            List<DueCheck> taken = new ArrayList<>(takeInSmallParts(store, start));
            taken.addAll(theirs.get());

            assertThat(taken).hasSize(301).doesNotHaveDuplicates();
        }
    }

    private static List<DueCheck> takeInSmallParts(PostgresTenantStore node, CyclicBarrier start) throws Exception {
        List<DueCheck> taken = new ArrayList<>();
        start.await();
        for (List<DueCheck> part = node.health().takeDue(7, LEASE);
                !part.isEmpty();
                part = node.health().takeDue(7, LEASE)) {
            taken.addAll(part);
        }
        return taken;
    }

    @Test
    void goesOnWhileNodesAndTheHostWorkOnTheSameRows() throws Exception {
        List<OrganizationId> all = new ArrayList<>(List.of(organization));
        for (int i = 0; i < 20; i++) {
            all.add(OrganizationId.of(database.organization("")));
        }
        try (PostgresTenantStore another = node(database)) {
            List<Future<?>> work = new ArrayList<>();
            for (PostgresTenantStore node : List.of(store, another)) {
                work.add(others.submit(() -> repeat(150, any -> node.health().enroll(Duration.ZERO))));
                work.add(others.submit(() -> repeat(150, any -> node.health().takeDue(5, Duration.ofMillis(1)))));
                work.add(others.submit(() -> repeat(
                        300,
                        any -> node.health()
                                .record(
                                        wrongToken(all.get(any.nextInt(all.size()))),
                                        Duration.ofMillis(1),
                                        any.nextBoolean() ? ERROR : ACTIVE))));
            }
            work.add(others.submit(() -> {
                try (Connection host = database.superuser()) {
                    repeat(
                            300,
                            any -> Sql.update(
                                    host,
                                    "UPDATE organizations SET whatsapp_instance_status = ? WHERE id = CAST(? AS uuid)",
                                    any.nextBoolean() ? "suspended" : "active",
                                    all.get(any.nextInt(all.size())).value()));
                }
                return null;
            }));
            for (Future<?> each : work) {
                each.get(); // fails if two have waited for each other
            }
        }

        store.health().enroll(Duration.ZERO);
        assertThat(database.query("SELECT organization_id FROM ultramsg_instance_health"))
                .containsExactlyInAnyOrderElementsOf(
                        database.query("SELECT id FROM organizations WHERE whatsapp_instance_status <> 'suspended'"));
    }

    private interface Step {
        void take(Random any) throws Exception;
    }

    private static Void repeat(int times, Step step) throws Exception {
        Random any = new Random(times);
        for (int i = 0; i < times; i++) {
            step.take(any);
        }
        return null;
    }

    @Test
    void waitsForNobodyWhoIsTakingWhatIsDue() throws SQLException {
        UUID other = another();
        try (Connection busy = database.superuser()) {
            busy.setAutoCommit(false);
            Sql.execute(
                    busy,
                    "SELECT FROM ultramsg_instance_health WHERE organization_id = '" + organization + "' FOR UPDATE");

            assertThat(store.health().takeDue(10, LEASE))
                    .extracting(DueCheck::organization)
                    .containsExactly(OrganizationId.of(other));
            database.execute("DELETE FROM organizations");
            assertThat(store.health().enroll(Duration.ZERO)).isZero();
            assertThat(database.query("SELECT organization_id FROM ultramsg_instance_health"))
                    .as("left to the next time")
                    .containsExactly(List.of(organization.value()));
        }
    }

    @Test
    void leavesItToTheNodeThatIsLookingWhatIsToBeWatched() throws SQLException {
        database.organization("");
        try (Connection busy = database.superuser()) {
            busy.setAutoCommit(false);
            Sql.query(busy, "SELECT pg_advisory_xact_lock(hashtextextended('ultramsg health public', 0))");
            assertThat(store.health().enroll(Duration.ZERO)).isZero();
            assertThat(store.health().takeDue(10, LEASE)).as("what was there").hasSize(1);
        }
        Await.until(() -> store.health().enroll(Duration.ZERO) == 1);
    }

    @Test
    void failsFastWhereTheHostHoldsTheRowOfTheOrganizationAndOnlyThere() throws SQLException {
        OrganizationId other = OrganizationId.of(another());
        OrganizationId withStandby = organizationWithStandby();
        try (Connection host = database.superuser()) {
            host.setAutoCommit(false);
            Sql.execute(host, "UPDATE organizations SET name = 'busy' WHERE id = '" + organization + "'");

            assertThatThrownBy(() -> store.health().record(wrongToken(organization), NEXT, ERROR))
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageContaining("55P03");
            assertThat(store.health().find(organization))
                    .as("all or nothing")
                    .extracting(InstanceHealth::instance)
                    .doesNotContain(Keyed.INSTANCE);

            assertThat(store.health().record(wrongToken(organization), NEXT, null))
                    .as("a status that stays as it is needs no lock")
                    .isFalse();
            assertThat(store.health().record(wrongToken(organization), NEXT, ACTIVE))
                    .isFalse();
            assertThat(store.health().record(wrongToken(other), NEXT, ERROR)).isTrue();
            assertThat(store.health().record(wrongToken(withStandby, STANDBY), NEXT, ERROR))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "whatsapp_instance_status = 'suspended'",
                "ultramsg_instance_id = '2260'",
                "ultramsg_instance_id = NULL"
            })
    void leavesToPeopleWhatTheyDecideAtTheSameMoment(String decision) throws Exception {
        List<List<String>> before;
        try (Connection host = database.superuser()) {
            host.setAutoCommit(false);
            Sql.execute(host, "UPDATE organizations SET " + decision + " WHERE id = '" + organization + "'");
            before = Sql.query(host, "SELECT whatsapp_instance_status FROM organizations");
            Future<Boolean> moved = others.submit(() -> store.health().record(wrongToken(organization), NEXT, ERROR));
            Await.until(() -> database.query("SELECT count(*) " + WAITING, database.name())
                    .equals(List.of(List.of("1"))));

            host.commit();

            assertThat(moved.get()).isFalse();
        }
        assertThat(database.query("SELECT whatsapp_instance_status FROM organizations"))
                .isEqualTo(before);
    }

    @Test
    void tellsEveryNodeOfAStatusThatMovesAndOfNothingElse() throws Exception {
        OrganizationId other = OrganizationId.of(another());
        OrganizationId withStandby = organizationWithStandby();
        Queue<OrganizationId> heard = new ConcurrentLinkedQueue<>();
        try (PostgresTenantStore another = node(database)) {
            another.organizations().onChange(new OrganizationStore.ChangeListener() {
                @Override
                public void changed(OrganizationId changed) {
                    heard.add(changed);
                }

                @Override
                public void anythingMayHaveChanged() {}
            });
            OrganizationId first = awaitHearing(heard);

            store.health().record(wrongToken(other), NEXT, null);
            store.health().record(wrongToken(other), NEXT, ACTIVE);
            store.health().record(wrongToken(withStandby, STANDBY), NEXT, ACTIVE);
            store.health().takeDue(10, LEASE);
            store.health().enroll(Duration.ZERO);
            store.health().record(wrongToken(organization), NEXT, ERROR);
            store.health().record(wrongToken(withStandby, STANDBY), NEXT, ERROR);
            OrganizationId last = awaitHearing(heard);

            Set<OrganizationId> told = new HashSet<>(heard);
            assertThat(told).containsExactlyInAnyOrder(first, organization, withStandby, last);
        }
    }

    /** Changes a new organization until it is heard of, which it is after whatever was told before. */
    private OrganizationId awaitHearing(Queue<OrganizationId> heard) throws SQLException {
        OrganizationId beacon = OrganizationId.of(database.organization("whatsapp_instance_status = 'inactive'"));
        Await.until(() -> {
            database.execute("UPDATE organizations SET daily_message_limit = daily_message_limit + 1 WHERE id = '"
                    + beacon + "'");
            return heard.contains(beacon);
        });
        return beacon;
    }

    @Test
    void readsWhatANewerVersionFound() throws SQLException {
        InstanceHealth health = wrongToken(organization);
        store.health().record(health, Duration.ofNanos(1000), null);
        database.execute("UPDATE ultramsg_instance_health SET finding = 'moon_in_the_way'");

        InstanceHealth read = new InstanceHealth(
                organization,
                health.instance(),
                ConnectionFinding.PROVIDER_ERROR,
                health.since(),
                health.checkedAt(),
                health.timesInARow());
        assertThat(store.health().find(organization)).containsExactly(read);
        assertThat(store.health().takeDue(1, LEASE))
                .containsExactly(new DueCheck(organization, health.instance(), read));
    }

    @Test
    void watchesAStatusThatTheHostWritesInUpperCase(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        own.execute(
                "ALTER TABLE organizations DROP CONSTRAINT ultramsg_known_instance_status",
                "ALTER TABLE organizations ADD CHECK (lower(whatsapp_instance_status)"
                        + " IN ('active', 'inactive', 'suspended', 'error', 'testing'))");
        OrganizationId any = OrganizationId.of(own.organization("whatsapp_instance_status = 'Active'"));
        try (PostgresTenantStore serving = node(own)) {
            assertThat(serving.health().enroll(Duration.ZERO)).isEqualTo(1);
            assertThat(serving.health().takeDue(1, LEASE)).hasSize(1);
            assertThat(serving.health().record(wrongToken(any), NEXT, ACTIVE)).isFalse();
            assertThat(serving.health().record(wrongToken(any), NEXT, ERROR)).isTrue();
        }
    }

    @Test
    void readsOnlyWhatIsDueHoweverManyInstancesThereAre(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        own.execute("INSERT INTO organizations (id, ultramsg_instance_id, whatsapp_instance_status)"
                + " SELECT gen_random_uuid(), 'instance' || n, 'active' FROM generate_series(1, 20000) AS n");
        try (PostgresTenantStore serving = node(own);
                Connection connection = own.as(own.servingLogin())) {
            assertThat(serving.health().enroll(Duration.ZERO)).isEqualTo(20_000);
            own.execute("VACUUM ANALYZE organizations", "VACUUM ANALYZE ultramsg_instance_health");
            TableLayout layout = TableLayout.find(connection, HostTable.organizations());

            Sql.beginAsService(connection);
            assertThat(plan(connection, HealthTable.takeDue(layout), null, "20", "PT2M"))
                    .as("all of them are due")
                    .contains("Index Scan using ultramsg_instance_health_due")
                    .contains("Index Scan using ultramsg_instance_health_pkey")
                    .contains("Index Scan using organizations_pkey")
                    .doesNotContain("Seq Scan", "Sort Key: h");
            Sql.end(connection);
            Sql.beginAsService(connection);
            assertThat(plan(connection, HealthTable.enroll(layout), "a turn", "PT0S", null))
                    .as("one comparison of all with all, and nothing more")
                    .contains("Hash Full Join")
                    .containsOnlyOnce("Seq Scan on organizations")
                    .containsOnlyOnce("Seq Scan on ultramsg_instance_health");
            Sql.end(connection);
            Sql.beginAsTenant(
                    connection,
                    own.query("SELECT id FROM organizations LIMIT 1").get(0).get(0));
            assertThat(plan(
                            connection,
                            HealthTable.record(layout),
                            Sql.value(connection, "SELECT id FROM organizations"),
                            "instance1",
                            "error",
                            null,
                            "connected",
                            "2026-11-23T12:00:00Z",
                            "2026-11-23T12:00:00Z",
                            "1",
                            "PT5M"))
                    .doesNotContain("Seq Scan");
            Sql.end(connection);
        }
    }

    private static String plan(Connection connection, String sql, String... values) throws SQLException {
        return Sql.query(connection, "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + sql, (Object[]) values).stream()
                .map(row -> row.get(0))
                .collect(Collectors.joining("\n"));
    }

    /** Another organization with the same instance, which the host can make, that is watched and due. */
    private UUID another() throws SQLException {
        UUID other = database.organization("");
        store.health().enroll(Duration.ZERO);
        return other;
    }

    /** An organization that has nothing but a standby, which is watched and due. */
    private OrganizationId organizationWithStandby() throws SQLException {
        OrganizationId other = OrganizationId.of(database.organization("ultramsg_instance_id = NULL"));
        store.standbys()
                .replace(
                        other,
                        List.of(StandbyInstance.of(new InstanceCredentials(
                                STANDBY, AccessToken.of("not-a-real-token"), URI.create("https://api.ultramsg.com")))),
                        AuditNote.by(Actor.operator("a test")));
        store.health().enroll(Duration.ZERO);
        return other;
    }

    private static InstanceHealth wrongToken(OrganizationId organization) {
        return wrongToken(organization, Keyed.INSTANCE);
    }

    private static InstanceHealth wrongToken(OrganizationId organization, InstanceId instance) {
        return new InstanceHealth(
                organization,
                instance,
                ConnectionFinding.WRONG_TOKEN,
                Instant.parse("2026-11-23T11:00:00Z"),
                Instant.parse("2026-11-23T12:00:00Z"),
                7);
    }
}
