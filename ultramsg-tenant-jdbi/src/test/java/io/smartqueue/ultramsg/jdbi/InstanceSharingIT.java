package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

/** One instance, one organization: across nodes, and beside a host that is free to do otherwise. */
@ExtendWith(PostgresExtension.class)
class InstanceSharingIT {
    @ParameterizedTest
    @ValueSource(strings = {"read committed", "repeatable read", "serializable"})
    void isRefusedToOneOfTwoNodesWhateverTheLoginsIsolation(String isolation, @TestDatabase.Fresh TestDatabase database)
            throws Exception {
        String login = database.servingLogin();
        database.execute("ALTER ROLE " + login + " SET default_transaction_isolation = '" + isolation + "'");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (PostgresTenantStore one = open(database);
                PostgresTenantStore other = open(database)) {
            for (int round = 1; round <= 25; round++) {
                String instance = "instance" + round;
                CyclicBarrier start = new CyclicBarrier(2);
                List<Callable<UpdateOutcome>> claims = new ArrayList<>();
                for (PostgresTenantStore node : List.of(one, other)) {
                    OrganizationId organization = OrganizationId.of(database.organization(""));
                    claims.add(() -> {
                        start.await();
                        return set(node, organization, instance);
                    });
                }

                List<UpdateOutcome> outcomes = new ArrayList<>();
                for (Future<UpdateOutcome> claim : threads.invokeAll(claims)) {
                    outcomes.add(claim.get());
                }

                assertThat(outcomes).containsExactlyInAnyOrder(UpdateOutcome.WRITTEN, UpdateOutcome.INSTANCE_IN_USE);
                assertThat(database.query(
                                "SELECT count(*) FROM organizations WHERE ultramsg_instance_id = ?", instance))
                        .containsExactly(List.of("1"));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void isTheHostsToDecideInItsOwnStatements(@TestDatabase.Empty TestDatabase database) throws Exception {
        database.execute("CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),"
                + " ultramsg_instance_id text)");
        PostgresTenantStore.migrate(database.dataSource());
        OrganizationId organization = OrganizationId.of(database.organization("ultramsg_instance_id = 'instance7'"));
        String tooLongForAnIndex = "x".repeat(200_000);
        try (Connection host = database.superuser()) {
            Sql.execute(
                    host,
                    "INSERT INTO organizations (ultramsg_instance_id) VALUES ('instance7'), ('7'), (NULL), ('')",
                    "INSERT INTO organizations (ultramsg_instance_id) SELECT ultramsg_instance_id FROM organizations",
                    "UPDATE organizations SET ultramsg_instance_id = '" + tooLongForAnIndex
                            + "' WHERE ultramsg_instance_id = ''");
            new CopyManager(host.unwrap(BaseConnection.class))
                    .copyIn("COPY organizations (ultramsg_instance_id) FROM STDIN", new StringReader("instance7\n"));
        }

        try (PostgresTenantStore store = open(database)) {
            assertThat(set(store, organization, "instance7")).isEqualTo(UpdateOutcome.WRITTEN);
            assertThat(set(store, organization, "instance8")).isEqualTo(UpdateOutcome.WRITTEN);
            assertThat(set(store, organization, "instance7")).isEqualTo(UpdateOutcome.INSTANCE_IN_USE);

            database.execute(
                    "UPDATE organizations SET ultramsg_instance_id = NULL WHERE id <> '" + organization.value() + "'");
            assertThat(set(store, organization, "instance7")).isEqualTo(UpdateOutcome.WRITTEN);
        }
    }

    @Test
    void isRefusedWhereRowSecurityBindsTheOwnerToo(@TestDatabase.Fresh TestDatabase database) throws Exception {
        String owner = database.login("owner", "INHERIT");
        database.organization("ultramsg_instance_id = 'instance7'");
        UUID organization = database.organization("ultramsg_instance_id = NULL");
        database.execute(
                "ALTER TABLE organizations OWNER TO " + owner, "ALTER TABLE organizations FORCE ROW LEVEL SECURITY");

        try (PostgresTenantStore store = open(database)) {
            assertThat(set(store, OrganizationId.of(organization), "instance7"))
                    .isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        }
    }

    @Test
    void isFoundByAnIndex(@TestDatabase.Fresh TestDatabase database) throws Exception {
        database.execute(
                "INSERT INTO organizations (ultramsg_instance_id) SELECT 'instance' || generate_series(1, 20000)",
                "ANALYZE organizations");
        String question = "EXPLAIN SELECT EXISTS (SELECT FROM public.organizations WHERE "
                + OrganizationTable.HAS_INSTANCE.replace("?", "'1150'") + ")";
        try (Connection login = database.as(database.servingLogin())) {
            Sql.beginAsService(login);

            assertThat(Sql.query(login, question).toString()).contains("Index Scan using ultramsg_instance");
        }
    }

    private static PostgresTenantStore open(TestDatabase database) throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .build();
    }

    private static UpdateOutcome set(PostgresTenantStore store, OrganizationId organization, String instance) {
        return store.organizations()
                .update(
                        organization,
                        ConfigDraft.builder().instanceId(instance).build(),
                        AuditNote.by(Actor.operator("a test")))
                .outcome();
    }
}
