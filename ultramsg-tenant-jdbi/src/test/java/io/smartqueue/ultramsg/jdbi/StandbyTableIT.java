package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.ChangeListener;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What PostgreSQL adds to the contract: roles, locks, notices, seals, and the way rows are found. */
@ExtendWith(PostgresExtension.class)
class StandbyTableIT {
    private static final AuditNote NOTE = AuditNote.by(Actor.operator("a test"));
    private static final Recipient PERSON = Recipient.parse("+15550001111");
    private static final String INSERT = "INSERT INTO ultramsg_standby_instances"
            + " (organization_id, position, instance_id, token, base_url, status)"
            + " VALUES (CAST(? AS uuid), 7, ?, 'not-a-real-token', 'https://api.ultramsg.com', 'active')";
    private static final String END = "end of what was heard";

    private TestDatabase database;
    private PostgresTenantStore store;
    private OrganizationId organization;

    @BeforeEach
    void open(TestDatabase ofTheClass, SharedStore shared) throws SQLException {
        database = ofTheClass;
        store = shared.get();
        organization = newOrganization(database);
    }

    private static PostgresTenantStore node(TestDatabase database) throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .build();
    }

    @Test
    void showsATenantItsOwnRowsOnly() throws SQLException {
        OrganizationId other = newOrganization(database);
        InstanceId mine = newInstance();
        InstanceId theirs = newInstance();
        use(organization, mine);
        use(other, theirs);
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);

            assertThat(Sql.query(connection, "SELECT instance_id FROM ultramsg_standby_instances"))
                    .containsExactly(List.of(mine.value()));
            assertThat(Sql.query(connection, "SELECT instance_id FROM ultramsg_last_instances"))
                    .containsExactly(List.of(mine.value()));
            assertThat(Sql.update(connection, "UPDATE ultramsg_standby_instances SET status = 'error'"))
                    .isEqualTo(1);
            assertThat(Sql.update(connection, "UPDATE ultramsg_last_instances SET recipient = 'x'"))
                    .isEqualTo(1);
            assertThat(Sql.update(connection, "DELETE FROM ultramsg_standby_instances"))
                    .isEqualTo(1);
            assertThat(Sql.update(connection, "DELETE FROM ultramsg_last_instances"))
                    .isEqualTo(1);
            connection.commit();
        }

        assertThat(store.standbys().find(organization)).isEmpty();
        assertThat(store.standbys().find(other)).containsExactly(standby(theirs));
        assertThat(store.standbys().lastUsed(other, PERSON)).contains(theirs);
    }

    @Test
    void letsATenantWriteForNobodyElse() throws SQLException {
        UUID other = UUID.fromString(newOrganization(database).value());
        use(organization, newInstance());
        try (Connection connection = database.as(database.servingLogin())) {
            for (Statement theft : List.<Statement>of(
                    () -> Sql.update(connection, INSERT, other, newInstance().value()),
                    () -> Sql.update(
                            connection, "INSERT INTO ultramsg_last_instances VALUES (?, 'x', 'instance1')", other),
                    () -> Sql.update(connection, "UPDATE ultramsg_standby_instances SET organization_id = ?", other),
                    () -> Sql.update(connection, "UPDATE ultramsg_last_instances SET organization_id = ?", other))) {
                Sql.beginAsTenant(connection, organization);
                assertThatThrownBy(theft::run).hasMessageContaining("row-level security");
                Sql.end(connection);
            }
        }
    }

    private interface Statement {
        void run() throws SQLException;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ultramsg_standby_instances", "ultramsg_last_instances"})
    void showsNothingWithoutAnOrganization(String table) throws SQLException {
        use(organization, newInstance());
        try (Connection connection = database.as(database.servingLogin())) {
            for (Object nobody : List.of("", UUID.randomUUID())) {
                Sql.beginAsTenant(connection, nobody);
                assertThat(Sql.query(connection, "SELECT FROM " + table)).isEmpty();
                assertThat(Sql.update(connection, "DELETE FROM " + table)).isZero();
                Sql.end(connection);
            }
            Sql.beginAsTenant(connection, "malformed");
            assertThatThrownBy(() -> Sql.query(connection, "SELECT FROM " + table))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22P02"));
        }
    }

    @Test
    void showsNothingToATenantThatNamedNoOrganizationYet() throws SQLException {
        use(organization, newInstance());
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.execute(connection, "SET ROLE ultramsg_tenant"); // on a new connection, where the setting is missing

            assertThat(Sql.query(connection, "SELECT FROM ultramsg_standby_instances"))
                    .isEmpty();
            assertThat(Sql.query(connection, "SELECT FROM ultramsg_last_instances"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT token FROM ultramsg_standby_instances",
                "SELECT base_url FROM ultramsg_standby_instances",
                "SELECT business_number FROM ultramsg_standby_instances",
                "UPDATE ultramsg_standby_instances SET status = 'active'",
                "DELETE FROM ultramsg_standby_instances",
                "TRUNCATE ultramsg_standby_instances",
                "INSERT INTO ultramsg_standby_instances (position) VALUES (1)",
                "SELECT instance_id FROM ultramsg_last_instances",
                "DELETE FROM ultramsg_last_instances"
            })
    void letsTheServiceRoleFindWhoHasAnInstanceAndNoMore(String statement) throws SQLException {
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
        try (PostgresTenantStore serving = node(own);
                Connection connection = own.as(owner);
                Connection login = own.as(own.servingLogin())) {
            OrganizationId any = newOrganization(own);
            assertThat(serving.standbys().replace(any, List.of(standby(newInstance())), NOTE))
                    .isEqualTo(UpdateOutcome.WRITTEN);
            serving.standbys().remember(any, PERSON, newInstance());

            for (String table : List.of("ultramsg_standby_instances", "ultramsg_last_instances")) {
                assertThat(Sql.query(connection, "SELECT FROM " + table)).isEmpty();
                assertThatThrownBy(() -> Sql.query(login, "SELECT FROM " + table))
                        .hasMessageContaining("permission denied");
            }
            assertThat(serving.resealTokens().failed()).isEmpty();
        }
    }

    @Test
    void letsTheHostEmptyAndDropItsTableAsBefore(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        OrganizationId any = newOrganization(own);
        try (PostgresTenantStore serving = node(own)) {
            serving.standbys().replace(any, List.of(standby(newInstance())), NOTE);
            serving.standbys().remember(any, PERSON, newInstance());
        }

        own.execute("TRUNCATE organizations", "DROP TABLE organizations");
    }

    @Test
    void worksWhereTheHostForcesRowSecurityOnItsTable(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        String owner = own.login("owner", "");
        own.execute(
                "ALTER TABLE organizations OWNER TO " + owner,
                "DROP POLICY ultramsg_host_rows ON organizations",
                "ALTER TABLE organizations FORCE ROW LEVEL SECURITY");
        InstanceId instance = newInstance();
        try (PostgresTenantStore serving = node(own)) {
            OrganizationId any = newOrganization(own);
            assertThat(serving.standbys().replace(any, List.of(standby(instance)), NOTE))
                    .isEqualTo(UpdateOutcome.WRITTEN);
            assertThat(serving.standbys().find(any)).containsExactly(standby(instance));
            assertThat(setOwn(serving, newOrganization(own), instance)).isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        }
    }

    @Test
    void keepsItsRowsWhenItsFileRunsAgain(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        InstanceId instance = newInstance();
        try (PostgresTenantStore serving = node(own)) {
            OrganizationId any = newOrganization(own);
            serving.standbys().replace(any, List.of(standby(instance)), NOTE);
            serving.standbys().remember(any, PERSON, instance);

            own.execute("DELETE FROM ultramsg_schema_history WHERE name = 'V009__standby_instances.sql'");
            assertThat(PostgresTenantStore.migrate(own.dataSource()).applied())
                    .containsExactly("V009__standby_instances.sql");

            assertThat(serving.standbys().find(any)).containsExactly(standby(instance));
            assertThat(serving.standbys().lastUsed(any, PERSON)).contains(instance);
        }
    }

    @Test
    void knowsAnOrganizationByEverySpellingOfItsUuid() {
        OrganizationId shouted = OrganizationId.of(organization.value().toUpperCase(Locale.ROOT));
        InstanceId instance = newInstance();

        assertThat(store.standbys().replace(shouted, List.of(standby(instance)), NOTE))
                .isEqualTo(UpdateOutcome.WRITTEN);
        store.standbys().remember(shouted, PERSON, instance);

        assertThat(store.standbys().find(organization)).containsExactly(standby(instance));
        assertThat(store.standbys().find(shouted)).containsExactly(standby(instance));
        assertThat(store.standbys().lastUsed(organization, PERSON)).contains(instance);
    }

    @Test
    void storesTokensSealed() throws SQLException {
        store.standbys().replace(organization, List.of(standby(newInstance())), NOTE);

        assertThat(database.query(
                        "SELECT token_key_id, token FROM ultramsg_standby_instances WHERE organization_id = ?",
                        UUID.fromString(organization.value())))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.get(0)).isEqualTo("one");
                    assertThat(row.get(1)).startsWith("ultramsg-sealed:one:").doesNotContain("fake");
                });
    }

    @Test
    void leavesOutAStandbyWhoseTokenIsAnotherOrganizationsAndSaysSo() throws Exception {
        OrganizationId thief = newOrganization(database);
        StandbyInstance fine = standby(newInstance());
        StandbyInstance stolen = standby(newInstance());
        store.standbys().replace(organization, List.of(standby(newInstance())), NOTE);
        store.standbys().replace(thief, List.of(stolen, fine), NOTE);
        database.execute("UPDATE ultramsg_standby_instances SET token = (SELECT token FROM ultramsg_standby_instances"
                + " WHERE organization_id = '" + organization + "') WHERE organization_id = '" + thief
                + "' AND position = 1");

        String log = logOf(() -> assertThat(store.standbys().find(thief)).containsExactly(fine));

        assertThat(log)
                .contains("WARN")
                .contains(stolen.credentials().instance().value())
                .contains(thief.value())
                .contains("key one")
                .doesNotContain("fake-t0ken", "ultramsg-sealed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token = 'ultramsg-sealed:lost:AAAA'",
                "base_url = 'https:// not an address of s3cret'",
                "base_url = 's3cret'",
                "business_number = '0 s3cret 555 000 2222'"
            })
    void leavesOutAStandbyThatCannotBeUsed(String damage) throws Exception {
        StandbyInstance fine = standby(newInstance());
        StandbyInstance damaged = standby(newInstance()).businessNumber(PhoneNumber.parse("+15550002222"));
        store.standbys().replace(organization, List.of(damaged, fine), NOTE);
        database.execute("UPDATE ultramsg_standby_instances SET " + damage + " WHERE organization_id = '" + organization
                + "' AND position = 1");

        String log = logOf(() -> assertThat(store.standbys().find(organization)).containsExactly(fine));

        assertThat(log)
                .contains(damaged.credentials().instance().value())
                .contains(organization.value())
                .doesNotContain("s3cret", "5550002222", "555 000 2222", "fake-t0ken");
    }

    private static String logOf(Runnable work) {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(before);
        }
        return written.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read committed", "repeatable read", "serializable"})
    void givesAnInstanceToOneOfTwoNodesWhateverTheLoginsIsolation(
            String isolation, @TestDatabase.Fresh TestDatabase own) throws Exception {
        own.execute("ALTER ROLE " + own.servingLogin() + " SET default_transaction_isolation = '" + isolation + "'");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (PostgresTenantStore one = node(own);
                PostgresTenantStore other = node(own)) {
            for (int round = 0; round < 25; round++) {
                InstanceId instance = newInstance();
                OrganizationId first = newOrganization(own);
                OrganizationId second = round % 3 == 0 ? first : newOrganization(own);
                CyclicBarrier start = new CyclicBarrier(2);
                List<Callable<UpdateOutcome>> claims = List.of(
                        () -> {
                            start.await();
                            return one.standbys()
                                    .replace(first, List.of(standby(newInstance()), standby(instance)), NOTE);
                        },
                        () -> {
                            start.await();
                            return setOwn(other, second, instance);
                        });

                List<UpdateOutcome> outcomes = new ArrayList<>();
                for (Future<UpdateOutcome> claim : threads.invokeAll(claims)) {
                    outcomes.add(claim.get());
                }

                assertThat(outcomes).containsExactlyInAnyOrder(UpdateOutcome.WRITTEN, UpdateOutcome.INSTANCE_IN_USE);
                assertThat(own.query(
                                "SELECT (SELECT count(*) FROM organizations WHERE ultramsg_instance_id = ?)"
                                        + " + (SELECT count(*) FROM ultramsg_standby_instances WHERE instance_id = ?)",
                                instance.value(),
                                instance.value()))
                        .containsExactly(List.of("1"));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void isTheHostsToDecideInItsOwnStatements() throws SQLException {
        InstanceId instance = newInstance();
        StandbyInstance standby = standby(instance);
        store.standbys().replace(organization, List.of(standby), NOTE);
        database.execute("INSERT INTO organizations (ultramsg_instance_id) VALUES ('" + instance.digits() + "')");

        assertThat(store.standbys().find(organization)).containsExactly(standby);
        assertThat(store.standbys().replace(organization, List.of(standby), NOTE))
                .isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        assertThat(store.standbys().replace(organization, List.of(), NOTE)).isEqualTo(UpdateOutcome.WRITTEN);
    }

    @Test
    void findsWhoHasAnInstanceByIndexes(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        own.execute(
                "INSERT INTO organizations (ultramsg_instance_id) SELECT 'instance' || n FROM generate_series(1, 20000) AS n",
                "INSERT INTO ultramsg_standby_instances (organization_id, position, instance_id, token, base_url, status)"
                        + " SELECT id, 1, ultramsg_instance_id || '0000', 'not-a-real-token', 'https://api.ultramsg.com',"
                        + " 'active' FROM organizations",
                "ANALYZE organizations",
                "ANALYZE ultramsg_standby_instances");
        try (Connection login = own.as(own.servingLogin())) {
            String question = InstanceHolders.isHeld(TableLayout.find(login, HostTable.organizations()));
            for (String value : List.of("'1150'", "'1150'", "'instance1150'", "NULL")) {
                question = question.replaceFirst("\\?", value);
            }
            Sql.beginAsService(login);

            assertThat(Sql.query(login, "EXPLAIN " + question).toString())
                    .contains("Index Scan using ultramsg_instance ")
                    .contains("Index Scan using ultramsg_standby_instances_holder")
                    .doesNotContain("Seq Scan");
        }
    }

    @Test
    void areReplacedAndRecordedOrNeither(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        try (PostgresTenantStore serving = node(own)) {
            OrganizationId any = newOrganization(own);
            StandbyInstance kept = standby(newInstance());
            serving.standbys().replace(any, List.of(kept), NOTE);
            own.execute("REVOKE INSERT ON ultramsg_config_audit FROM ultramsg_tenant");

            assertThatThrownBy(() -> serving.standbys().replace(any, List.of(standby(newInstance())), NOTE))
                    .isInstanceOf(StorageException.class);

            assertThat(serving.standbys().find(any)).containsExactly(kept);
            assertThat(serving.organizations().history(any, Long.MAX_VALUE, 9)).hasSize(1);
        }
    }

    @Test
    void leaveInTheRecordThatATokenWasThereWhichDoesNotOpen() throws SQLException {
        InstanceId instance = newInstance();
        store.standbys().replace(organization, List.of(standby(instance)), NOTE);
        database.execute(
                "UPDATE ultramsg_standby_instances SET token = 'ultramsg-sealed:gone:AAAA' WHERE organization_id = '"
                        + organization + "'");

        store.standbys().replace(organization, List.of(), NOTE);

        assertThat(store.organizations()
                        .history(organization, Long.MAX_VALUE, 1)
                        .get(0)
                        .changes())
                .containsExactly(new FieldChange(ConfigField.STANDBYS, instance + " ****", null));
    }

    @Test
    void tellsOtherNodesOnceForEachChange() throws Exception {
        try (Connection listener = database.superuser()) {
            Sql.execute(listener, "LISTEN ultramsg_config_changed");
            List<StandbyInstance> three =
                    List.of(standby(newInstance()), standby(newInstance()), standby(newInstance()));

            store.standbys().replace(organization, three, NOTE);
            assertThat(heard(listener)).as("three standbys").containsExactly(organization.value());
            store.standbys().replace(organization, three.subList(1, 2), NOTE);
            assertThat(heard(listener)).as("one of them").containsExactly(organization.value());
            store.standbys().replace(organization, List.of(), NOTE);
            assertThat(heard(listener)).as("none").containsExactly(organization.value());
        }
    }

    @Test
    void keepsQuietAboutRecipientsAndWhatWasNotWritten() throws Exception {
        OrganizationId other = newOrganization(database);
        InstanceId instance = newInstance();
        store.standbys().replace(other, List.of(standby(instance)), NOTE);
        try (Connection listener = database.superuser()) {
            Sql.execute(listener, "LISTEN ultramsg_config_changed");

            store.standbys().remember(organization, PERSON, instance);
            store.standbys().forget(organization, PERSON);
            store.standbys().replace(organization, List.of(standby(instance)), NOTE);
            store.standbys().replace(organization, List.of(), NOTE);

            assertThat(heard(listener)).isEmpty();
        }
    }

    @Test
    void tellsListenersOnOtherNodes() throws Exception {
        Set<OrganizationId> told = ConcurrentHashMap.newKeySet();
        try (PostgresTenantStore another = node(database)) {
            another.organizations().onChange(new ChangeListener() {
                @Override
                public void changed(OrganizationId changed) {
                    told.add(changed);
                }

                @Override
                public void anythingMayHaveChanged() {}
            });

            Await.until(
                    () -> { // until the other node listens
                        store.standbys().replace(organization, List.of(standby(newInstance())), NOTE);
                        return told.contains(organization);
                    });
        }
    }

    @Test
    void tellsOfKeysThatNoNoticeHasRoomForWithoutThem(@TestDatabase.Empty TestDatabase own) throws SQLException {
        own.execute("CREATE TABLE organizations (id text PRIMARY KEY)");
        PostgresTenantStore.migrate(own.dataSource());
        try (Connection listener = own.superuser()) {
            Sql.execute(listener, "LISTEN ultramsg_config_changed");

            own.execute(INSERT.replace("CAST(? AS uuid)", "repeat('x', 9000)").replace("?", "'instance1'"));

            assertThat(listener.unwrap(PGConnection.class).getNotifications(10_000))
                    .extracting(PGNotification::getParameter)
                    .containsExactly("");
        }
    }

    /** Notices arrive in the order of the commits: what is there before the last one is all there is. */
    private List<String> heard(Connection listener) throws SQLException {
        database.query("SELECT pg_notify('ultramsg_config_changed', ?)", END);
        List<String> heard = new ArrayList<>();
        while (!heard.contains(END)) {
            PGNotification[] notices = listener.unwrap(PGConnection.class).getNotifications(10_000);
            assertThat(notices).as("notices within 10 seconds").isNotEmpty();
            Arrays.stream(notices).map(PGNotification::getParameter).forEach(heard::add);
        }
        heard.remove(END);
        return heard;
    }

    @Test
    void writesNothingForARecipientWhoIsWrittenToAsBefore() throws SQLException {
        InstanceId instance = newInstance();
        String version = "SELECT xmin, xmax, ctid FROM ultramsg_last_instances WHERE organization_id = ?";
        UUID key = UUID.fromString(organization.value());
        store.standbys().remember(organization, PERSON, instance);
        List<List<String>> first = database.query(version, key);

        store.standbys().remember(organization, PERSON, instance);

        assertThat(database.query(version, key)).hasSize(1).isEqualTo(first);
        store.standbys().remember(organization, PERSON, newInstance());
        assertThat(database.query(version, key)).hasSize(1).isNotEqualTo(first);
    }

    @Test
    void doesNotWaitLongForARowOrAnInstanceThatSomebodyElseHolds() throws SQLException {
        InstanceId instance = newInstance();
        try (Connection host = database.superuser()) {
            host.setAutoCommit(false);
            Sql.query(host, "SELECT FROM organizations WHERE id = ? FOR UPDATE", UUID.fromString(organization.value()));
            assertThatThrownBy(() -> store.standbys().replace(organization, List.of(standby(instance)), NOTE))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("55P03");
            host.rollback();

            Sql.query(host, "SELECT pg_advisory_xact_lock(hashtextextended('ultramsg " + instance + "', 0))");
            assertThatThrownBy(() -> store.standbys().replace(organization, List.of(standby(instance)), NOTE))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("55P03");
            host.rollback();
        }

        assertThat(store.standbys().find(organization)).isEmpty();
        assertThat(store.standbys().replace(organization, List.of(standby(instance)), NOTE))
                .isEqualTo(UpdateOutcome.WRITTEN);
    }

    /** One of each table. */
    private void use(OrganizationId organization, InstanceId instance) {
        assertThat(store.standbys().replace(organization, List.of(standby(instance)), NOTE))
                .isEqualTo(UpdateOutcome.WRITTEN);
        store.standbys().remember(organization, PERSON, instance);
    }

    private static UpdateOutcome setOwn(PostgresTenantStore node, OrganizationId organization, InstanceId instance) {
        return node.organizations()
                .update(
                        organization,
                        ConfigDraft.builder().instanceId(instance.value()).build(),
                        NOTE)
                .outcome();
    }

    private static OrganizationId newOrganization(TestDatabase database) throws SQLException {
        UUID id = UUID.randomUUID();
        database.execute("INSERT INTO organizations (id) VALUES ('" + id + "')");
        return OrganizationId.of(id);
    }

    private static StandbyInstance standby(InstanceId instance) {
        return StandbyInstance.of(new InstanceCredentials(
                instance, AccessToken.of("fake-t0ken-" + instance), URI.create("https://api.ultramsg.com")));
    }

    private static InstanceId newInstance() {
        return InstanceId.parse(
                "instance" + ThreadLocalRandom.current().nextLong(1_000_000_000_000L, 1_000_000_000_000_000_000L));
    }
}
