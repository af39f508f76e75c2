package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.TenantsNode.Kind;
import io.smartqueue.ultramsg.benchmarks.TenantsProcess.Held;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a process came to that sends for many tenants.
 *
 * @param kind by way of what
 * @param tenants how many it was to send for
 * @param times seconds until it could send, milliseconds to the first message, seconds for all; as far as it came
 * @param held idle, when some had sent, and when all had; as far as it came
 * @param ended how far it came, and why no further; empty if it came to its end
 */
record TenantsTurn(Kind kind, int tenants, List<Double> times, List<Held> held, String ended) {
    static final double LESS_HEAP = 20;
    static final double FEWER_THREADS = 100;

    private static final int STATES = 3;

    boolean isComplete() {
        return ended.isEmpty();
    }

    /** A row of {@link #table}. */
    Object[] row() {
        List<Object> cells = new ArrayList<>(List.of(kind.title(), tenants));
        cells.addAll(times);
        pad(cells, 2 + STATES);
        for (Held state : held) {
            cells.addAll(List.of(state.heapMegabytes(), (long) state.threads(), (long) state.sockets()));
        }
        pad(cells, 2 + 4 * STATES);
        cells.add(ended);
        return cells.toArray();
    }

    private static void pad(List<Object> cells, int width) {
        while (cells.size() < width) {
            cells.add("");
        }
    }

    static Table table(int tenants, int some) {
        return Table.of(
                "A process that sends for " + tenants + " tenants",
                "by way of",
                "tenants",
                "s until it could send",
                "ms to the first message",
                "s for a message of each",
                "MB of heap, idle",
                "threads",
                "sockets",
                "MB, " + some + " have sent",
                "threads ",
                "sockets ",
                "MB, all have sent",
                "threads  ",
                "sockets  ",
                "ended");
    }

    /** A row of {@link #ratios}: how many times what the library holds this one does. */
    Object[] beside(TenantsTurn library) {
        double[] heap = timesThatOf(library, Held::heapMegabytes);
        double[] threads = timesThatOf(library, Held::threads);
        return new Object[] {
            kind.title(),
            tenants,
            heap[0],
            heap[1],
            heap[2],
            verdict(LESS_HEAP, library, heap),
            threads[0],
            threads[1],
            threads[2],
            verdict(FEWER_THREADS, library, threads)
        };
    }

    static Table ratios(int some) {
        return Table.of(
                "How many times what the library holds",
                "beside",
                "tenants",
                "heap, idle",
                some + " have sent",
                "all have sent",
                "≥ 20 times the heap",
                "threads, idle",
                some + " have sent ",
                "all have sent ",
                "≥ 100 times the threads");
    }

    private double[] timesThatOf(TenantsTurn library, ToDoubleFunction<Held> what) {
        double[] times = new double[STATES];
        Arrays.setAll(
                times, state -> what.applyAsDouble(held.get(state)) / what.applyAsDouble(library.held.get(state)));
        return times;
    }

    /** Aims are for all three states, and for as many tenants as the library has; what is met with fewer would be with all. */
    private String verdict(double aim, TenantsTurn library, double... times) {
        if (!kind.isAllApart()) {
            return "no aim";
        }
        long met = Arrays.stream(times).filter(each -> each >= aim).count();
        if (met == times.length) {
            return "met";
        }
        if (tenants < library.tenants) {
            return "open: fewer tenants";
        }
        return met == 0 ? "missed" : "missed, but for " + met + " of " + times.length;
    }
}
