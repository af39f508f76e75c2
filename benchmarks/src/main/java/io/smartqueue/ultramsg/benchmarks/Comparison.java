package io.smartqueue.ultramsg.benchmarks;

import java.util.List;

/**
 * Two ways of doing the same, and what we aim at.
 *
 * <pre>{@code
 * Comparison.of("read", () -> store.find(organization), "plain JDBC", () -> table.read(id)).threads(8)
 * }</pre>
 *
 * @param ours by way of the library
 * @param other the same by hand, or by way of another library
 * @param threads how many callers each side has
 * @param threadKind what they run on
 * @param rhythm when they do their next operation
 * @param aims what the ratios should be
 */
record Comparison(Side ours, Side other, int threads, ThreadKind threadKind, Rhythm rhythm, List<Aim> aims) {

    static Comparison of(String ours, Operation doingOurs, String other, Operation doingOther) {
        return new Comparison(
                new Side(ours, doingOurs),
                new Side(other, doingOther),
                1,
                ThreadKind.PLATFORM,
                Rhythm.inBurstsOf(1),
                List.of());
    }

    Comparison threads(int threads) {
        return new Comparison(ours, other, threads, threadKind, rhythm, aims);
    }

    Comparison on(ThreadKind threads) {
        return new Comparison(ours, other, this.threads, threads, rhythm, aims);
    }

    Comparison inBurstsOf(int burst) {
        return new Comparison(ours, other, threads, threadKind, Rhythm.inBurstsOf(burst), aims);
    }

    Comparison perSecond(int operations) {
        return new Comparison(ours, other, threads, threadKind, Rhythm.of(operations), aims);
    }

    /** Something else goes on while ours has its turn. */
    Comparison disturbedBy(Disturbance disturbance) {
        return new Comparison(
                new Side(ours.name(), ours.operation(), disturbance), other, threads, threadKind, rhythm, aims);
    }

    Comparison aimingAt(Aim... aims) {
        return new Comparison(ours, other, threads, threadKind, rhythm, List.of(aims));
    }
}
