package io.smartqueue.ultramsg.benchmarks;

import java.time.Duration;

/**
 * How long to measure.
 *
 * @param pairs how many pairs are counted, 1 to 1,000; 30 or more for numbers that are to be believed
 * @param warmUpPairs how many pairs are run before and not counted
 * @param secondsPerSlice how long one side's turn lasts
 * @param seed decides, together with nothing else, who begins each pair
 */
record Plan(int pairs, int warmUpPairs, double secondsPerSlice, long seed) {
    static final Plan DEFAULT = new Plan(40, 30, 0.5, 1);

    Plan {
        if (pairs < 1 || pairs > 1000 || warmUpPairs < 0 || !(secondsPerSlice > 0)) {
            throw new IllegalArgumentException(
                    "a run has 1 to 1000 pairs, 0 or more for warming up, and slices longer than 0 seconds");
        }
    }

    Plan withPairs(int pairs) {
        return new Plan(pairs, warmUpPairs, secondsPerSlice, seed);
    }

    Plan withWarmUpPairs(int warmUpPairs) {
        return new Plan(pairs, warmUpPairs, secondsPerSlice, seed);
    }

    Plan withSecondsPerSlice(double secondsPerSlice) {
        return new Plan(pairs, warmUpPairs, secondsPerSlice, seed);
    }

    Plan withSeed(long seed) {
        return new Plan(pairs, warmUpPairs, secondsPerSlice, seed);
    }

    Duration slice() {
        return Duration.ofNanos((long) (secondsPerSlice * 1e9));
    }
}
