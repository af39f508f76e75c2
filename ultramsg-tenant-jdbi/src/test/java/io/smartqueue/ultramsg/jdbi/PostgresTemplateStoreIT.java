package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.admin.TemplateStore;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.testkit.TemplateStoreContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(PostgresExtension.class)
class PostgresTemplateStoreIT extends TemplateStoreContract {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Actor.Operator ANNA = Actor.operator("anna");

    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase database, SharedStore shared) throws SQLException {
        this.database = database;
        this.store = shared.at(Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Override
    protected TemplateStore store() {
        return store.templates();
    }

    @Test
    void savesByTheStoresTime() {
        TemplateName name = TemplateName.of("by the store's time");

        assertThat(store().save(name, ConfigDraft.builder().dailyLimit(5).build(), ANNA)
                        .savedAt())
                .isEqualTo(NOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM ultramsg_templates",
                "INSERT INTO ultramsg_templates (name, version, fields, saved_at, saved_by) VALUES ('x', 1, '{}', now(), 'x')",
                "UPDATE ultramsg_templates SET deleted_at = now()",
                "DELETE FROM ultramsg_templates",
                "TRUNCATE ultramsg_templates"
            })
    void letsATenantDoNothing(String attempt) throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, database.organization(""));

            assertThatThrownBy(() -> Sql.execute(connection, attempt)).hasMessageContaining("permission denied");
        }
    }

    /** As a host's administrator might give them for another reason. */
    @Test
    void showsATenantThatWasGivenAllRightsNothing(@TestDatabase.Fresh TestDatabase fresh) throws SQLException {
        fresh.execute(
                "INSERT INTO ultramsg_templates (name, version, fields, saved_at, saved_by) VALUES ('x', 1, '{}', now(), 'x')",
                "GRANT ALL ON ultramsg_templates TO PUBLIC");
        try (Connection connection = fresh.as(fresh.servingLogin())) {
            Sql.beginAsTenant(connection, fresh.organization(""));

            assertThat(Sql.query(connection, "SELECT * FROM ultramsg_templates"))
                    .isEmpty();
            assertThat(Sql.update(connection, "UPDATE ultramsg_templates SET saved_by = 'y'"))
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE ultramsg_templates SET fields = '{}'",
                "UPDATE ultramsg_templates SET saved_by = 'somebody else'",
                "DELETE FROM ultramsg_templates"
            })
    void letsNobodyChangeAVersion(String attempt) throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            connection.setAutoCommit(false);
            Sql.execute(connection, "SET LOCAL ROLE ultramsg_service");

            assertThatThrownBy(() -> Sql.execute(connection, attempt)).hasMessageContaining("permission denied");
        }
    }

    /** While a deployment rolls, half of what a newer node has saved would be applied by an older one. */
    @ParameterizedTest
    @ValueSource(
            strings = {"{\"daily_limit\": 5, \"invented_later\": 1}", "{\"daily_limit\": [5]}", "{\"token\": \"x\"}"})
    void doesNotTakeATemplateForLessThanItIs(String fields) throws SQLException {
        TemplateName name = TemplateName.of("newer");
        database.execute("DELETE FROM ultramsg_templates WHERE name = 'newer'");
        database.query(
                "INSERT INTO ultramsg_templates (name, version, fields, saved_at, saved_by)"
                        + " VALUES ('newer', 1, CAST(? AS jsonb), now(), 'x') RETURNING name",
                fields);
        try {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> store().find(name))
                    .withMessageContaining("version 1 of the template newer sets what this version");
        } finally {
            database.execute("DELETE FROM ultramsg_templates WHERE name = 'newer'");
        }
    }
}
