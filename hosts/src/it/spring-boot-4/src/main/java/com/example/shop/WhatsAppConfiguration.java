package com.example.shop;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import javax.sql.DataSource;

// docs: begin
@Configuration(proxyBeanMethods = false)
class WhatsAppConfiguration {
    @Bean
    @DependsOnDatabaseInitialization // your own tables come first
    PostgresTenantStore tenantStore(DataSource database, @Value("${whatsapp.token-keys}") String tokenKeys) {
        PostgresTenantStore.migrate(database);
        return PostgresTenantStore.builder(database).tokenKeys(tokenKeys).build();
    }

    @Bean
    AllowedHosts allowedHosts() {
        return AllowedHosts.ultraMsg();
    }

    @Bean
    UltraMessageInstanceManager whatsApp(PostgresTenantStore store, AllowedHosts allowedHosts) {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(allowedHosts)
                .build();
    }
}
// docs: end
