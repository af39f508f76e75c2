package io.smartqueue.ultramsg.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import io.smartqueue.ultramsg.quota.QuotaDecision;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/** What goes on around a message: configuration looked up, rows read and written, a place in the limit taken. */
final class StoreComparisons {
    private static final int THREADS = 8;

    // what row-level security leaves, see ADR 28
    private static final Aim READ_AIM = Aim.throughputAtLeast(0.55);
    private static final Aim WRITE_AIM = Aim.throughputAtLeast(0.65);

    /** As the manager's own cache. */
    private static final int MOST_CACHED_ORGANIZATIONS = 10_000;

    private StoreComparisons() {}

    static Comparison cachedConfig(Servers servers, Opened opened) {
        UltraMessageInstanceManager manager =
                opened.add(SendComparisons.manager(SendComparisons.inMemory(URI.create("http://127.0.0.1:9"))));
        Cache<OrganizationId, UltraMessageConfig> cache = bareCache(manager);

        return Comparison.of(
                        "getOrganizationConfig",
                        () -> manager.getOrganizationConfig(Organizations.any()).orElseThrow(),
                        "Caffeine",
                        () -> Objects.requireNonNull(cache.getIfPresent(Organizations.any())))
                .threads(2)
                .inBurstsOf(1000);
    }

    static Cache<OrganizationId, UltraMessageConfig> bareCache(UltraMessageInstanceManager manager) {
        Cache<OrganizationId, UltraMessageConfig> cache = Caffeine.newBuilder()
                .maximumSize(MOST_CACHED_ORGANIZATIONS)
                .expireAfterWrite(Duration.ofDays(1)) // the check for it costs the same however long it is
                .build();
        Organizations.all()
                .forEach(each ->
                        cache.put(each, manager.getOrganizationConfig(each).orElseThrow()));
        return cache;
    }

    static Comparison read(Servers servers, Opened opened) throws Exception {
        PostgresTenantStore store = store(servers, opened);
        BareTable table = table(servers, opened);

        return Comparison.of(
                        "organizations().findWithoutToken",
                        () -> store.organizations()
                                .findWithoutToken(Organizations.any())
                                .orElseThrow(),
                        "SELECT",
                        () -> table.read(Organizations.anyKey()))
                .threads(THREADS)
                .aimingAt(READ_AIM);
    }

    static Comparison readWithToken(Servers servers, Opened opened) throws Exception {
        PostgresTenantStore store = store(servers, opened);
        BareTable table = table(servers, opened);

        return Comparison.of(
                        "organizations().find",
                        () -> store.organizations().find(Organizations.any()).orElseThrow(),
                        "SELECT",
                        () -> table.read(Organizations.anyKey()))
                .threads(THREADS);
    }

    static Comparison write(Servers servers, Opened opened) throws Exception {
        PostgresTenantStore store = store(servers, opened);
        BareTable table = table(servers, opened);
        Recipient recipient = Recipient.parse(Texts.RECIPIENT);

        return Comparison.of(
                        "standbys().remember",
                        () -> remember(store, recipient, InstanceId.parse(Texts.anyInstance())),
                        "INSERT … ON CONFLICT … UPDATE",
                        () -> table.remember(Organizations.anyKey(), recipient.chatId(), Texts.anyInstance()))
                .threads(THREADS)
                .aimingAt(WRITE_AIM);
    }

    private static boolean remember(PostgresTenantStore store, Recipient recipient, InstanceId instance) {
        store.standbys().remember(Organizations.any(), recipient, instance);
        return true;
    }

    static Comparison reservation(Servers servers, Opened opened) throws Exception {
        PostgresTenantStore store = store(servers, opened);
        BareTable table = table(servers, opened);

        return Comparison.of(
                        "quotas().reserve",
                        () -> reserve(store),
                        "UPDATE … RETURNING",
                        () -> table.reserve(Organizations.anyKey()))
                .threads(THREADS)
                .aimingAt(WRITE_AIM);
    }

    static Comparison reservationBesideBucket4j(Servers servers, Opened opened) throws Exception {
        PostgresTenantStore store = store(servers, opened);
        ProxyManager<Long> buckets = Bucket4jPostgreSQL.selectForUpdateBasedBuilder(
                        opened.add(servers.database().barePool()))
                .table("buckets")
                .build();
        BucketConfiguration aDay = BucketConfiguration.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(Organizations.DAILY_LIMIT)
                        .refillIntervally(Organizations.DAILY_LIMIT, Duration.ofDays(1))
                        .build())
                .build();

        return Comparison.of(
                        "quotas().reserve",
                        () -> reserve(store),
                        "bucket4j tryConsume",
                        () -> require(buckets.builder()
                                .build(Organizations.anyKey(), () -> aDay)
                                .tryConsume(1)))
                .threads(THREADS);
    }

    private static PostgresTenantStore store(Servers servers, Opened opened) throws Exception {
        return opened.add(servers.database().store(opened.add(servers.database().servingPool())));
    }

    private static BareTable table(Servers servers, Opened opened) throws Exception {
        return new BareTable(opened.add(servers.database().barePool()));
    }

    private static QuotaDecision reserve(PostgresTenantStore store) {
        QuotaDecision decision = store.quotas().reserve(Organizations.any());
        require(decision instanceof QuotaDecision.Reserved);
        return decision;
    }

    private static boolean require(boolean done) {
        if (!done) {
            throw new IllegalStateException("it was not done");
        }
        return true;
    }
}
