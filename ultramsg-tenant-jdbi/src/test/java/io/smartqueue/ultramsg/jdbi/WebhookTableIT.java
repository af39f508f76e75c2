package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.webhook.EventKey;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake.Done;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake.First;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake.NoOrganization;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What PostgreSQL adds to the contract: roles, nodes that die or meet, and what an event costs that was handled before. */
@Timeout(120)
@ExtendWith(PostgresExtension.class)
class WebhookTableIT {
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final EventKey EVENT = key(1);
    private static final int DUPLICATES = 10_000;
    private static final int THREADS_PER_NODE = 16;
    private static final String STATE = "SELECT ctid, xmin, * FROM ultramsg_webhook_events";
    private static final String WAITING =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = ? AND wait_event_type = 'Lock' AND state = 'active'";

    private final ExecutorService others = Executors.newCachedThreadPool();
    private TestDatabase database;
    private PostgresTenantStore store;
    private OrganizationId organization;

    @BeforeEach
    void open(TestDatabase ofTheClass, SharedStore shared) throws SQLException {
        database = ofTheClass;
        database.execute("DELETE FROM ultramsg_webhook_events");
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

    private static EventKey key(int number) {
        return new EventKey(String.format("%064x", number));
    }

    private Intake begin() {
        return store.webhooks().begin(organization, EVENT, LEASE);
    }

    @Test
    void hasAnEventHandledOnceThatComesTenThousandTimesAtOnceToTwoNodes() throws Exception {
        try (PostgresTenantStore another = node(database)) {
            CyclicBarrier start = new CyclicBarrier(2 * THREADS_PER_NODE);
            List<Future<List<Intake>>> callers = new ArrayList<>();
            for (PostgresTenantStore node : List.of(store, another)) {
                for (int i = 0; i < THREADS_PER_NODE; i++) {
                    callers.add(others.submit(() -> {
                        start.await();
                        return handle(node, DUPLICATES / 2 / THREADS_PER_NODE);
                    }));
                }
            }
            List<Intake> all = new ArrayList<>();
            for (Future<List<Intake>> caller : callers) {
                all.addAll(caller.get());
            }

            assertThat(all).hasSizeGreaterThanOrEqualTo(DUPLICATES - 2 * THREADS_PER_NODE);
            assertThat(all).filteredOn(First.class::isInstance).hasSize(1);
            assertThat(all).hasOnlyElementsOfTypes(First.class, Running.class, Done.class);
            assertThat(all).filteredOn(Done.class::isInstance).isNotEmpty();
        }
        assertThat(begin()).isEqualTo(new Done());
        assertThat(database.query("SELECT claim FROM ultramsg_webhook_events")).containsExactly(List.of("1"));
    }

    private List<Intake> handle(PostgresTenantStore node, int times) {
        List<Intake> intakes = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Intake intake = node.webhooks().begin(organization, EVENT, LEASE);
            intakes.add(intake);
            if (intake instanceof First) {
                node.webhooks().finish(organization, EVENT);
            }
        }
        return intakes;
    }

    @Test
    void writesNothingAndWaitsForNobodyWhenAnEventWasHandled() throws SQLException {
        begin();
        store.webhooks().finish(organization, EVENT);
        List<List<String>> before = database.query(STATE);
        try (Connection busy = database.superuser()) {
            busy.setAutoCommit(false);
            Sql.execute(
                    busy,
                    "SELECT FROM ultramsg_webhook_events FOR UPDATE",
                    "UPDATE organizations SET name = 'busy' WHERE id = '" + organization + "'");

            for (int i = 0; i < 20; i++) {
                assertThat(begin()).isEqualTo(new Done());
            }
        }
        store.webhooks().finish(organization, EVENT);
        store.webhooks().release(organization, EVENT, 1);
        assertThat(database.query(STATE)).isEqualTo(before);
    }

    @Test
    void handsAnEventToAnotherNodeWhenItsOwnWasLostByTheTimeOfTheDatabase() throws SQLException {
        try (PostgresTenantStore died = node(database)) { // nothing of the event is written after this
            died.webhooks().begin(organization, EVENT, Duration.ofMillis(500));
        }
        try (PostgresTenantStore another = node(database)) {
            Await.until(() -> another.webhooks().begin(organization, EVENT, LEASE) instanceof First);

            assertThat(begin()).isEqualTo(new Running());
            another.webhooks().finish(organization, EVENT);
        }
        assertThat(begin()).isEqualTo(new Done());
        assertThat(database.query("SELECT claim FROM ultramsg_webhook_events")).containsExactly(List.of("2"));
    }

    @Test
    void handsAnEventToWhoeverHasWaitedForANodeThatDiedWhileItBegan() throws Exception {
        Future<Intake> waiting;
        try (Connection dying = database.superuser()) {
            dying.setAutoCommit(false);
            Sql.execute(
                    dying,
                    "INSERT INTO ultramsg_webhook_events VALUES ('" + organization + "', '" + EVENT.value()
                            + "', 1, now(), now() + interval '1 hour')");
            waiting = others.submit(this::begin);
            Await.until(() -> database.query(WAITING, database.name()).equals(List.of(List.of("1"))));
            dying.rollback();
        }

        assertThat(waiting.get()).isEqualTo(new First(1));
    }

    @Test
    void tellsWhoeverHasWaitedForANodeThatBeganThatItIsRunning() throws Exception {
        Future<Intake> waiting;
        try (Connection quicker = database.superuser()) {
            quicker.setAutoCommit(false);
            Sql.execute(
                    quicker,
                    "INSERT INTO ultramsg_webhook_events VALUES ('" + organization + "', '" + EVENT.value()
                            + "', 1, now(), now() + interval '1 hour')");
            waiting = others.submit(this::begin);
            Await.until(() -> database.query(WAITING, database.name()).equals(List.of(List.of("1"))));
            quicker.commit();
        }

        assertThat(waiting.get()).isEqualTo(new Running());
    }

    /** What one node has taken over while another waited for the row is the first one's. */
    @Test
    void handsALapsedEventToOneOfTwoNodesOnly() throws Exception {
        begin();
        Future<Intake> waiting;
        try (Connection quicker = database.superuser()) {
            Sql.execute(quicker, "UPDATE ultramsg_webhook_events SET lease_until = '-infinity'");
            quicker.setAutoCommit(false);
            Sql.execute(
                    quicker, "UPDATE ultramsg_webhook_events SET claim = 2, lease_until = now() + interval '1 hour'");
            waiting = others.submit(this::begin);
            Await.until(() -> database.query(WAITING, database.name()).equals(List.of(List.of("1"))));
            quicker.commit();
        }

        assertThat(waiting.get()).isEqualTo(new Running());
    }

    @Test
    void failsForAWhileWhenSomebodyHoldsARowThatIsNotDone() throws SQLException {
        begin();
        database.execute("UPDATE ultramsg_webhook_events SET lease_until = '-infinity'");
        try (Connection busy = database.superuser()) {
            busy.setAutoCommit(false);
            Sql.execute(busy, "SELECT FROM ultramsg_webhook_events FOR UPDATE");

            assertThatThrownBy(this::begin)
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.isRetryable()).isTrue());
        }
        assertThat(begin()).isEqualTo(new First(2));
    }

    @Test
    void findsAnEventAmongManyByItsKeyAlone() throws SQLException {
        database.execute(
                "INSERT INTO ultramsg_webhook_events SELECT '" + organization
                        + "', lpad(to_hex(n), 64, '0'), 1, now(), now(), now() FROM generate_series(2, 20000) AS n",
                "ANALYZE ultramsg_webhook_events");
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);
            String plan = Sql.query(
                            connection,
                            "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) "
                                    + SqlTemplate.fill(
                                            WebhookTable.BEGIN,
                                            TableLayout.find(connection, HostTable.organizations())),
                            organization.value(),
                            key(4711).value(),
                            "PT1M",
                            null)
                    .stream()
                    .map(line -> line.get(0))
                    .collect(Collectors.joining("\n"));

            assertThat(plan)
                    .contains("ultramsg_webhook_events_pkey")
                    .doesNotContain("Seq Scan on ultramsg_webhook_events");
            assertThat(plan.lines()
                            .filter(line -> line.contains("Scan using ultramsg_webhook_events_pkey")
                                    && !line.contains("never executed")))
                    .as("looked up once:\n" + plan)
                    .hasSize(1);
        }
    }

    @Test
    void showsATenantItsOwnEventsOnly() throws SQLException {
        OrganizationId other = OrganizationId.of(database.organization(""));
        begin();
        store.webhooks().begin(other, EVENT, LEASE);
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);
            assertThat(Sql.query(connection, "SELECT organization_id FROM ultramsg_webhook_events"))
                    .containsExactly(List.of(organization.value()));
            assertThat(Sql.update(connection, "UPDATE ultramsg_webhook_events SET done_at = now()"))
                    .isEqualTo(1);
            Sql.end(connection);
            for (Object nobody : List.of("", UUID.randomUUID())) {
                Sql.beginAsTenant(connection, nobody);
                assertThat(Sql.query(connection, "SELECT FROM ultramsg_webhook_events"))
                        .isEmpty();
                Sql.end(connection);
            }
            Sql.beginAsTenant(connection, organization);
            assertThatThrownBy(() -> Sql.execute(
                            connection,
                            "INSERT INTO ultramsg_webhook_events VALUES ('" + other
                                    + "', repeat('a', 64), 1, now(), now())"))
                    .hasMessageContaining("row-level security");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM ultramsg_webhook_events",
                "UPDATE ultramsg_webhook_events SET organization_id = gen_random_uuid()",
                "UPDATE ultramsg_webhook_events SET event_key = repeat('b', 64)",
                "TRUNCATE ultramsg_webhook_events"
            })
    void letsATenantUndoNothing(String statement) throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);

            assertThatThrownBy(() -> Sql.execute(connection, statement)).hasMessageContaining("permission denied");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT event_key FROM ultramsg_webhook_events",
                "SELECT organization_id FROM ultramsg_webhook_events",
                "SELECT done_at FROM ultramsg_webhook_events",
                "UPDATE ultramsg_webhook_events SET done_at = now()",
                "INSERT INTO ultramsg_webhook_events (claim) VALUES (1)",
                "TRUNCATE ultramsg_webhook_events"
            })
    void letsTheServiceRoleSeeHowOldEventsAreAndNoMore(String statement) throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsService(connection);

            assertThatThrownBy(() -> Sql.execute(connection, statement)).hasMessageContaining("permission denied");
        }
    }

    @Test
    void leavesItToTheNodeThatIsDeletingWhatIsOld() throws SQLException {
        begin();
        try (Connection busy = database.superuser()) {
            busy.setAutoCommit(false);
            Sql.query(busy, "SELECT pg_advisory_xact_lock(hashtextextended('ultramsg webhook events public', 0))");
            assertThat(store.webhooks().purge(Duration.ZERO)).isZero();
        }
        Await.until(() -> store.webhooks().purge(Duration.ZERO) == 1);
    }

    @Test
    void forgetsOrganizationsThatAreGone() throws SQLException {
        begin();
        store.webhooks().finish(organization, EVENT);
        database.execute("DELETE FROM organizations WHERE id = '" + organization + "'");

        assertThat(begin()).isEqualTo(new NoOrganization());
        database.execute("UPDATE ultramsg_webhook_events SET begun_at = now() - interval '8 days'");
        assertThat(store.webhooks().purge(Duration.ofDays(7))).isEqualTo(1);
    }

    @Test
    void worksWhereTransactionsAreSerializableByDefault(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        own.execute("ALTER DATABASE " + own.name() + " SET default_transaction_isolation = 'serializable'");
        OrganizationId any = OrganizationId.of(own.organization(""));
        try (PostgresTenantStore serving = node(own)) {
            assertThat(serving.webhooks().begin(any, EVENT, LEASE)).isEqualTo(new First(1));
            serving.webhooks().release(any, EVENT, 1);
            assertThat(serving.webhooks().begin(any, EVENT, LEASE)).isEqualTo(new First(2));
            serving.webhooks().finish(any, EVENT);
            assertThat(serving.webhooks().begin(any, EVENT, LEASE)).isEqualTo(new Done());
        }
    }
}
