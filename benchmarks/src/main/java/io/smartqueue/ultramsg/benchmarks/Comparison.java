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
 * @param burst operations between two looks at the clock: more than one where the look would cost as much as they do
 * @param aims what the ratios should be
 */
record Comparison(Side ours, Side other, int threads, int burst, List<Aim> aims) {

    static Comparison of(String ours, Operation doingOurs, String other, Operation doingOther) {
        return new Comparison(new Side(ours, doingOurs), new Side(other, doingOther), 1, 1, List.of());
    }

    Comparison threads(int threads) {
        return new Comparison(ours, other, threads, burst, aims);
    }

    Comparison inBurstsOf(int burst) {
        return new Comparison(ours, other, threads, burst, aims);
    }

    Comparison aimingAt(Aim... aims) {
        return new Comparison(ours, other, threads, burst, List.of(aims));
    }
}
