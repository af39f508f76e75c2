package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.testkit.OrganizationStoreContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(PostgresExtension.class)
class PostgresOrganizationStoreIT extends OrganizationStoreContract {
    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase database, SharedStore shared) throws SQLException {
        this.database = database;
        this.store = shared.get();
    }

    @Override
    protected OrganizationStore store() {
        return store.organizations();
    }

    @Override
    protected OrganizationId newOrganization() {
        return newOrganization(null);
    }

    @Override
    protected OrganizationId newOrganization(@Nullable String instanceId) {
        UUID id = UUID.randomUUID();
        try (Connection host = database.superuser()) {
            Sql.update(host, "INSERT INTO organizations (id, ultramsg_instance_id) VALUES (?, ?)", id, instanceId);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return OrganizationId.of(id);
    }

    @Override
    protected OrganizationId missingOrganization() {
        return OrganizationId.of(UUID.randomUUID());
    }

    @Test
    void knowsAnOrganizationByEverySpellingOfItsUuid() {
        OrganizationId organization = newOrganization();
        OrganizationId shouted = OrganizationId.of(organization.value().toUpperCase(Locale.ROOT));

        assertThat(store().canonical(shouted)).isEqualTo(organization);
        assertThat(store().find(shouted)).isPresent();
    }

    @Test
    void keepsMembersOfTheSettingsThatAreNotOurs() throws SQLException {
        UUID id =
                database.organization("instance_settings = '{\"theirs\": {\"a\": [1, null]}, \"time_zone\": \"UTC\"}'");

        store().update(
                        OrganizationId.of(id),
                        ConfigDraft.builder().timeZone("Europe/Berlin").build(),
                        AuditNote.by(Actor.operator("a test")));

        assertThat(database.query(
                        "SELECT instance_settings ->> 'time_zone', instance_settings -> 'theirs'"
                                + " FROM organizations WHERE id = ?",
                        id))
                .containsExactly(List.of("Europe/Berlin", "{\"a\": [1, null]}"));
    }

    @Test
    void storesTokensSealed() throws SQLException {
        OrganizationId organization = newOrganization();

        store().update(
                        organization,
                        ConfigDraft.builder().token("fake-t0ken-to-seal").build(),
                        AuditNote.by(Actor.operator("a test")));

        assertThat(database.query(
                                "SELECT ultramsg_token FROM organizations WHERE id = ?",
                                UUID.fromString(organization.value()))
                        .get(0)
                        .get(0))
                .startsWith("ultramsg-sealed:one:")
                .doesNotContain("fake-t0ken-to-seal");
    }

    @Test
    void doesNotWaitLongForARowThatSomebodyElseHolds() throws SQLException {
        UUID id = database.organization("");
        try (Connection host = database.superuser()) {
            host.setAutoCommit(false);
            Sql.query(host, "SELECT 1 FROM organizations WHERE id = ? FOR UPDATE", id);

            assertThatThrownBy(() -> store().update(
                                    OrganizationId.of(id),
                                    ConfigDraft.builder().dailyLimit(5).build(),
                                    AuditNote.by(Actor.operator("a test"))))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("55P03");
        }
    }
}
