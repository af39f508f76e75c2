package io.smartqueue.ultramsg.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What became of messages while some replies got lost, by what the stub has taken once nobody sends any of them any more.
 *
 * @param twice which it took more than once: a customer has them twice
 * @param neverSent which it never took, whatever anybody was told
 * @param unsettled which it took, while neither their caller was told nor a record says in the end that they were sent, but that it failed
 *     or is not known
 */
record LossCount(long twice, long neverSent, long unsettled) {
    /**
     * Counts.
     *
     * @param messages how many there were, numbered from 0 on
     * @param arrivals what the stub took
     * @param unsure the numbers of those that are not known to be sent
     */
    static LossCount of(int messages, List<Arrival> arrivals, Set<Integer> unsure) {
        Map<Integer, Long> taken =
                arrivals.stream().collect(Collectors.groupingBy(Arrival::number, Collectors.counting()));
        return new LossCount(
                taken.values().stream().filter(times -> times > 1).count(),
                IntStream.range(0, messages)
                        .filter(number -> !taken.containsKey(number))
                        .count(),
                unsure.stream().filter(taken::containsKey).count());
    }

    boolean isNone() {
        return twice == 0 && neverSent == 0 && unsettled == 0;
    }
}
