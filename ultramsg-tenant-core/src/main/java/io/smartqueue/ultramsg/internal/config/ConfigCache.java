package io.smartqueue.ultramsg.internal.config;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigValidation;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Organizations' configuration, with their standby instances, as the next send needs it: loaded once, dropped as soon as the store tells of a change,
 * and after a time in any case, because notices can get lost.
 *
 * <p>A load that was under way when a change came in serves the callers that wait for it and is not kept. Thread-safe.
 */
public final class ConfigCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigCache.class);

    private static final Duration MISSING_KEPT = Duration.ofSeconds(2);

    private final OrganizationStore store;
    private final StandbyStore standbys;
    private final ConfigValidator validator;
    private final @Nullable UltraMessageConfig environment;
    private final AsyncCache<OrganizationId, Load> loads;
    private final OrganizationStore.Subscription subscription;

    public ConfigCache(
            OrganizationStore store,
            StandbyStore standbys,
            ConfigValidator validator,
            CacheLimits limits,
            Ticker ticker) {
        this(store, standbys, validator, null, limits, ticker);
    }

    /**
     * Makes an empty cache.
     *
     * @param environment through which organizations may have sent before they had instances of their own, or null
     */
    public ConfigCache(
            OrganizationStore store,
            StandbyStore standbys,
            ConfigValidator validator,
            @Nullable UltraMessageConfig environment,
            CacheLimits limits,
            Ticker ticker) {
        this.environment = environment;
        this.store = store;
        this.standbys = standbys;
        this.validator = validator;
        this.loads = Caffeine.newBuilder()
                .maximumSize(limits.mostOrganizations())
                .ticker(ticker)
                .expireAfter(Expiry.<OrganizationId, Load>writing((organization, load) ->
                        isUsable(load) ? limits.timeToLive() : min(MISSING_KEPT, limits.timeToLive())))
                .executor(Runnable::run)
                .buildAsync();
        this.subscription = store.onChange(new OrganizationStore.ChangeListener() {
            @Override
            public void changed(OrganizationId organization) {
                forget(organization);
            }

            @Override
            public void anythingMayHaveChanged() {
                loads.asMap().clear();
            }
        });
    }

    /**
     * Returns what is known, loading it on the calling thread if need be; callers at the same moment share one load.
     */
    public KnownConfig get(OrganizationId organization) {
        OrganizationId key = store.canonical(organization);
        CompletableFuture<Load> known = loads.getIfPresent(key);
        if (known != null) {
            return known.join().outcome();
        }
        CompletableFuture<Load> mine = new CompletableFuture<>();
        CompletableFuture<Load> first = loads.asMap().putIfAbsent(key, mine);
        return first == null ? load(key, mine) : first.join().outcome();
    }

    /** Finds who sends through an organization's instance, beside itself: whom it lends it to, and who wants it. */
    public List<OrganizationId> borrowers(OrganizationId organization) {
        return get(organization) instanceof KnownConfig.Usable owner
                ? owner.config().lendsInstanceTo().stream()
                        .filter(borrower -> sendsThrough(
                                borrower, owner.config().credentials().instance()))
                        .toList()
                : List.of();
    }

    private boolean sendsThrough(OrganizationId borrower, InstanceId instance) {
        return get(borrower) instanceof KnownConfig.Usable usable
                && usable.config().isThroughAnothersInstance()
                && usable.config().credentials().instance().equals(instance);
    }

    /** Reads outside the cache's own locks: no I/O there, and no virtual thread is pinned. */
    private KnownConfig load(OrganizationId key, CompletableFuture<Load> mine) {
        try {
            KnownConfig known = read(key);
            mine.complete(new Loaded(known));
            return known;
        } catch (RuntimeException | Error failure) {
            loads.asMap().remove(key, mine); // not kept; those who wait for it get it as well
            mine.complete(new Failed(failure));
            throw failure;
        }
    }

    private KnownConfig read(OrganizationId organization) {
        Optional<ConfigDraft> stored = store.find(organization);
        if (stored.isEmpty()) {
            return new KnownConfig.Missing();
        }
        ConfigValidation validation = validator.validate(stored.get());
        return validation instanceof ConfigValidation.Valid valid
                ? KnownConfig.Usable.of(valid.config(), usableStandbys(organization), environment)
                : new KnownConfig.Unusable(((ConfigValidation.Invalid) validation).problems());
    }

    /** What was stored in other ways, or before the list of hosts became shorter, must not be aimed at. */
    private List<StandbyInstance> usableStandbys(OrganizationId organization) {
        return standbys.find(organization).stream()
                .filter(standby -> canBeUsed(organization, standby))
                .toList();
    }

    private boolean canBeUsed(OrganizationId organization, StandbyInstance standby) {
        if (StandbyCheck.check(standby, validator) instanceof ConfigValidation.Invalid invalid) {
            LOG.warn(
                    "Standby {} of organization {} is left out, it cannot be used: {}",
                    standby.credentials().instance(),
                    organization,
                    invalid.problems());
            return false;
        }
        return true;
    }

    private static boolean isUsable(Load load) {
        return load instanceof Loaded loaded && loaded.outcome() instanceof KnownConfig.Usable;
    }

    /** How one read of the store ended. */
    private sealed interface Load {
        KnownConfig outcome();
    }

    private record Loaded(KnownConfig outcome) implements Load {}

    private record Failed(Throwable failure) implements Load {
        @Override
        public KnownConfig outcome() {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }
    }

    public void forget(OrganizationId organization) {
        loads.asMap().remove(store.canonical(organization));
    }

    @Override
    public void close() {
        subscription.close();
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
