package io.smartqueue.ultramsg.benchmarks;

/** What is measured for each slice, in this unit. */
enum Measure {
    /** Operations a second. */
    THROUGHPUT {
        @Override
        double of(Slice slice) {
            return slice.operations() * 1e9 / slice.nanos();
        }
    },
    /** Nanoseconds of CPU for one operation, of all threads of this process. */
    CPU {
        @Override
        double of(Slice slice) {
            return (double) slice.cpuNanos() / slice.operations();
        }
    },
    /** Bytes allocated for one operation, by all threads of this process. */
    ALLOCATION {
        @Override
        double of(Slice slice) {
            return (double) slice.bytes() / slice.operations();
        }
    };

    abstract double of(Slice slice);
}
