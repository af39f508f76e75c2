package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Tokens at rest: sealed with a key of the host's, moved to another key, and back to plain text. */
@ExtendWith(PostgresExtension.class)
class TokenKeysIT {
    private static final AuditNote NOTE = AuditNote.by(Actor.operator("a test"));
    private static final String BOTH = Keys.TWO + "," + Keys.ONE;

    private TestDatabase database;

    @BeforeEach
    void use(@TestDatabase.Fresh TestDatabase database) {
        this.database = database;
    }

    @Test
    void sealsWhatWasStoredInPlainText() throws SQLException {
        OrganizationId plain = stored("fake-plain-t0ken");
        OrganizationId none = OrganizationId.of(database.organization("ultramsg_token = null"));

        try (PostgresTenantStore store = open(Keys.ONE)) {
            assertThat(token(store, plain)).isEqualTo("fake-plain-t0ken");
            assertThat(store.resealTokens().changed()).isEqualTo(1);
            assertThat(store.resealTokens().changed()).as("again").isZero();

            assertThat(token(store, plain)).isEqualTo("fake-plain-t0ken");
            assertThat(store.organizations().find(none).orElseThrow().token()).isEmpty();
        }
        assertThat(column(plain)).startsWith("ultramsg-sealed:one:").doesNotContain("fake");
    }

    @Test
    void movesTokensToANewFirstKeyAndThenDoesWithoutTheOldOne() throws SQLException {
        OrganizationId organization = stored("fake-t0ken");
        try (PostgresTenantStore store = open(Keys.ONE)) {
            store.resealTokens();
        }

        try (PostgresTenantStore store = open(BOTH)) {
            assertThat(token(store, organization)).isEqualTo("fake-t0ken");
            assertThat(store.resealTokens().changed()).isEqualTo(1);
        }

        assertThat(column(organization)).startsWith("ultramsg-sealed:two:");
        try (PostgresTenantStore store = open(Keys.TWO)) {
            assertThat(token(store, organization)).isEqualTo("fake-t0ken");
        }
    }

    @Test
    void goesBackToPlainText() throws SQLException {
        OrganizationId organization = stored("fake-t0ken");
        try (PostgresTenantStore store = open(Keys.ONE)) {
            store.resealTokens();

            assertThat(store.unsealTokens().changed()).isEqualTo(1);
            assertThat(store.unsealTokens().changed()).as("again").isZero();
        }

        assertThat(column(organization)).isEqualTo("fake-t0ken");
    }

    @Test
    void reportsATokenThatDoesNotOpenAndGoesOnWithTheOthers() throws SQLException {
        OrganizationId lost = stored("ultramsg-sealed:lost:AAAA");
        OrganizationId damaged = stored("ultramsg-sealed:one:AAAA");
        List<OrganizationId> fine = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            fine.add(stored("fake-t0ken-" + i));
        }

        try (PostgresTenantStore store = open(BOTH)) {
            ResealReport report = store.resealTokens();

            assertThat(report.changed()).isEqualTo(5);
            assertThat(report.failed()).containsOnlyKeys(lost, damaged);
            assertThat(report.failed().get(lost)).contains("key lost").contains(lost.value());
            assertThat(report.failed().get(damaged)).contains("key one").contains(damaged.value());
            assertThat(token(store, fine.get(4))).isEqualTo("fake-t0ken-4");
            assertThatThrownBy(() -> token(store, lost)).isInstanceOf(TokenSealException.class);
        }
        assertThat(column(lost)).isEqualTo("ultramsg-sealed:lost:AAAA");
    }

    @Test
    void passesOverARowThatSomebodyHoldsAndTakesItTheNextTime() throws SQLException {
        OrganizationId held = stored("fake-t0ken-held");
        OrganizationId free = stored("fake-t0ken-free");
        try (Connection host = database.superuser();
                PostgresTenantStore store = open(Keys.ONE)) {
            host.setAutoCommit(false);
            Sql.query(host, "SELECT 1 FROM organizations WHERE id = ? FOR UPDATE", UUID.fromString(held.value()));

            ResealReport report = store.resealTokens();
            assertThat(report.failed()).containsOnlyKeys(held);
            assertThat(column(free)).startsWith("ultramsg-sealed:");

            host.rollback();
            assertThat(store.resealTokens().changed()).isEqualTo(1);
        }
    }

    @Test
    void stopsWhenInterruptedAndGoesOnWhenRunAgain() throws SQLException {
        stored("fake-t0ken-1");
        stored("fake-t0ken-2");
        try (PostgresTenantStore store = open(Keys.ONE)) {
            Thread.currentThread().interrupt();
            assertThat(store.resealTokens().changed()).isZero();
            assertThat(Thread.interrupted()).as("the flag stays").isTrue();

            assertThat(store.resealTokens().changed()).isEqualTo(2);
        }
    }

    @Test
    void neverLosesATokenThatIsEnteredAtTheSameMoment() throws Exception {
        OrganizationId organization = stored("fake-t0ken-0");
        ExecutorService other = Executors.newSingleThreadExecutor();
        AtomicBoolean over = new AtomicBoolean();
        try (PostgresTenantStore store = open(BOTH);
                PostgresTenantStore before = open(Keys.ONE)) {
            Future<Integer> resealing = other.submit(() -> {
                int changed = 0;
                while (!over.get()) {
                    changed += store.resealTokens().changed();
                }
                return changed;
            });
            for (int i = 1; i <= 100; i++) {
                String token = "fake-t0ken-" + i;
                before.organizations()
                        .update(organization, ConfigDraft.builder().token(token).build(), NOTE);

                assertThat(token(store, organization)).isEqualTo(token);
            }
            over.set(true);
            resealing.get();
            store.resealTokens();

            assertThat(token(store, organization)).isEqualTo("fake-t0ken-100");
            assertThat(column(organization)).startsWith("ultramsg-sealed:two:");
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void takesStandbysTokensAlong() throws SQLException {
        OrganizationId organization = stored("fake-t0ken");
        OrganizationId withoutOwn = OrganizationId.of(database.organization("ultramsg_token = null"));
        List<StandbyInstance> standbys = List.of(standby("instance21"), standby("instance22"));
        try (PostgresTenantStore store = plain()) {
            store.standbys().replace(organization, standbys, NOTE);
            store.standbys().replace(withoutOwn, List.of(standby("instance23")), NOTE);
        }
        assertThat(standbyTokens()).containsExactly("fake-t0ken-21", "fake-t0ken-22", "fake-t0ken-23");

        try (PostgresTenantStore store = open(Keys.ONE)) {
            assertThat(store.standbys().find(organization))
                    .as("plain text opens")
                    .isEqualTo(standbys);
            assertThat(store.resealTokens()).isEqualTo(new ResealReport(4, Map.of()));
            assertThat(store.resealTokens().changed()).as("again").isZero();
        }
        assertThat(standbyTokens())
                .hasSize(3)
                .allSatisfy(token -> assertThat(token).startsWith("ultramsg-sealed:one:"));

        try (PostgresTenantStore store = open(BOTH)) {
            assertThat(store.resealTokens().changed()).isEqualTo(4);
        }
        try (PostgresTenantStore store = open(Keys.TWO)) {
            assertThat(store.standbys().find(organization)).isEqualTo(standbys);

            assertThat(store.unsealTokens().changed()).isEqualTo(4);
            assertThat(store.unsealTokens().changed()).as("again").isZero();
        }
        assertThat(standbyTokens()).containsExactly("fake-t0ken-21", "fake-t0ken-22", "fake-t0ken-23");
    }

    @Test
    void sealsAStandbysTokenBesideAnOwnOneThatIsSealed() throws SQLException {
        OrganizationId organization = stored("fake-t0ken");
        try (PostgresTenantStore store = open(Keys.ONE)) {
            store.resealTokens();
        }
        String sealed = column(organization);
        try (PostgresTenantStore store = plain()) {
            store.standbys().replace(organization, List.of(standby("instance21")), NOTE);
        }

        try (PostgresTenantStore store = open(Keys.ONE)) {
            assertThat(store.resealTokens().changed()).isEqualTo(1);
        }

        assertThat(column(organization)).isEqualTo(sealed);
    }

    @Test
    void reportsAStandbysTokenThatDoesNotOpenAndGoesOnWithTheOthers() throws SQLException {
        OrganizationId organization = stored("ultramsg-sealed:gone:AAAA");
        try (PostgresTenantStore store = plain()) {
            store.standbys().replace(organization, List.of(standby("instance21"), standby("instance22")), NOTE);
        }
        database.execute("UPDATE ultramsg_standby_instances SET token = 'ultramsg-sealed:lost:AAAA'"
                + " WHERE instance_id = 'instance21'");

        try (PostgresTenantStore store = open(BOTH)) {
            ResealReport report = store.resealTokens();

            assertThat(report.changed()).isEqualTo(1);
            assertThat(report.failed()).containsOnlyKeys(organization);
            assertThat(report.failed().get(organization))
                    .contains("key gone", "standby instance21", "key lost", organization.value())
                    .doesNotContain("instance22");
            assertThat(store.standbys().find(organization)).containsExactly(standby("instance22"));
        }
    }

    @Test
    void passesOverStandbysThatSomebodyHoldsHoweverManyOneOrganizationHas() throws SQLException {
        OrganizationId held = stored("fake-t0ken-held");
        OrganizationId free = stored("fake-t0ken-free");
        try (PostgresTenantStore store = plain()) {
            store.standbys().replace(held, List.of(standby("instance21"), standby("instance22")), NOTE);
            store.standbys().replace(free, List.of(standby("instance23")), NOTE);
        }
        try (Connection host = database.superuser();
                PostgresTenantStore store = open(Keys.ONE)) {
            host.setAutoCommit(false);
            Sql.query(
                    host,
                    "SELECT FROM ultramsg_standby_instances WHERE organization_id = ? FOR UPDATE",
                    UUID.fromString(held.value()));

            ResealReport report = store.resealTokens();
            assertThat(report.failed()).containsOnlyKeys(held);
            assertThat(report.changed()).isEqualTo(3);

            host.rollback();
            assertThat(store.resealTokens()).isEqualTo(new ResealReport(2, Map.of()));
        }
    }

    @Test
    void sealsTokensOfAnOrganizationThatMayComeBack() throws SQLException {
        OrganizationId organization = stored("fake-t0ken");
        try (PostgresTenantStore store = plain()) {
            store.standbys().replace(organization, List.of(standby("instance21")), NOTE);
        }
        database.execute("DELETE FROM organizations");

        try (PostgresTenantStore store = open(Keys.ONE)) {
            assertThat(store.resealTokens().changed()).isEqualTo(1);

            database.execute("INSERT INTO organizations (id) VALUES ('" + organization + "')");
            assertThat(store.standbys().find(organization)).containsExactly(standby("instance21"));
        }
    }

    @Test
    void worksWhateverTheCollationOfTheKey(@TestDatabase.Empty TestDatabase own) throws SQLException {
        own.execute(
                "CREATE TABLE organizations (id text COLLATE \"C\" PRIMARY KEY)",
                "INSERT INTO organizations VALUES ('acme')");
        PostgresTenantStore.migrate(own.dataSource());
        own.execute("UPDATE organizations SET ultramsg_token = 'fake-t0ken'");
        database = own;
        OrganizationId organization = OrganizationId.of("acme");
        try (PostgresTenantStore store = plain()) {
            assertThat(store.standbys().replace(organization, List.of(standby("instance21")), NOTE))
                    .isEqualTo(UpdateOutcome.WRITTEN);
        }

        try (PostgresTenantStore store = open(Keys.ONE)) {
            assertThat(store.resealTokens()).isEqualTo(new ResealReport(2, Map.of()));
            assertThat(store.standbys().find(organization)).containsExactly(standby("instance21"));
        }
    }

    @Test
    void wantsAKeyToSealWith() {
        try (PostgresTenantStore store = PostgresTenantStore.builder(database.dataSource())
                .plainTextTokens()
                .build()) {
            assertThatThrownBy(store::resealTokens)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no key");
        }
    }

    @Test
    void doesNotOpenATokenCopiedFromAnotherOrganization() throws SQLException {
        OrganizationId owner = stored("fake-t0ken");
        try (PostgresTenantStore store = open(Keys.ONE)) {
            store.resealTokens();
            OrganizationId thief = stored(column(owner));

            assertThat(token(store, owner)).isEqualTo("fake-t0ken");
            assertThatThrownBy(() -> token(store, thief))
                    .isInstanceOf(TokenSealException.class)
                    .hasMessageContaining(thief.value());
        }
    }

    @Test
    void namesTheMissingKeyAndTheOrganizationAndNeverTheToken() throws SQLException {
        OrganizationId organization = stored("fake-t0ken");
        try (PostgresTenantStore store = open(Keys.TWO)) {
            store.resealTokens();
        }

        try (PostgresTenantStore store = open(Keys.ONE)) {
            OrganizationStore organizations = store.organizations();
            assertThatThrownBy(() -> organizations.find(organization))
                    .isInstanceOf(TokenSealException.class)
                    .hasMessageContaining("key two")
                    .hasMessageContaining(organization.value())
                    .message()
                    .doesNotContain("fake-t0ken");
        }
    }

    private PostgresTenantStore open(String keys) throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(keys)
                .build();
    }

    private PostgresTenantStore plain() throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build();
    }

    private static StandbyInstance standby(String instance) {
        InstanceId id = InstanceId.parse(instance);
        return StandbyInstance.of(new InstanceCredentials(
                id, AccessToken.of("fake-t0ken-" + id.digits()), URI.create("https://api.ultramsg.com")));
    }

    private List<String> standbyTokens() throws SQLException {
        return database.query("SELECT token FROM ultramsg_standby_instances ORDER BY instance_id").stream()
                .map(row -> row.get(0))
                .toList();
    }

    private OrganizationId stored(String token) throws SQLException {
        return OrganizationId.of(database.organization("ultramsg_token = '" + token + "'"));
    }

    private static String token(PostgresTenantStore store, OrganizationId organization) {
        return store.organizations()
                .find(organization)
                .orElseThrow()
                .token()
                .map(AccessToken::reveal)
                .orElseThrow();
    }

    private String column(OrganizationId organization) throws SQLException {
        return database.query(
                        "SELECT ultramsg_token FROM organizations WHERE id = ?", UUID.fromString(organization.value()))
                .get(0)
                .get(0);
    }
}
