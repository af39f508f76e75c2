package io.smartqueue.ultramsg.jdbi;

import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;

import static org.assertj.core.api.Assertions.assertThat;

/** How often a message asks the database, once its organization's configuration is known. */
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class RoundTripsIT {
    private static final int MESSAGES = 10;
    private static final TextMessage MESSAGE = TextMessage.of(Recipient.parse("+15550001111"), "Your cake is ready.");

    private final AtomicInteger statements = new AtomicInteger();
    private UltraMsgServer ultraMsg;
    private StubInstance instance;
    private HikariDataSource pool;
    private PostgresTenantStore store;
    private OrganizationId acme;

    @BeforeEach
    void open(@TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg) throws SQLException {
        this.ultraMsg = ultraMsg;
        instance = ultraMsg.addInstance("1150", "fake-t0ken-1");
        acme = OrganizationId.of(database.organization("ultramsg_instance_id = 'instance1150',"
                + " ultramsg_token = 'fake-t0ken-1', ultramsg_base_url = '" + ultraMsg.baseUrl() + "'"));
        pool = OwnPool.open(database.settings(database.servingLogin()));
        store = PostgresTenantStore.builder(counted(DataSource.class, pool))
                .tokenKeys(Keys.ONE)
                .build();
    }

    @AfterEach
    void close() {
        store.close();
        pool.close();
    }

    /** Passes everything on, and counts the statements that take a role, as all for organizations do: not those that listen. */
    private <T> T counted(Class<T> type, T target) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")
                            && ((String) arguments[0]).contains("set_config('role'")) {
                        statements.incrementAndGet();
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        return result instanceof Connection connection ? counted(Connection.class, connection) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return type.cast(proxy);
    }

    private UltraMessageInstanceManager.Builder builder() {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .withoutHealthChecks();
    }

    /** The fewest of some messages: the configuration is read for the first, and again when the store begins to listen. */
    private int statementsOf(Supplier<SendResult> send) {
        return IntStream.range(0, MESSAGES)
                .map(i -> {
                    int before = statements.get();
                    send.get().orThrow();
                    return statements.get() - before;
                })
                .min()
                .orElseThrow();
    }

    @Test
    void areOneForAMessage() {
        try (UltraMessageInstanceManager manager = builder().build()) {
            assertThat(statementsOf(() -> manager.send(acme, MESSAGE))).isOne();
        }
        assertThat(instance.receivedMessages()).hasSize(MESSAGES);
    }

    @Test
    void areTwoForAMessageWithAKey() {
        AtomicInteger key = new AtomicInteger();
        try (UltraMessageInstanceManager manager = builder().build()) {
            assertThat(statementsOf(() -> manager.send(
                            acme,
                            MESSAGE,
                            SendOptions.builder()
                                    .idempotencyKey(IdempotencyKey.of("key/" + key.incrementAndGet()))
                                    .build())))
                    .isEqualTo(2);
        }
        assertThat(instance.receivedMessages()).hasSize(MESSAGES);
    }

    @Test
    void areTwoWhereAllMessagesAreLogged() {
        try (UltraMessageInstanceManager manager = builder().logAllMessages().build()) {
            assertThat(statementsOf(() -> manager.send(acme, MESSAGE))).isEqualTo(2);
        }
    }

    @Test
    void areOneMoreWhereAStandbyIsThereAndTheRecipientIsKnown() {
        ultraMsg.addInstance("2260", "fake-t0ken-2");
        try (UltraMessageInstanceManager manager = builder().build()) {
            StandbyInstance standby = StandbyInstance.of(new InstanceCredentials(
                    InstanceId.parse("2260"), AccessToken.of("fake-t0ken-2"), ultraMsg.baseUrl()));
            assertThat(manager.administration(Actor.operator("a test"))
                            .updateStandbys(acme, List.of(standby))
                            .isSaved())
                    .isTrue();

            assertThat(statementsOf(() -> manager.send(acme, MESSAGE))).isEqualTo(2);
        }
    }
}
