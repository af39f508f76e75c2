package io.smartqueue.ultramsg.internal.delivery;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.smartqueue.ultramsg.organization.InstanceCredentials;

import java.time.Clock;
import java.time.Duration;

/**
 * The gates of the instances that were sent through of late. A gate that nobody used for a while is forgotten, with what it
 * knew of failures. Thread-safe.
 */
final class Gates {
    private static final int MOST_KEPT = 10_000;
    private static final Duration KEPT_UNUSED = Duration.ofMinutes(10);

    /** By credentials, token included: whoever has an instance's id but not its token cannot use its gate up. */
    private final LoadingCache<InstanceCredentials, Gate> gates;

    Gates(Clock clock, Clock steadyClock) {
        this.gates = Caffeine.newBuilder()
                .maximumSize(MOST_KEPT)
                .expireAfterAccess(KEPT_UNUSED)
                .executor(Runnable::run)
                .build(credentials -> new Gate(credentials.instance(), clock, steadyClock));
    }

    Gate of(InstanceCredentials credentials) {
        return gates.get(credentials);
    }
}
