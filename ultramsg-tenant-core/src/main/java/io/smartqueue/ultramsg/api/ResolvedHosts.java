package io.smartqueue.ultramsg.api;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.organization.AllowedHosts;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks host names up before a request goes there, on a thread of ours, because a name server that does not answer would
 * hold the caller beyond its deadline.
 *
 * <p>Second line of defence behind the list of hosts. {@code java.net.http} looks the name up again; the JVM's own cache
 * makes that the same answer as a rule, not by guarantee.
 */
final class ResolvedHosts {
    enum Verdict {
        PUBLIC,
        NOT_PUBLIC,
        NOT_FOUND
    }

    private static final Duration KEPT = Duration.ofSeconds(10);
    private static final int MOST_HOSTS = 1_000;

    private final AllowedHosts allowed;
    private final Executor lookups;
    private final AsyncCache<String, Verdict> verdicts;

    ResolvedHosts(AllowedHosts allowed, Executor lookups) {
        this.allowed = allowed;
        this.lookups = lookups;
        this.verdicts = Caffeine.newBuilder()
                .executor(Runnable::run) // its upkeep; a lookup may end after the threads are given back
                .expireAfterWrite(KEPT)
                .maximumSize(MOST_HOSTS)
                .buildAsync();
    }

    Verdict judge(String host, Deadline deadline) throws InterruptedException {
        try {
            return verdicts.get(host, (name, upkeep) -> CompletableFuture.supplyAsync(() -> lookUp(name), lookups))
                    .get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException | CancellationException noAnswer) {
            return Verdict.NOT_FOUND;
        }
    }

    private Verdict lookUp(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(allowed::allowsAddress)
                    ? Verdict.PUBLIC
                    : Verdict.NOT_PUBLIC;
        } catch (UnknownHostException unknown) {
            return Verdict.NOT_FOUND;
        }
    }
}
