package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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
                        .update(organization, ConfigDraft.builder().token(token).build());

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
