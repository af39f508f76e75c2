package com.example.shop;

import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;

import java.util.UUID;

/** Tells one customer: {@code Shop <organization> <number> <goods>}. */
public final class Shop {
    private Shop() {}

    public static void main(String[] args) {
        // docs: begin
        try (HikariDataSource database = new HikariDataSource()) { // the pool you have
            database.setJdbcUrl(System.getenv("SHOP_DATABASE"));
            PostgresTenantStore.migrate(database);
            try (PostgresTenantStore store = PostgresTenantStore.builder(database)
                            .tokenKeys(System.getenv("SHOP_TOKEN_KEYS"))
                            .build();
                    UltraMessageInstanceManager whatsApp =
                            UltraMessageInstanceManager.builder(store).build()) {
                Notifications notifications = new Notifications(whatsApp);
                System.out.println(notifications.tellThatItIsReady(UUID.fromString(args[0]), args[1], args[2]));
            }
        }
        // docs: end
    }
}
