package io.smartqueue.ultramsg.internal.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.event.CircuitChanged;
import io.smartqueue.ultramsg.event.CircuitState;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Duration;

/**
 * The ways to the instances that were sent through of late. One that nobody used for a while is forgotten, with what its gate
 * knew of failures. Thread-safe.
 */
final class Gates {
    private static final Logger LOG = LoggerFactory.getLogger(Gates.class);

    static final int MOST_KEPT = 10_000;
    static final Duration KEPT_UNUSED = Duration.ofMinutes(10);

    /** By credentials, token included: whoever has an instance's id but not its token cannot use its gate up. */
    private final Cache<InstanceCredentials, Doorway> doorways;

    private final UltraMsgHttp http;
    private final int callersPerInstance;
    private final Clock clock;
    private final Clock steadyClock;
    private final Listeners listeners;

    Gates(
            UltraMsgHttp http,
            int callersPerInstance,
            Clock clock,
            Clock steadyClock,
            Ticker ticker,
            Listeners listeners) {
        this.http = http;
        this.callersPerInstance = callersPerInstance;
        this.clock = clock;
        this.steadyClock = steadyClock;
        this.listeners = listeners;
        this.doorways = Caffeine.newBuilder()
                .maximumSize(MOST_KEPT)
                .expireAfterAccess(KEPT_UNUSED)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    Doorway of(OrganizationId organization, InstanceCredentials credentials) {
        return doorways.get(
                credentials, unknown -> new Doorway(gate(organization, credentials), http.client(credentials)));
    }

    private Gate gate(OrganizationId organization, InstanceCredentials credentials) {
        return new Gate(
                callersPerInstance,
                clock,
                steadyClock,
                state -> circuitChanged(new CircuitChanged(organization, credentials.instance(), state)));
    }

    /** How many are kept. */
    long size() {
        doorways.cleanUp();
        return doorways.estimatedSize();
    }

    private void circuitChanged(CircuitChanged event) {
        if (event.state() == CircuitState.OPEN) {
            LOG.warn("{}: circuit {}", event.instance(), event.state());
        } else {
            LOG.info("{}: circuit {}", event.instance(), event.state());
        }
        listeners.circuitChanged(event);
    }
}
