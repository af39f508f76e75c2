package io.smartqueue.ultramsg.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Configuration that is at hand, beside a bare cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConfigLookupBenchmark {
    private final UltraMessageInstanceManager manager =
            SendComparisons.manager(SendComparisons.inMemory(URI.create("http://127.0.0.1:9")));
    private final Cache<OrganizationId, UltraMessageConfig> cache = StoreComparisons.bareCache(manager);

    /** Draws an organization and no more: what the other two have in common. */
    @Benchmark
    public OrganizationId drawingAlone() {
        return Organizations.any();
    }

    /** By way of the manager. */
    @Benchmark
    public Optional<UltraMessageConfig> manager() {
        return manager.getOrganizationConfig(Organizations.any());
    }

    /** By way of Caffeine alone. */
    @Benchmark
    public @Nullable UltraMessageConfig caffeine() {
        return cache.getIfPresent(Organizations.any());
    }

    /** Ends the manager's threads. */
    @TearDown
    public void close() {
        manager.close();
    }
}
