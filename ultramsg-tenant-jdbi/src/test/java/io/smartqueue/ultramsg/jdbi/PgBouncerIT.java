package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.message.MessageClaim;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import io.smartqueue.ultramsg.outbox.NextTurn;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Behind PgBouncer in transaction mode, where a connection is another one for each transaction. */
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class PgBouncerIT {
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream stderr = System.err;
    private TestDatabase database;
    private UltraMsgServer ultraMsg;
    private PgBouncer pooler;
    private PostgresTenantStore store;
    private UltraMessageInstanceManager manager;

    @BeforeEach
    void start(@TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg) throws Exception {
        this.database = database;
        this.ultraMsg = ultraMsg;
        pooler = PgBouncer.before(database, database.servingLogin());
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        store = PostgresTenantStore.builder(pooler.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .build();
        manager = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .configTimeToLive(Duration.ofMillis(200))
                .build();
    }

    @AfterEach
    void stop() {
        System.setErr(stderr);
        if (manager != null) {
            manager.close();
            store.close();
            pooler.close();
        }
    }

    @Test
    void keepsOrganizationsApartAndLimitsExact() throws Exception {
        StubInstance first = ultraMsg.addInstance("1150", "fake-t0ken-1");
        StubInstance second = ultraMsg.addInstance("2260", "fake-t0ken-2");
        OrganizationId acme = organization("instance1150", "fake-t0ken-1", 30);
        OrganizationId globex = organization("instance2260", "fake-t0ken-2", 20);
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            List<Future<SendResult>> results = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                OrganizationId organization = i % 2 == 0 ? acme : globex;
                results.add(
                        callers.submit(() -> manager.sendMessage(organization, "+15550001111", organization.value())));
            }
            for (Future<SendResult> result : results) {
                result.get();
            }
        } finally {
            callers.shutdownNow();
        }

        assertThat(first).receivedMessages(30);
        assertThat(second).receivedMessages(20);
        assertThat(first.receivedMessages()).allMatch(message -> message.body().equals(acme.value()));
        assertThat(second.receivedMessages()).allMatch(message -> message.body().equals(globex.value()));
        for (int i = 0; i < 10; i++) {
            try (Connection connection =
                    OwnPool.direct(pooler.settings(database.servingLogin())).getConnection()) {
                assertThat(Sql.value(connection, "SELECT current_user")).isEqualTo(database.servingLogin());
                assertThat(Sql.value(connection, "SELECT current_setting('ultramsg.organization_id', true)"))
                        .isNullOrEmpty();
            }
        }
    }

    @Test
    void takesChangesIntoAccountWhenTheTimeToLiveIsOverAndSaysOnceThatItIsLate() throws SQLException {
        OrganizationId acme = organization("instance1150", "fake-t0ken-1", 30);
        assertThat(limitOf(acme)).isEqualTo(30);

        Await.until(() -> log.toString(StandardCharsets.UTF_8).contains("passes no notices"));
        database.execute("UPDATE organizations SET daily_message_limit = 31 WHERE id = '" + acme + "'");

        Await.until(() -> limitOf(acme) == 31);
        assertThat(log.toString(StandardCharsets.UTF_8).split("passes no notices", -1))
                .hasSize(2);
    }

    @Test
    void refusesAnInstanceThatAnotherOrganizationHas() throws SQLException {
        OrganizationId acme = organization("instance1150", "fake-t0ken-1", 30);
        OrganizationId globex = organization("instance2260", "fake-t0ken-2", 20);

        for (int i = 0; i < 20; i++) { // beyond the driver's threshold for preparing on the server
            assertThat(setInstance(globex, "instance1150")).isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
            assertThat(setInstance(acme, "instance1150")).isEqualTo(UpdateOutcome.WRITTEN);
        }
    }

    @Test
    void keepsMembersApart() throws Exception {
        OrganizationId acme = organization("instance1150", "fake-t0ken-1", 30);
        database.execute("INSERT INTO organization_members VALUES ('" + acme + "', 'anna', 'admin'), ('" + acme
                + "', 'bert', 'employee')");
        OrganizationStore admin = store.organizations().actingFor(MemberId.of("anna"));
        OrganizationStore employee = store.organizations().actingFor(MemberId.of("bert"));

        for (int i = 0; i < 20; i++) { // beyond the driver's threshold for preparing on the server
            assertThat(admin.find(acme).orElseThrow().token()).isPresent();
            assertThat(employee.findWithoutToken(acme).orElseThrow().dailyLimit())
                    .isEmpty();
            assertThatThrownBy(() -> employee.find(acme)).isInstanceOf(AccessDeniedException.class);
            assertThat(store.organizations().find(acme).orElseThrow().token()).isPresent();
        }
    }

    @Test
    void tellsOneOfManyToSend() throws Exception {
        OrganizationId acme = organization("instance1150", "fake-t0ken-1", 30);
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            for (int i = 0; i < 20; i++) { // beyond the driver's threshold for preparing on the server
                String key = "order-" + i;
                List<Callable<MessageClaim>> claims = new ArrayList<>();
                for (int caller = 0; caller < 8; caller++) {
                    NewEntry message = Keyed.message(key, key + "-" + caller);
                    claims.add(() -> store.messages().claim(acme, message, Duration.ofMinutes(1)));
                }
                List<MessageClaim> answers = new ArrayList<>();
                for (Future<MessageClaim> claim : callers.invokeAll(claims)) {
                    answers.add(claim.get());
                }
                assertThat(answers)
                        .filteredOn(MessageClaim.First.class::isInstance)
                        .hasSize(1);
                assertThat(answers)
                        .filteredOn(MessageClaim.Running.class::isInstance)
                        .hasSize(7);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(store.messages().purge(Duration.ZERO)).isEqualTo(20);
    }

    @Test
    void givesLanesTheirTurns() throws Exception {
        OrganizationId acme = organization("instance1150", "fake-t0ken-1", 30);
        AtomicInteger turns = new AtomicInteger();
        store.lanes()
                .start(
                        (lane, memory, isEnding) -> turns.incrementAndGet() == 20
                                ? Optional.empty()
                                : Optional.of(new NextTurn(Duration.ZERO, NextTurn.Reason.PACE, memory)),
                        4);

        database.execute("INSERT INTO ultramsg_wakes (organization_id) VALUES ('" + acme + "')");
        Await.until(() -> turns.get() == 20
                && database.query("SELECT FROM ultramsg_lanes").isEmpty());

        store.lanes().somethingChanged(acme);
        Await.until(() -> database.query("SELECT FROM ultramsg_wakes").isEmpty());
        assertThat(turns).hasValue(20);
    }

    private UpdateOutcome setInstance(OrganizationId organization, String instance) {
        return store.organizations()
                .update(
                        organization,
                        ConfigDraft.builder().instanceId(instance).build(),
                        AuditNote.by(Actor.operator("a test")))
                .outcome();
    }

    private int limitOf(OrganizationId organization) {
        return manager.getOrganizationConfig(organization).orElseThrow().dailyLimit();
    }

    private OrganizationId organization(String instance, String token, int limit) throws SQLException {
        UUID id = database.organization("ultramsg_instance_id = '" + instance + "', ultramsg_token = '" + token
                + "', daily_message_limit = " + limit + ", ultramsg_base_url = '" + ultraMsg.baseUrl() + "'");
        return OrganizationId.of(id);
    }
}
