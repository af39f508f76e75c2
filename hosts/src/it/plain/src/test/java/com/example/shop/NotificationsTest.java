package com.example.shop;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.text;

@ExtendWith(UltraMsgExtension.class)
class NotificationsTest {
    private static final UUID BAKERY = UUID.fromString("6f9c1d1e-6c39-4b1c-9a55-0d7a5b0c3b01");
    private static EmbeddedPostgres postgres;

    private PostgresTenantStore store;
    private UltraMessageInstanceManager whatsApp;

    @BeforeAll
    static void startTheDatabase() throws IOException, SQLException {
        postgres = EmbeddedPostgres.start();
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table organizations (id uuid primary key, name text not null, city text)");
            statement.execute("insert into organizations values ('" + BAKERY + "', 'Bakery', 'Berlin')");
        }
    }

    @BeforeEach
    void open() {
        DataSource database = postgres.getPostgresDatabase();
        PostgresTenantStore.migrate(database);
        store = PostgresTenantStore.builder(database).plainTextTokens().build();
        whatsApp = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .build();
    }

    @Test
    void tellsTheCustomer(UltraMsgServer ultraMsg) {
        StubInstance instance = ultraMsg.addInstance("1150", "fake-t0ken");
        ConfigDraft config = ConfigDraft.builder()
                .instanceId("1150")
                .token("fake-t0ken")
                .baseUrl(ultraMsg.baseUrl().toString())
                .build();
        whatsApp.administration(Actor.operator("a test")).update(OrganizationId.of(BAKERY), config);

        new Notifications(whatsApp).tellThatItIsReady(BAKERY, "+49 30 901820", "Your bread");

        assertThat(instance).received(text("Your bread is ready.").to("+4930901820"));
    }

    @AfterEach
    void close() {
        whatsApp.close();
        store.close();
    }

    @AfterAll
    static void stopTheDatabase() throws IOException {
        postgres.close();
    }
}
