package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.message.MessageClaim.First;
import io.smartqueue.ultramsg.message.MessageLog.UnsettledMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.AccessToken;
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

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(PostgresExtension.class)
class HostTableIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "order",
                "user",
                "Tenants of Ours",
                " ",
                "o'brien's",
                "say \"hi\"",
                "x\"; DROP TABLE students; --",
                "with.dot",
                "\"\\\"",
                "a:b :organization ?c ?? <d> {e} %s %I",
                "back\\slash",
                "cost in $",
                "Ünïcøde",
                "pg_class",
                "granted",
                "a name of sixty-three bytes, which is as long as names can be.."
            })
    void mayHaveAnyName(String name, @TestDatabase.Empty TestDatabase database) throws SQLException {
        HostTable host = HostTable.named(name)
                .inSchema(name.equals("pg_class") ? "app" : name)
                .withKey(name);
        String table = create(database, host, "bigint");
        database.execute("CREATE TABLE students (name text)");

        PostgresTenantStore.migrate(database.dataSource(), host);

        assertServes(database, host);
        assertThat(database.query("SELECT messages_sent_today FROM " + table + " ORDER BY 1"))
                .containsExactly(List.of("0"), List.of("2")); // a place reserved, a message claimed
        assertThat(database.query("SELECT * FROM students")).isEmpty();
    }

    @Test
    void isFoundThroughTheSearchPathUnlessItSaysItsSchema(@TestDatabase.Empty TestDatabase database)
            throws SQLException {
        database.execute(
                "CREATE SCHEMA app", "ALTER DATABASE " + database.name() + " SET search_path = \"$user\", app, public");
        create(database, HostTable.named("tenants").inSchema("app").withKey("tenant_id"), "text");
        HostTable host = HostTable.named("tenants").withKey("tenant_id");

        MigrationReport report = PostgresTenantStore.migrate(database.settings("postgres"), host);

        assertThat(report.schema()).isEqualTo("app");
        assertServes(database, host);
    }

    @Test
    void isCreatedWhereItSaysWhenItIsMissing(@TestDatabase.Empty TestDatabase database) throws SQLException {
        HostTable host = HostTable.named("tenants").inSchema("app").withKey("tenant_id");

        assertThatThrownBy(() -> PostgresTenantStore.migrate(database.dataSource(), host))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("There is no schema app");
        database.execute("CREATE SCHEMA app");
        PostgresTenantStore.migrate(database.dataSource(), host);

        database.execute("INSERT INTO app.tenants (name) VALUES ('one'), ('two')");
        assertServes(database, host);
    }

    @Test
    void mayBeSetUpWithTheFilesAlone(@TestDatabase.Empty TestDatabase database) throws SQLException {
        HostTable host = HostTable.named("Our Tenants").inSchema("Our App").withKey("tenant id");
        create(database, host, "uuid");

        for (int run = 1; run <= 2; run++) {
            for (Map.Entry<String, String> file :
                    PostgresTenantStore.migrationSql(host).entrySet()) {
                runAlone(database, file.getValue());
            }
        }

        assertServes(database, host);
        assertThat(PostgresTenantStore.migrate(database.dataSource(), host).applied())
                .hasSize(Migration.all().size());
    }

    @Test
    void mayStandBesideAnotherInAnotherSchema(@TestDatabase.Empty TestDatabase database) throws SQLException {
        HostTable one = HostTable.organizations().inSchema("one");
        HostTable other = HostTable.organizations().inSchema("other");
        create(database, one, "bigint");
        create(database, other, "text");

        PostgresTenantStore.migrate(database.dataSource(), one);
        PostgresTenantStore.migrate(database.dataSource(), other);

        assertServes(database, one);
        assertServes(database, other);
        assertThat(database.query("SELECT version, checksum FROM one.ultramsg_schema_history ORDER BY 1"))
                .as("checksums of the files as shipped")
                .isEqualTo(database.query("SELECT version, checksum FROM other.ultramsg_schema_history ORDER BY 1"));
    }

    @Test
    void isRefusedBesideAnotherInTheSameSchema(@TestDatabase.Empty TestDatabase database) throws SQLException {
        HostTable one = HostTable.organizations().inSchema("app");
        HostTable other = HostTable.named("Tenants").inSchema("app");
        create(database, one, "bigint");
        create(database, other, "bigint");
        PostgresTenantStore.migrate(database.dataSource(), one);

        assertThatThrownBy(() -> PostgresTenantStore.migrate(database.dataSource(), other))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("is set up for table organizations already");
        assertThatThrownBy(() -> runAlone(
                        database, PostgresTenantStore.migrationSql(other).get("V002__organization_columns.sql")))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("is set up for table organizations already");
        assertServes(database, one);
        assertThatThrownBy(() -> open(database, other))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("app.\"Tenants\", which keeps tenants apart, is missing");
    }

    private static String create(TestDatabase database, HostTable host, String keyType) throws SQLException {
        database.execute(
                host.render("CREATE SCHEMA IF NOT EXISTS ${ultramsg_schema}"),
                host.render("CREATE TABLE ${ultramsg_table} (${ultramsg_key} " + keyType
                        + " PRIMARY KEY, title text, ultramsg_token text)"),
                host.render("INSERT INTO ${ultramsg_table} (${ultramsg_key}, title, ultramsg_token) SELECT CAST("
                        + (keyType.equals("uuid") ? "gen_random_uuid()" : "n") + " AS " + keyType
                        + "), 'org', 'fake-t0ken' FROM generate_series(1, 2) AS n"));
        return host.render("${ultramsg_table}");
    }

    private static void runAlone(TestDatabase database, String file) throws SQLException {
        try (Connection connection = database.superuser()) {
            connection.setAutoCommit(false);
            Sql.execute(connection, file);
            connection.commit();
        }
    }

    private static PostgresTenantStore open(TestDatabase database, HostTable host) throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .hostTable(host)
                .tokenKeys(Keys.ONE)
                .build();
    }

    private static void assertServes(TestDatabase database, HostTable host) throws SQLException {
        String schema = host.schema().orElse("app");
        String key = database.query(host.inSchema(schema)
                        .render("SELECT ${ultramsg_key}::text FROM ${ultramsg_table} ORDER BY ${ultramsg_key}"))
                .get(0)
                .get(0);
        OrganizationId organization = OrganizationId.of(key);
        assertThatThrownBy(() -> open(database, host))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("GRANT USAGE ON SCHEMA");
        database.execute(
                host.inSchema(schema).render("GRANT USAGE ON SCHEMA ${ultramsg_schema} TO " + database.servingLogin()));
        try (PostgresTenantStore store = open(database, host)) {
            assertThat(store.organizations()
                            .update(
                                    organization,
                                    ConfigDraft.builder()
                                            .instanceId("instance1150")
                                            .token("fake-t0ken-2")
                                            .build(),
                                    AuditNote.by(Actor.operator("a test")))
                            .outcome())
                    .isEqualTo(UpdateOutcome.WRITTEN);
            store.resealTokens().changed();
            assertThat(store.organizations().find(organization).orElseThrow().token())
                    .contains(AccessToken.of("fake-t0ken-2"));
            assertThat(store.quotas().reserve(organization)).isInstanceOf(Reserved.class);
            store.quotas().refund(((Reserved) store.quotas().reserve(organization)).reservation());
            assertThat(store.quotas().usage(organization).orElseThrow().used()).isEqualTo(1);
            assertThat(store.messages().claim(organization, Keyed.message("key", "one"), Duration.ofMinutes(1)))
                    .isInstanceOf(First.class);
            store.messages().settle(organization, Keyed.unknown("one"), 1);
            assertThat(store.messages().takeUnsettled(1, Duration.ofMinutes(1)))
                    .containsExactly(new UnsettledMessage(organization, Reference.of("one"), Keyed.INSTANCE, 1));
            assertThat(store.messages().purge(Duration.ZERO)).isEqualTo(1);
        }
        assertThat(database.query(host.inSchema(schema)
                        .render("SELECT count(*) FROM ${ultramsg_table} WHERE ultramsg_token LIKE 'fake%'")))
                .containsExactly(List.of("0"));
    }
}
