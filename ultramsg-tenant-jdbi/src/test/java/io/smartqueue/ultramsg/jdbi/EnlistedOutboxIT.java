package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.message.MessageClaim.First;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.EnqueueResult.AlreadyThere;
import io.smartqueue.ultramsg.outbox.EnqueueResult.Queued;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.outbox.Work;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is enqueued as part of a transaction of the host's, and what that transaction is like afterwards. */
@ExtendWith(PostgresExtension.class)
class EnlistedOutboxIT {
    /** What a statement of the library's changes for itself, and must leave as it was. */
    static final String SETTINGS =
            "SELECT current_user, current_setting('lock_timeout'), current_setting('synchronous_commit'),"
                    + " coalesce(current_setting('ultramsg.organization_id', true), '')";

    private final ExecutorService others = Executors.newCachedThreadPool();
    private TestDatabase database;
    private PostgresTenantStore store;
    private OutboxStore outbox;
    private OrganizationId organization;
    private Connection host;

    @BeforeEach
    void open(TestDatabase shared) throws SQLException {
        database = shared;
        store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build();
        outbox = store.outbox();
        organization = OrganizationId.of(database.organization(""));
        host = database.as(database.servingLogin());
        host.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        host.close();
        store.close();
        others.shutdownNow();
    }

    @Test
    void keepsAMessageWithTheTransactionOrNotAtAll() throws SQLException {
        assertThat(enlisted("one")).containsExactly(new Queued(Reference.of("one")));
        assertThat(outbox.backlog(organization).waiting()).isZero();
        host.rollback();
        assertThat(everything()).isEmpty();

        enlisted("two");
        host.commit();

        assertThat(everything()).containsExactly(List.of("two"));
        assertThat(wakes()).isEqualTo(1);
        assertThat(references(claim())).containsExactly("two");
    }

    private List<List<String>> everything() throws SQLException {
        return database.query(
                "SELECT reference FROM ultramsg_messages WHERE organization_id = CAST(? AS uuid)"
                        + " UNION ALL SELECT 'a wake' FROM ultramsg_wakes"
                        + " WHERE organization_id = CAST(? AS uuid) AND NOT EXISTS (SELECT FROM ultramsg_messages"
                        + " WHERE organization_id = CAST(? AS uuid))",
                organization.value(),
                organization.value(),
                organization.value());
    }

    private int wakes() throws SQLException {
        return database.query(
                        "SELECT FROM ultramsg_wakes WHERE organization_id = CAST(? AS uuid)", organization.value())
                .size();
    }

    @Test
    void leavesTheTransactionAsItWas() throws SQLException {
        String login = database.servingLogin();
        List<List<String>> before = Sql.query(host, SETTINGS);
        enlisted("one");
        assertThat(Sql.query(host, SETTINGS)).isEqualTo(before).containsExactly(List.of(login, "0", "off", ""));
        host.commit();
        assertThat(Sql.query(host, SETTINGS)).isEqualTo(before);
        host.rollback();

        Sql.execute(
                host,
                "SET lock_timeout = '7s'",
                "SET synchronous_commit = remote_apply",
                "SET LOCAL ROLE ultramsg_service",
                "SET LOCAL ultramsg.organization_id = 'mine'");
        enlisted("two");
        assertThat(Sql.query(host, SETTINGS))
                .containsExactly(List.of("ultramsg_service", "7s", "remote_apply", "mine"));
        host.commit();
        assertThat(Sql.query(host, SETTINGS)).containsExactly(List.of(login, "7s", "remote_apply", ""));
    }

    @Test
    void leavesTheHostItsRowsAndRights() throws SQLException {
        database.execute(
                "CREATE TABLE IF NOT EXISTS tickets (id integer)",
                "GRANT ALL ON tickets TO " + database.servingLogin(),
                "GRANT SELECT ON organizations TO " + database.servingLogin());
        UUID other = database.organization("");
        enlisted("one");

        Sql.update(host, "INSERT INTO tickets VALUES (1)");
        assertThat(Sql.query(host, "SELECT FROM organizations WHERE id = ?", other))
                .hasSize(1);
        assertThatThrownBy(() -> Sql.query(host, "SELECT FROM ultramsg_messages"))
                .hasMessageContaining("permission denied");
        host.rollback();
    }

    @Test
    void putsTheSettingsBackToASavepointAfterAFailure() throws SQLException {
        List<List<String>> before = Sql.query(host, SETTINGS);
        Savepoint savepoint = host.setSavepoint();
        database.execute("REVOKE INSERT ON ultramsg_wakes FROM ultramsg_tenant");
        try {
            assertThatThrownBy(() -> enlisted("one")).isInstanceOf(StorageException.class);
        } finally {
            database.execute("GRANT INSERT (organization_id, for_change) ON ultramsg_wakes TO ultramsg_tenant");
        }

        host.rollback(savepoint);

        assertThat(Sql.query(host, SETTINGS)).isEqualTo(before);
        enlisted("one");
        host.commit();
        assertThat(references(claim())).containsExactly("one");
    }

    @Test
    void isATransactionOfItsOwnWithAutoCommitOn() throws SQLException {
        host.setAutoCommit(true);
        List<List<String>> before = Sql.query(host, SETTINGS);

        enlisted("one");

        assertThat(Sql.query(host, SETTINGS)).isEqualTo(before);
        assertThat(references(claim())).containsExactly("one");
    }

    @Test
    void takesPartInATransactionOfJdbis() {
        Jdbi jdbi = Jdbi.create(database.dataSource());

        jdbi.useTransaction(handle -> {
            store.enlist(handle).enqueue(organization, List.of(Enqueued.message("kept")));
            assertThat(handle.createQuery("SELECT current_user")
                            .mapTo(String.class)
                            .one())
                    .isEqualTo("postgres");
        });
        assertThatThrownBy(() -> jdbi.useTransaction(handle -> {
                    store.enlist(handle).enqueue(organization, List.of(Enqueued.message("lost")));
                    throw new IllegalStateException("the host's own");
                }))
                .hasMessage("the host's own");

        assertThat(references(claim())).containsExactly("kept");
    }

    @Test
    void readsAllAnswersWhereTheHostFetchesFewRowsAtATime() throws SQLException {
        org.postgresql.PGConnection few = host.unwrap(org.postgresql.PGConnection.class);
        few.setDefaultFetchSize(2);

        assertThat(store.enlist(host).enqueue(organization, Enqueued.messages("m", null, 100)))
                .hasSize(100)
                .hasOnlyElementsOfType(Queued.class);
        host.commit();
        assertThat(outbox.backlog(organization).waiting()).isEqualTo(100);
    }

    @Test
    void holdsNobodyUpWhoHasNothingToDoWithIt() throws Exception {
        enlisted("theirs");

        assertThat(outbox.enqueue(organization, List.of(Enqueued.keyed("mine", "mine"))))
                .containsExactly(new Queued(Reference.of("mine")));
        assertThat(references(claim())).containsExactly("mine");
        assertThat(store.messages().claim(organization, Keyed.message("at-once", "at-once"), Duration.ofMinutes(1)))
                .isInstanceOf(First.class);
        assertThat(outbox.cancel(organization, Reference.of("mine"))).isFalse();
        host.commit();
        assertThat(outbox.backlog(organization).waiting()).isEqualTo(1);
    }

    @Test
    void isWaitedForByWhoEnqueuesTheSameKey() throws Exception {
        store.enlist(host).enqueue(organization, List.of(Enqueued.keyed("key", "theirs")));
        Future<List<EnqueueResult>> ours =
                others.submit(() -> outbox.enqueue(organization, List.of(Enqueued.keyed("key", "ours"))));
        Await.until(() -> database.query(
                                "SELECT FROM pg_stat_activity WHERE datname = ? AND wait_event_type = 'Lock'",
                                database.name())
                        .size()
                == 1);

        host.commit();

        assertThat(ours.get()).containsExactly(new AlreadyThere(Reference.of("theirs")));
    }

    @Test
    void saysSoWhereTheLoginMayNotTakeTheRole() throws SQLException {
        try (Connection stranger = database.as(database.login("stranger", ""))) {
            assertThatThrownBy(() -> store.enlist(stranger).enqueue(organization, List.of(Enqueued.message("one"))))
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("GRANT ultramsg_tenant TO <login>");
        }
    }

    @Test
    void saysSoWhereItIsAnotherDatabase(@TestDatabase.Empty TestDatabase another) throws SQLException {
        try (Connection elsewhere = another.superuser()) {
            assertThatThrownBy(() -> store.enlist(elsewhere).enqueue(organization, List.of(Enqueued.message("one"))))
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("must be to the database of this store");
        }
    }

    private List<EnqueueResult> enlisted(String reference) {
        return store.enlist(host).enqueue(organization, List.of(Enqueued.message(reference)));
    }

    private List<Work> claim() {
        return outbox.claim(organization, Keyed.INSTANCE, 10).work();
    }

    private static List<String> references(List<Work> work) {
        return work.stream().map(one -> one.reference().value()).toList();
    }
}
