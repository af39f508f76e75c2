package io.smartqueue.ultramsg.benchmarks;

/** What is measured for each slice, in this unit. */
enum Measure {
    /** Operations a second. */
    THROUGHPUT(0) {
        @Override
        double of(Slice slice) {
            return slice.operations() * 1e9 / slice.nanos();
        }
    },
    /** Nanoseconds of CPU for one operation, of all threads of this process. */
    CPU(1) {
        @Override
        double of(Slice slice) {
            return (double) slice.cpuNanos() / slice.operations();
        }
    },
    /** Bytes allocated for one operation, by all threads of this process. */
    ALLOCATION(1) {
        @Override
        double of(Slice slice) {
            return (double) slice.bytes() / slice.operations();
        }
    },
    /** Nanoseconds that half of the operations took at most. */
    MEDIAN(1) {
        @Override
        double of(Slice slice) {
            return slice.latency().medianNanos();
        }
    },
    /** Nanoseconds that 99 of 100 operations took at most. */
    P99(1) {
        @Override
        double of(Slice slice) {
            return slice.latency().p99Nanos();
        }
    };

    private final double least;

    Measure(double least) {
        this.least = least;
    }

    /** What is less than this, such as what the harness itself uses or what was not measured, is not worth a ratio. */
    double least() {
        return least;
    }

    abstract double of(Slice slice);
}
