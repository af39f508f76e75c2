package com.example.shop;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.jdbi.HostTable;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.text;

/** The shop lets its Flyway run the library's migrations, after its own and in a history of their own. */
@ExtendWith(UltraMsgExtension.class)
class MigratedByFlywayTest {
    private static final UUID BAKERY = UUID.fromString("6f9c1d1e-6c39-4b1c-9a55-0d7a5b0c3b01");

    @Test
    void sends(UltraMsgServer ultraMsg) throws IOException {
        StubInstance instance = ultraMsg.addInstance("1150", "fake-t0ken");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            DataSource database = postgres.getPostgresDatabase();
            Flyway.configure().dataSource(database).load().migrate();

            migrateWhatsApp(database);
            migrateWhatsApp(database); // as at the next start

            try (PostgresTenantStore store = PostgresTenantStore.builder(database)
                            .plainTextTokens()
                            .build();
                    UltraMessageInstanceManager whatsApp = UltraMessageInstanceManager.builder(store)
                            .allowedHosts(AllowedHosts.anyIncludingLocal())
                            .build()) {
                ConfigDraft config = ConfigDraft.builder()
                        .instanceId("1150")
                        .token("fake-t0ken")
                        .baseUrl(ultraMsg.baseUrl().toString())
                        .build();
                whatsApp.administration(Actor.operator("a test")).update(OrganizationId.of(BAKERY), config);
                new Notifications(whatsApp).tellThatItIsReady(BAKERY, "+49 30 901820", "Your bread");
            }
        }
        assertThat(instance).received(text("Your bread is ready.").to("+4930901820"));
    }

    private static void migrateWhatsApp(DataSource database) throws IOException {
        // docs: begin
        HostTable organizations = HostTable.organizations().inSchema("public");
        Path folder = Files.createTempDirectory("whatsapp-migrations");
        for (Map.Entry<String, String> file :
                PostgresTenantStore.migrationSql(organizations).entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
        Flyway.configure()
                .dataSource(database)
                .locations("filesystem:" + folder)
                .placeholderReplacement(false)
                .table("ultramsg_flyway_history") // beside your own history
                .baselineOnMigrate(true) // beside your own tables
                .baselineVersion("0")
                .load()
                .migrate();
        // docs: end
    }
}
