package io.smartqueue.ultramsg.benchmarks;

import java.util.List;

/**
 * Something that was looked at while everything around it doubled, step by step.
 *
 * @param name what it is, with its unit
 * @param kind how it may grow
 * @param values one for each step, two at least
 */
record Growth(String name, Kind kind, List<Double> values) {
    /** What a busy machine does to a median of some steps. */
    private static final double TOLERANCE = 1.15;

    /** How something may grow when everything doubles. */
    enum Kind {
        /** What belongs to one message, or to a node. */
        FLAT("1", 1),
        /** What belongs to all messages. */
        LINEAR("2", 2),
        /** More is better, and less than what was is not. */
        RATE("1", 1);

        private final String title;
        private final double factor;

        Kind(String title, double factor) {
            this.title = title;
            this.factor = factor;
        }

        String title() {
            return title;
        }
    }

    Growth {
        if (values.size() < 2) {
            throw new IllegalArgumentException(name + " has to be looked at twice at least");
        }
        values = List.copyOf(values);
    }

    /** By what it was multiplied when everything else was doubled: the median over the steps. */
    double perDoubling() {
        double[] ratios = new double[values.size() - 1];
        for (int step = 0; step < ratios.length; step++) {
            ratios[step] = values.get(step + 1) / values.get(step);
        }
        return Interval.ofMedian(ratios).median();
    }

    /** Whether it is worse off with each doubling than it may be. */
    boolean isTooMuch() {
        double worse = kind == Kind.RATE ? 1 / perDoubling() : perDoubling() / kind.factor;
        return worse > TOLERANCE;
    }
}
