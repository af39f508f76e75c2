package io.smartqueue.app.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;

import java.time.Duration;

/** How often somebody may try something on this node. */
public final class RateLimit {
    private static final int MOST_KEYS = 10_000;

    private final int tries;
    private final Duration period;
    private final Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(MOST_KEYS).build();

    public RateLimit(int tries, Duration period) {
        this.tries = tries;
        this.period = period;
    }

    /**
     * Counts a try.
     *
     * @param key whose it is
     * @throws ProblemException if he has tried too often; it says when to try again
     */
    public void take(String key) {
        Bucket bucket = buckets.get(
                key,
                unused -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(tries).refillGreedy(tries, period))
                        .build());
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            throw new ProblemException(Problem.tooManyTries(Duration.ofNanos(probe.getNanosToWaitForRefill())));
        }
    }
}
