package io.smartqueue.ultramsg.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.error.UltraMessageException;
import io.smartqueue.ultramsg.message.MessageClaim.First;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(PostgresExtension.class)
class PostgresTenantStoreIT {
    @Test
    void wantsToBeToldHowTokensAreStored(TestDatabase database) {
        assertThatThrownBy(
                        () -> PostgresTenantStore.builder(database.dataSource()).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("tokenKeys")
                .hasMessageContaining("plainTextTokens");
    }

    @Test
    void refusesADatabaseThatIsNotMigrated(@TestDatabase.Empty TestDatabase database) {
        assertThatThrownBy(() -> PostgresTenantStore.builder(database.dataSource())
                        .plainTextTokens()
                        .build())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("PostgresTenantStore.migrate");
    }

    @Test
    void refusesADatabaseWhosePolicyIsGone(@TestDatabase.Fresh TestDatabase database) throws SQLException {
        database.execute("DROP POLICY ultramsg_tenant_scope ON organizations");

        assertThatThrownBy(() -> PostgresTenantStore.builder(database.dataSource(database.servingLogin()))
                        .plainTextTokens()
                        .build())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("ultramsg_tenant_scope");
    }

    @Test
    void saysThatNobodyListensAtTheAddress() {
        JdbcSettings nobody = JdbcSettings.builder("jdbc:postgresql://localhost:1/nowhere", "app", "fake-passw0rd")
                .build();

        assertThatThrownBy(() ->
                        PostgresTenantStore.builder(nobody).plainTextTokens().build())
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining("localhost:1")
                .message()
                .doesNotContain("fake-passw0rd");
        assertThatThrownBy(() -> PostgresTenantStore.migrate(nobody)).isInstanceOf(StorageException.class);
    }

    @Test
    void saysThatTheLoginIsRefused(TestDatabase database) {
        assertThatThrownBy(() -> PostgresTenantStore.builder(database.settings("nobody_of_that_name"))
                        .plainTextTokens()
                        .build())
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("nobody_of_that_name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"superuser", "owner", "serving"})
    void worksForEveryKindOfLogin(String kind, @TestDatabase.Fresh TestDatabase database) throws SQLException {
        String login = login(kind, database);
        UUID id = database.organization("daily_message_limit = 1");
        UUID other = database.organization("");
        OrganizationId organization = OrganizationId.of(id);

        try (PostgresTenantStore store = PostgresTenantStore.builder(database.settings(login))
                .plainTextTokens()
                .build()) {
            assertThat(store.organizations().find(organization)).isPresent();
            assertThat(store.organizations()
                            .update(
                                    organization,
                                    ConfigDraft.builder().dailyLimit(2).build(),
                                    AuditNote.by(Actor.operator("a test")))
                            .outcome())
                    .isEqualTo(UpdateOutcome.WRITTEN);
            assertThat(store.quotas().reserve(organization)).isInstanceOf(Reserved.class);
            assertThat(store.messages().claim(organization, Keyed.message("key", "one"), Duration.ofMinutes(1)))
                    .isInstanceOf(First.class);
            store.messages().settle(organization, Keyed.unknown("one"), 1);
            assertThat(store.messages().takeUnsettled(1, Duration.ofMinutes(1))).hasSize(1);
        }

        assertThat(database.query(
                        "SELECT daily_message_limit, messages_sent_today FROM organizations WHERE id = ?", id))
                .containsExactly(List.of("2", "2")); // a place reserved, a message claimed
        assertThat(database.query(
                        "SELECT daily_message_limit, messages_sent_today FROM organizations WHERE id = ?", other))
                .containsExactly(List.of("1000", "0"));
    }

    private static String login(String kind, TestDatabase database) throws SQLException {
        switch (kind) {
            case "owner" -> {
                String owner = database.login("owner", "INHERIT");
                database.execute(
                        "ALTER TABLE organizations OWNER TO " + owner,
                        "GRANT ultramsg_tenant, ultramsg_service TO " + owner);
                return owner;
            }
            case "serving" -> {
                return database.servingLogin();
            }
            default -> {
                return "postgres";
            }
        }
    }

    @Test
    void leavesConnectionsOfThePoolAsTheyWere(@TestDatabase.Fresh TestDatabase database) throws SQLException {
        UUID id = database.organization("");
        try (HikariDataSource pool = pool(database, true);
                PostgresTenantStore store =
                        PostgresTenantStore.builder(pool).plainTextTokens().build()) {
            for (int i = 0; i < 20; i++) { // beyond the threshold at which the driver prepares on the server
                store.organizations().find(OrganizationId.of(id));
                store.quotas().reserve(OrganizationId.of(id));
                try (Connection connection = pool.getConnection()) {
                    assertThat(Sql.value(connection, "SELECT current_user")).isEqualTo("postgres");
                    assertThat(Sql.value(connection, "SELECT current_setting('ultramsg.organization_id', true)"))
                            .isNullOrEmpty();
                    assertThat(Sql.value(connection, "SHOW lock_timeout")).isEqualTo("0");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not-a-key", "'; drop table organizations; --"})
    void isNotMisledByASettingThatSomebodyLeftOnTheConnection(
            String leftOver, @TestDatabase.Fresh TestDatabase database) throws SQLException {
        UUID mine = database.organization("name = 'mine'");
        UUID theirs = database.organization("name = 'theirs', ultramsg_instance_id = 'instance2'");
        try (HikariDataSource pool = pool(database, true);
                PostgresTenantStore store =
                        PostgresTenantStore.builder(pool).plainTextTokens().build()) {
            leaveBehind(pool, leftOver);
            assertThat(store.organizations()
                            .find(OrganizationId.of(mine))
                            .orElseThrow()
                            .instanceId())
                    .contains("instance1150");

            leaveBehind(pool, theirs.toString());
            assertThat(store.organizations()
                            .find(OrganizationId.of(mine))
                            .orElseThrow()
                            .instanceId())
                    .contains("instance1150");
            assertThat(store.organizations().find(OrganizationId.of(UUID.randomUUID())))
                    .isEmpty();
        }
    }

    private static void leaveBehind(DataSource pool, String organization) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            Sql.query(connection, "SELECT set_config('ultramsg.organization_id', ?, false)", organization);
        }
    }

    @Test
    void worksOnAPoolThatDoesNotCommitByItself(@TestDatabase.Fresh TestDatabase database) throws SQLException {
        UUID id = database.organization("daily_message_limit = 5");
        try (HikariDataSource pool = pool(database, false);
                PostgresTenantStore store =
                        PostgresTenantStore.builder(pool).plainTextTokens().build()) {
            assertThat(store.quotas().reserve(OrganizationId.of(id))).isInstanceOf(Reserved.class);
        }

        assertThat(database.query("SELECT messages_sent_today FROM organizations WHERE id = ?", id))
                .containsExactly(List.of("1"));
    }

    @Test
    void refusesToTakePartInATransactionOfTheHosts(@TestDatabase.Fresh TestDatabase database) throws SQLException {
        UUID id = database.organization("");
        try (Connection hosts = database.superuser();
                PostgresTenantStore store = PostgresTenantStore.builder(boundToThisThread(database, hosts))
                        .plainTextTokens()
                        .build()) {
            hosts.setAutoCommit(false);
            Sql.query(hosts, "SELECT 1");

            assertThatThrownBy(() -> store.organizations().find(OrganizationId.of(id)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("transaction");
            assertThat(Sql.value(hosts, "SELECT current_user")).isEqualTo("postgres");
        }
    }

    /** As frameworks do: a thread that has a transaction open gets its connection again, every other one a new one. */
    private static DataSource boundToThisThread(TestDatabase database, Connection hosts) {
        Thread thisThread = Thread.currentThread();
        return (DataSource) Proxy.newProxyInstance(
                PostgresTenantStoreIT.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, args) -> {
                    if (!method.getName().equals("getConnection")) {
                        return method.invoke(database.dataSource(), args);
                    }
                    boolean inTransaction = Thread.currentThread() == thisThread && !hosts.getAutoCommit();
                    return inTransaction ? unclosed(hosts) : database.superuser();
                });
    }

    private static Connection unclosed(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                PostgresTenantStoreIT.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, args) -> method.getName().equals("close") ? null : method.invoke(connection, args));
    }

    @Test
    void neverQuotesValuesInErrors(@TestDatabase.Fresh TestDatabase database) throws SQLException {
        OrganizationId organization = OrganizationId.of(database.organization(""));
        database.execute(
                "ALTER TABLE organizations ADD CONSTRAINT hosts CHECK (whatsapp_business_number <> '+15550009999')");
        try (PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build()) {
            ConfigDraft change = ConfigDraft.builder()
                    .token("fake-t0ken")
                    .businessNumber("+15550009999")
                    .build();

            assertThatThrownBy(() ->
                            store.organizations().update(organization, change, AuditNote.by(Actor.operator("a test"))))
                    .isInstanceOf(UltraMessageException.class)
                    .hasMessageContaining("23514")
                    .satisfies(e -> {
                        for (Throwable t = e; t != null; t = t.getCause()) {
                            assertThat(t.toString())
                                    .doesNotContain("fake-t0ken")
                                    .doesNotContain("15550009999");
                        }
                    });
        }
    }

    @Test
    void leavesTheHostsPoolOpen(TestDatabase database) {
        HikariDataSource pool = pool(database, true);
        PostgresTenantStore.builder(pool).plainTextTokens().build().close();

        assertThatCode(() -> pool.getConnection().close()).doesNotThrowAnyException();
        pool.close();
    }

    private static HikariDataSource pool(TestDatabase database, boolean autoCommit) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(2); // one of them listens, so that the other is used again and again
        config.setAutoCommit(autoCommit);
        return new HikariDataSource(config);
    }
}
