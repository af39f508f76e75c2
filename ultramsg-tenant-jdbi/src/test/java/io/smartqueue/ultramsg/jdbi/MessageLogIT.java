package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.MessageClaim;
import io.smartqueue.ultramsg.message.MessageClaim.First;
import io.smartqueue.ultramsg.message.MessageClaim.NoOrganization;
import io.smartqueue.ultramsg.message.MessageClaim.Running;
import io.smartqueue.ultramsg.message.MessageClaim.TakenOver;
import io.smartqueue.ultramsg.message.MessageLog.UnsettledMessage;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What PostgreSQL adds to the contract: roles, locks, connections that break, and the way rows are found. */
@ExtendWith(PostgresExtension.class)
class MessageLogIT {
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final String INSERT = "INSERT INTO ultramsg_messages (organization_id, reference, idempotency_key,"
            + " content_hash, state, instance_id, quota_day, created_at, lease_until, next_look_at) VALUES (CAST(? AS uuid),"
            + " ?, ?, repeat('0a', 32), 'running', 'instance1150', now(), now(), now() + interval '5 minutes', now())";
    private static final String WAITING =
            "FROM pg_stat_activity WHERE datname = ? AND wait_event_type = 'Lock' AND state = 'active'";

    private final ExecutorService others = Executors.newCachedThreadPool();
    private TestDatabase database;
    private PostgresTenantStore store;
    private OrganizationId organization;

    @BeforeEach
    void open(TestDatabase ofTheClass, SharedStore shared) throws SQLException {
        database = ofTheClass;
        store = shared.get();
        organization = OrganizationId.of(database.organization(""));
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
    void showsATenantItsOwnEntriesOnly() throws SQLException {
        UUID other = database.organization("");
        claim("mine");
        store.messages().claim(OrganizationId.of(other), Keyed.message("another's", "theirs"), LEASE);
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);

            assertThat(Sql.query(connection, "SELECT reference FROM ultramsg_messages"))
                    .containsExactly(List.of("mine"));
            assertThat(Sql.update(connection, "UPDATE ultramsg_messages SET recipient = NULL"))
                    .isEqualTo(1);
            assertThat(Sql.update(connection, "DELETE FROM ultramsg_messages")).isEqualTo(1);
            connection.commit();
        }

        assertThat(database.query(
                        "SELECT reference, recipient FROM ultramsg_messages WHERE organization_id = ?", other))
                .containsExactly(List.of("theirs", "15550001111@c.us"));
    }

    @Test
    void letsATenantWriteForNobodyElse() throws SQLException {
        UUID other = database.organization("");
        claim("mine");
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);
            assertThatThrownBy(() -> Sql.update(connection, INSERT, other, "theirs", "theirs"))
                    .hasMessageContaining("row-level security");
            Sql.end(connection);

            Sql.beginAsTenant(connection, organization);
            assertThatThrownBy(() -> Sql.update(connection, "UPDATE ultramsg_messages SET organization_id = ?", other))
                    .hasMessageContaining("row-level security");
            Sql.end(connection);
        }
    }

    @Test
    void showsNothingWithoutAnOrganization() throws SQLException {
        claim("mine");
        try (Connection connection = database.as(database.servingLogin())) {
            for (Object nobody : List.of("", UUID.randomUUID())) {
                Sql.beginAsTenant(connection, nobody);
                assertThat(Sql.query(connection, "SELECT FROM ultramsg_messages"))
                        .isEmpty();
                assertThat(Sql.update(connection, "DELETE FROM ultramsg_messages"))
                        .isZero();
                Sql.end(connection);
            }
            Sql.beginAsTenant(connection, "malformed");
            assertThatThrownBy(() -> Sql.query(connection, "SELECT FROM ultramsg_messages"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22P02"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT recipient FROM ultramsg_messages",
                "SELECT idempotency_key FROM ultramsg_messages",
                "SELECT content_hash FROM ultramsg_messages",
                "SELECT queue_id, cause FROM ultramsg_messages",
                "UPDATE ultramsg_messages SET state = 'accepted'",
                "UPDATE ultramsg_messages SET recipient = NULL",
                "INSERT INTO ultramsg_messages (reference) VALUES ('x')",
                "TRUNCATE ultramsg_messages"
            })
    void letsTheServiceRoleFindWhatIsDueAndNoMore(String statement) throws SQLException {
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
        own.execute("INSERT INTO organizations VALUES (gen_random_uuid())");
        OrganizationId any = OrganizationId.of(
                own.query("SELECT id FROM organizations").get(0).get(0));
        try (PostgresTenantStore serving = node(own);
                Connection connection = own.as(owner);
                Connection login = own.as(own.servingLogin())) {
            assertThat(serving.messages().claim(any, Keyed.message("key", "one"), LEASE))
                    .isInstanceOf(First.class);

            assertThat(Sql.query(connection, "SELECT FROM ultramsg_messages")).isEmpty();
            assertThatThrownBy(() -> Sql.query(login, "SELECT FROM ultramsg_messages"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void letsItsOwnerDumpItOnceItIsNotForced(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        String owner = own.login("owner", "");
        own.execute(
                "ALTER TABLE organizations OWNER TO " + owner,
                "ALTER TABLE ultramsg_messages OWNER TO " + owner,
                "ALTER SCHEMA public OWNER TO " + owner);
        try (Connection connection = own.as(owner)) {
            Sql.execute(connection, "SET row_security = off"); // as pg_dump does
            assertThatThrownBy(() -> Sql.execute(connection, "SELECT FROM ultramsg_messages"))
                    .hasMessageContaining("row-level security");

            Sql.execute(
                    connection,
                    "ALTER TABLE ultramsg_messages NO FORCE ROW LEVEL SECURITY",
                    "SELECT FROM ultramsg_messages");
        }
        try (Connection login = own.as(own.servingLogin())) {
            assertThat(SetupCheck.problems(login, HostTable.organizations())).isEmpty();
        }
    }

    @Test
    void letsTheHostEmptyAndDropItsTableAsBefore(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        OrganizationId any = OrganizationId.of(own.organization(""));
        try (PostgresTenantStore serving = node(own)) {
            serving.messages().claim(any, Keyed.message("key", "one"), LEASE);
        }

        own.execute("TRUNCATE organizations", "DROP TABLE organizations");
    }

    @Test
    void showsNothingOfAnOrganizationThatTheHostHasDeleted() throws SQLException {
        claim("one");
        database.query("DELETE FROM organizations WHERE id = CAST(? AS uuid) RETURNING id", organization.value());

        assertThat(store.messages().find(organization, Reference.of("one"))).isEmpty();
        assertThat(claim("two")).isInstanceOf(NoOrganization.class);
        assertThat(store.messages().claim(organization, Keyed.message("another-key", "three"), LEASE))
                .isInstanceOf(NoOrganization.class);
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
            assertThat(serving.messages().claim(any, Keyed.message("key", "one"), LEASE))
                    .satisfies(first("one"));
        }
    }

    @Test
    void tellsOneOfTwoNodesToSend() throws Exception {
        try (PostgresTenantStore another = node(database)) {
            CyclicBarrier start = new CyclicBarrier(2);
            for (int i = 0; i < 100; i++) {
                String key = "order-" + i;
                Future<MessageClaim> theirs = others.submit(() -> {
                    start.await();
                    return another.messages().claim(organization, Keyed.message(key, key + "-theirs"), LEASE);
                });
                start.await();
                MessageClaim ours = store.messages().claim(organization, Keyed.message(key, key + "-ours"), LEASE);

                assertThat(List.of(ours, theirs.get()))
                        .as(key)
                        .hasAtLeastOneElementOfType(First.class)
                        .hasAtLeastOneElementOfType(Running.class);
            }
        }
    }

    @Test
    void waitsForAClaimThatIsBeingWrittenAndSeesIt() throws Exception {
        try (Connection another = database.as(database.servingLogin())) {
            begin(another, organization, "theirs");
            Future<MessageClaim> claim = others.submit(() -> claim("ours"));
            awaitWaiting(database);

            another.commit();

            assertThat(claim.get()).isEqualTo(new Running(Reference.of("theirs")));
        }
    }

    @Test
    void leavesAKeyFreeWhenAConnectionBreaksInTheMiddleOfAClaim() throws Exception {
        try (Connection another = database.as(database.servingLogin())) {
            begin(another, organization, "theirs");
            String pid = Sql.value(another, "SELECT pg_backend_pid()");
            Future<MessageClaim> claim = others.submit(() -> claim("ours"));
            awaitWaiting(database);

            database.query("SELECT pg_terminate_backend(CAST(? AS integer))", pid);

            assertThat(claim.get()).satisfies(first("ours"));
        }
    }

    @Test
    void leavesAKeyFreeWhenTheClaimsOwnConnectionBreaks() throws Exception {
        try (Connection another = database.as(database.servingLogin())) {
            begin(another, organization, "theirs");
            Future<MessageClaim> claim = others.submit(() -> claim("ours"));
            awaitWaiting(database);

            database.query("SELECT pg_terminate_backend(pid) " + WAITING, database.name());

            assertThatThrownBy(claim::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.isRetryable()).isTrue());
            another.rollback();
            assertThat(claim("again")).satisfies(first("again"));
        }
    }

    @Test
    void doesNotWaitLongForAClaimThatIsBeingWritten() throws Exception {
        try (Connection another = database.as(database.servingLogin())) {
            begin(another, organization, "theirs");

            assertThatThrownBy(() -> claim("ours"))
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageContaining("55P03")
                    .hasMessageContaining("message key");
            another.rollback();
        }
    }

    @Test
    void neverTellsTwoToSendWhereTransactionsSeeNothingNew(@TestDatabase.Fresh TestDatabase own) throws Exception {
        own.execute("ALTER DATABASE " + own.name() + " SET default_transaction_isolation = 'serializable'");
        OrganizationId any = OrganizationId.of(own.organization(""));
        try (PostgresTenantStore serving = node(own);
                Connection another = own.as(own.servingLogin())) {
            begin(another, any, "theirs");
            Future<MessageClaim> claim =
                    others.submit(() -> serving.messages().claim(any, Keyed.message("key", "ours"), LEASE));
            awaitWaiting(own);

            another.commit();

            assertThatThrownBy(claim::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.isRetryable()).isTrue());
            assertThat(serving.messages().claim(any, Keyed.message("key", "ours"), LEASE))
                    .isEqualTo(new Running(Reference.of("theirs")));
        }
    }

    @Test
    void hasAPlaceForEachEntryWhateverHappensAtTheSameMoment() throws Exception {
        List<Future<?>> callers = new ArrayList<>();
        for (int caller = 0; caller < 8; caller++) {
            Random random = new Random(caller);
            callers.add(others.submit(() -> {
                for (int i = 0; i < 60; i++) {
                    Reference reference = Reference.of("try-" + random.nextLong(Long.MAX_VALUE));
                    if (claim("key-" + random.nextInt(3), reference.value()) instanceof First) {
                        switch (random.nextInt(3)) {
                            case 0 -> store.messages().settle(organization, Keyed.rejected(reference.value()), 1);
                            case 1 -> store.messages().abandon(organization, reference);
                            default -> {
                                store.messages().settle(organization, Keyed.unknown(reference.value()), 1);
                                store.messages().settle(organization, Keyed.rejected(reference.value()), 1);
                            }
                        }
                    }
                }
            }));
        }
        for (Future<?> caller : callers) {
            caller.get();
        }

        assertThat(store.quotas().usage(organization).orElseThrow().used()).isZero();
        assertThat(database.query(
                        "SELECT count(*) > 20, count(*) FILTER (WHERE state <> 'rejected') FROM ultramsg_messages"
                                + " WHERE organization_id = CAST(? AS uuid)",
                        organization.value()))
                .containsExactly(List.of("t", "0"));
    }

    @Test
    void waitsForNobodyOnceAKeyIsTaken() throws Exception {
        claim("one");
        try (Connection host = database.superuser()) {
            host.setAutoCommit(false);
            Sql.query(host, "SELECT FROM organizations WHERE id::text = ? FOR UPDATE", organization.value());
            Sql.query(host, "SELECT FROM ultramsg_messages FOR UPDATE");

            assertThat(claim("two")).isEqualTo(new Running(Reference.of("one")));
            host.rollback();
        }
    }

    @Test
    void goesByTheDatabasesClockUnlessItHasAnother() throws SQLException {
        claim("one");
        assertThat(claim("two")).isEqualTo(new Running(Reference.of("one")));
        assertThat(database.query(
                        "SELECT abs(extract(epoch FROM clock_timestamp() - created_at)) < 60,"
                                + " lease_until - created_at = interval '5 minutes' FROM ultramsg_messages"
                                + " WHERE organization_id::text = ?",
                        organization.value()))
                .containsExactly(List.of("t", "t"));

        String past = "UPDATE ultramsg_messages SET %1$s = %1$s - interval '5 minutes' WHERE organization_id = '%2$s'";
        database.execute(past.formatted("lease_until", organization), past.formatted("next_look_at", organization));

        assertThat(store.messages().takeUnsettled(1000, Duration.ofMinutes(1)))
                .contains(new UnsettledMessage(organization, Reference.of("one"), Keyed.INSTANCE, 1));
        assertThat(claim("two")).isEqualTo(new TakenOver(Reference.of("one"), Keyed.INSTANCE));
        assertThat(claim("two")).isEqualTo(new Running(Reference.of("one")));
        assertThat(store.messages().purge(Duration.ofHours(1))).isZero();
    }

    @Test
    void keepsAnOutcomeThatHoldsWhatNoTextCan() {
        claim("one");
        claim("other", "two");

        store.messages()
                .settle(
                        organization,
                        new Accepted(Reference.of("one"), new QueueId("47\0" + "11"), Keyed.INSTANCE, null, null),
                        1);
        store.messages().settle(organization, new Unknown(Reference.of("two"), Keyed.INSTANCE, "cut\0 off"), 1);

        assertThat(outcome("one"))
                .contains(new Accepted(Reference.of("one"), new QueueId("4711"), Keyed.INSTANCE, null, null));
        assertThat(outcome("two")).contains(new Unknown(Reference.of("two"), Keyed.INSTANCE, "cut off"));
    }

    @Test
    void touchesNoIndexWhenAMessageGetsFurther() throws SQLException {
        claim("one");
        isAccepted("one");
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);
            for (String state : List.of("on_server", "delivered", "read")) {
                assertThat(Sql.query(
                                connection,
                                "SELECT went FROM ultramsg_report_deliveries(CAST(? AS uuid), ARRAY['one'], ARRAY[NULL],"
                                        + " ARRAY['instance1150'], ARRAY[?], ARRAY[now()])",
                                organization.value(),
                                state))
                        .containsExactly(List.of(state));
            }

            assertThat(Sql.query(
                            connection,
                            "SELECT pg_stat_get_xact_tuples_updated(oid), pg_stat_get_xact_tuples_hot_updated(oid)"
                                    + " FROM pg_class WHERE oid = 'ultramsg_messages'::regclass"))
                    .containsExactly(List.of("3", "3"));
            connection.rollback();
        }
    }

    /** Most of what UltraMsg's list of messages tells is known. */
    @Test
    void writesAndWaitsForNothingWhereNothingIsNew() throws SQLException {
        claim("one");
        isAccepted("one");
        DeliveryReport report = new DeliveryReport(
                Reference.of("one"), new QueueId("4711"), Keyed.INSTANCE, DeliveryState.READ, Instant.EPOCH);
        assertThat(store.messages().report(organization, List.of(report))).hasSize(1);
        try (Connection host = database.superuser()) {
            host.setAutoCommit(false);
            Sql.query(host, "SELECT FROM ultramsg_messages FOR UPDATE");

            assertThat(store.messages().report(organization, List.of(report))).isEmpty();
            host.rollback();
        }
    }

    @Test
    void readsOnlyWhatIsDueHoweverManyMessagesThereAre(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        UUID any = own.organization("");
        own.execute(
                rows(any, "accepted", "'accepted', '1', NULL, NULL, now()", "40 days", 30_000),
                rows(any, "given-up", "'unknown', NULL, 'lost', now() - interval '2 days', now()", "3 days", 6_000),
                rows(any, "running", "'running', NULL, NULL, now() + interval '1 minute', NULL", "1 minute", 200),
                rows(any, "due", "'unknown', NULL, 'lost', now() - interval '1 minute', now()", "1 hour", 50),
                "ANALYZE organizations",
                "VACUUM ANALYZE ultramsg_messages");
        try (Connection connection = own.as(own.servingLogin())) {
            TableLayout layout = TableLayout.find(connection, HostTable.organizations());

            Sql.beginAsService(connection);
            assertThat(plan(connection, SqlTemplate.fill(MessageTable.TAKE_UNSETTLED, layout), null, "20", "PT1M"))
                    .contains("Index Scan using ultramsg_messages_unsettled")
                    .contains("Index Scan using ultramsg_messages_pkey")
                    .doesNotContain("Seq Scan on ultramsg_messages", "Rows Removed by Filter", "Sort Key: ultramsg");
            Sql.end(connection);
            Sql.beginAsService(connection);
            assertThat(plan(connection, SqlTemplate.fill(MessageTable.PURGE, layout), "P39D", null))
                    .contains("ultramsg_messages_age")
                    .doesNotContain("Seq Scan on ultramsg_messages");
            Sql.end(connection);
        }
        try (PostgresTenantStore serving = node(own)) {
            assertThat(serving.messages().takeUnsettled(1000, Duration.ofMinutes(1)))
                    .hasSize(50);
        }
    }

    private static String rows(UUID organization, String name, String outcome, String age, int count) {
        return "INSERT INTO ultramsg_messages (organization_id, reference, idempotency_key, content_hash, instance_id,"
                + " state, queue_id, cause, next_look_at, settled_at, quota_day, created_at, lease_until)"
                + " SELECT '%1$s', '%2$s-' || n, '%2$s-' || n, repeat('0a', 32), 'instance1150', %3$s, now(), t.at, t.at"
                        .formatted(organization, name, outcome)
                + " FROM generate_series(1, %1$d) AS n CROSS JOIN LATERAL (SELECT now() - interval '%2$s' * (1 - n / %1$d.0) AS at) AS t"
                        .formatted(count, age);
    }

    private static String plan(Connection connection, String sql, String... values) throws SQLException {
        return Sql.query(connection, "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + sql, (Object[]) values).stream()
                .map(row -> row.get(0))
                .collect(Collectors.joining("\n"));
    }

    private void isAccepted(String reference) {
        store.messages()
                .settle(
                        organization,
                        new Accepted(Reference.of(reference), new QueueId("4711"), Keyed.INSTANCE, null, null),
                        1);
    }

    private static Consumer<MessageClaim> first(String reference) {
        return claim -> assertThat(claim)
                .isInstanceOfSatisfying(
                        First.class, first -> assertThat(first.reference()).hasToString(reference));
    }

    private Optional<SendResult> outcome(String reference) {
        return store.messages().find(organization, Reference.of(reference)).map(LoggedMessage::outcome);
    }

    private MessageClaim claim(String reference) {
        return claim("key", reference);
    }

    private MessageClaim claim(String key, String reference) {
        return store.messages().claim(organization, Keyed.message(key, reference), LEASE);
    }

    /** Claims the key as another node does, up to the commit. */
    private static void begin(Connection connection, OrganizationId organization, String reference)
            throws SQLException {
        Sql.beginAsTenant(connection, organization);
        Sql.update(connection, INSERT, organization.value(), reference, "key");
    }

    private static void awaitWaiting(TestDatabase database) {
        Await.until(() ->
                database.query("SELECT count(*) " + WAITING, database.name()).equals(List.of(List.of("1"))));
    }
}
