package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What PostgreSQL adds to the contract: roles, locks, its own time, and what is no news. */
@Timeout(60)
@ExtendWith(PostgresExtension.class)
class ConversationTableIT {
    private static final Recipient ANN = Recipient.parse("15550001111@c.us");
    private static final Instant EARLY = Instant.parse("2026-11-23T09:00:00Z");

    private TestDatabase database;
    private PostgresTenantStore store;
    private OrganizationId organization;

    @BeforeEach
    void open(TestDatabase ofTheClass, SharedStore shared) throws SQLException {
        database = ofTheClass;
        database.execute("DELETE FROM ultramsg_conversations");
        store = shared.get();
        organization = OrganizationId.of(database.organization(""));
        store.conversations().noteInbound(organization, ANN, EARLY);
    }

    private static PostgresTenantStore node(TestDatabase database) throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build();
    }

    @Test
    void writesNothingAndWaitsForNobodyWhenItIsNoNews() throws SQLException {
        String state = "SELECT ctid, xmin, * FROM ultramsg_conversations";
        List<List<String>> before = database.query(state);
        try (Connection busy = database.superuser()) {
            busy.setAutoCommit(false);
            Sql.execute(
                    busy,
                    "SELECT FROM ultramsg_conversations FOR UPDATE",
                    "UPDATE organizations SET name = 'busy' WHERE id = '" + organization + "'");

            store.conversations().noteInbound(organization, ANN, EARLY);
            store.conversations().noteInbound(organization, ANN, EARLY.minusSeconds(1));
            assertThat(store.conversations().lastInbound(organization, ANN)).contains(EARLY);
        }
        assertThat(database.query(state)).isEqualTo(before);
    }

    @Test
    void takesTheFutureForNowByTheTimeOfTheDatabase() throws SQLException {
        store.conversations().noteInbound(organization, ANN, Instant.parse("9999-01-01T00:00:00Z"));

        assertThat(database.query("SELECT last_inbound_at BETWEEN now() - interval '1 minute' AND now()"
                        + " FROM ultramsg_conversations"))
                .containsExactly(List.of("t"));
    }

    @Test
    void showsATenantItsOwnRowsOnly() throws SQLException {
        OrganizationId other = OrganizationId.of(database.organization(""));
        store.conversations().noteInbound(other, ANN, EARLY);
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);
            assertThat(Sql.query(connection, "SELECT organization_id FROM ultramsg_conversations"))
                    .containsExactly(List.of(organization.value()));
            assertThat(Sql.update(connection, "DELETE FROM ultramsg_conversations"))
                    .isEqualTo(1);
            Sql.end(connection);
            for (Object nobody : List.of("", UUID.randomUUID())) {
                Sql.beginAsTenant(connection, nobody);
                assertThat(Sql.query(connection, "SELECT FROM ultramsg_conversations"))
                        .isEmpty();
                Sql.end(connection);
            }
            Sql.beginAsTenant(connection, organization);
            assertThatThrownBy(() -> Sql.execute(
                            connection, "INSERT INTO ultramsg_conversations VALUES ('" + other + "', '1@c.us', now())"))
                    .hasMessageContaining("row-level security");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT customer FROM ultramsg_conversations",
                "SELECT count(*) FROM ultramsg_conversations WHERE customer LIKE '1%'",
                "SELECT * FROM ultramsg_conversations",
                "SELECT to_jsonb(c) FROM ultramsg_conversations AS c",
                "UPDATE ultramsg_conversations SET last_inbound_at = now()",
                "INSERT INTO ultramsg_conversations (customer) VALUES ('1@c.us')",
                "TRUNCATE ultramsg_conversations"
            })
    void letsTheServiceRoleSeeNoCustomer(String statement) throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsService(connection);

            assertThatThrownBy(() -> Sql.execute(connection, statement)).hasMessageContaining("permission denied");
        }
    }

    @Test
    void letsATenantMoveNoConversationToAnotherCustomer() throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, organization);

            assertThatThrownBy(() -> Sql.execute(connection, "UPDATE ultramsg_conversations SET customer = '1@c.us'"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void leavesItToTheNodeThatIsDeletingWhatIsOld() throws SQLException {
        try (Connection busy = database.superuser()) {
            busy.setAutoCommit(false);
            Sql.query(busy, "SELECT pg_advisory_xact_lock(hashtextextended('ultramsg conversations public', 0))");
            assertThat(store.conversations().purge(Duration.ZERO)).isZero();
        }
        Await.until(() -> store.conversations().purge(Duration.ZERO) == 1);
    }

    /** Not an organization's row for each customer's: a service may have a million of them. */
    @Test
    void looksOnceWhichOrganizationsThereAreWhenItDeletesWhatIsOld() throws SQLException {
        database.execute(
                "INSERT INTO ultramsg_conversations SELECT '" + organization
                        + "', n || '@c.us', now() FROM generate_series(1, 20000) AS n",
                "ANALYZE ultramsg_conversations, organizations");
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsService(connection);
            String plan = Sql.query(
                            connection,
                            "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) "
                                    + SqlTemplate.fill(
                                            ConversationTable.PURGE,
                                            TableLayout.find(connection, HostTable.organizations())),
                            "a turn",
                            "P7D",
                            null)
                    .stream()
                    .map(line -> line.get(0))
                    .collect(Collectors.joining("\n"));

            assertThat(plan).contains("hashed SubPlan");
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
        OrganizationId any = OrganizationId.of(own.organization(""));
        String file = PostgresTenantStore.migrationSql(HostTable.organizations().inSchema("public"))
                .get("V017__inbound.sql");
        try (PostgresTenantStore serving = node(own);
                Connection connection = own.as(owner)) {
            serving.conversations().noteInbound(any, ANN, EARLY);
            connection.setAutoCommit(false);
            Sql.execute(connection, file, file);
            assertThat(Sql.query(connection, "SELECT FROM ultramsg_conversations"))
                    .as("what the owner sees")
                    .isEmpty();
            connection.commit();

            assertThat(serving.conversations().lastInbound(any, ANN))
                    .as("what was there")
                    .contains(EARLY);
        }
        try (Connection login = own.as(own.servingLogin())) {
            assertThat(SetupCheck.problems(login, HostTable.organizations())).isEmpty();
        }
    }

    @Test
    void letsTheHostEmptyAndDropItsTableAsBefore(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        OrganizationId any = OrganizationId.of(own.organization(""));
        try (PostgresTenantStore serving = node(own)) {
            serving.conversations().noteInbound(any, ANN, Instant.now());

            own.execute("TRUNCATE organizations");
            assertThat(serving.conversations().lastInbound(any, ANN)).isEmpty();
            assertThat(serving.conversations().purge(Duration.ofDays(7))).isEqualTo(1);
        }
        own.execute("DROP TABLE organizations");
    }
}
