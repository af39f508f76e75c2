package com.example.shop;

import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistrar;

import java.io.IOException;

// docs: begin
@TestConfiguration(proxyBeanMethods = false)
class TestSurroundings {
    @Bean
    EmbeddedPostgres postgres() throws IOException {
        return EmbeddedPostgres.start();
    }

    @Bean
    DynamicPropertyRegistrar database(EmbeddedPostgres postgres) {
        return properties -> properties.add("spring.datasource.url", () -> postgres.getJdbcUrl("postgres", "postgres"));
    }

    @Bean
    @Primary
    AllowedHosts stubsToo() {
        return AllowedHosts.anyIncludingLocal();
    }
}
// docs: end
