package io.smartqueue.ultramsg.usage;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.PackedHistogram;
import org.jspecify.annotations.Nullable;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How long sends took, each of them, in so little room that a day of an organization fits into some hundred bytes: exact to the
 * millisecond up to a quarter of a second, and to one part in a hundred beyond; what took more than an hour counts as an hour.
 *
 * <pre>{@code
 * Duration slowest = day.latencies().percentile(99);
 * }</pre>
 *
 * <p>Those of several days, nodes or organizations can be put together, and percentiles are those of all of them then. Immutable and
 * thread-safe.
 */
public final class Latencies {
    /** No send at all. */
    public static final Latencies NONE = new Latencies(new byte[0], 0);

    private static final long LONGEST_MILLIS = Duration.ofHours(1).toMillis();
    private static final int DIGITS = 2;

    /** Of an encoded histogram: what it is, how long it is, an offset, its digits, its lowest and its highest value. */
    private static final int DIGITS_AT = 12;

    private static final int LOWEST_AT = 16;
    private static final int HIGHEST_AT = 24;
    private static final int SHORTEST = 40;

    private final byte[] encoded;
    private final long count;

    private Latencies(byte[] encoded, long count) {
        this.encoded = encoded;
        this.count = count;
    }

    /**
     * Starts to record.
     *
     * @return a recorder that any number of threads may share
     */
    public static Recorder recorder() {
        return new Recorder();
    }

    /**
     * Reads what {@link #encode} has written, on whatever node.
     *
     * @param encoded as it was written
     * @return the latencies
     * @throws IllegalArgumentException if it is something else
     */
    public static Latencies decode(byte[] encoded) {
        return encoded.length == 0
                ? NONE
                : new Latencies(encoded.clone(), histogram(encoded).getTotalCount());
    }

    /**
     * Writes them down for a store.
     *
     * @return empty if there are none
     */
    public byte[] encode() {
        return encoded.clone();
    }

    /**
     * Puts some together.
     *
     * @param parts of days, nodes or organizations
     * @return all of them
     */
    public static Latencies sum(Collection<Latencies> parts) {
        List<Latencies> some =
                parts.stream().filter(each -> each.count > 0).limit(2).toList();
        if (some.size() < 2) {
            return some.isEmpty() ? NONE : some.get(0);
        }
        Histogram sum = new Histogram(1, LONGEST_MILLIS, DIGITS);
        parts.stream().filter(each -> each.count > 0).forEach(each -> sum.add(histogram(each.encoded)));
        return of(sum);
    }

    /**
     * Puts these and others together.
     *
     * @param others of another day, node or organization
     * @return all of them
     */
    public Latencies plus(Latencies others) {
        return sum(List.of(this, others));
    }

    /**
     * Returns how many sends there were.
     *
     * @return 0 or more
     */
    public long count() {
        return count;
    }

    /**
     * Returns the time within which so many of a hundred sends were through.
     *
     * @param percentile more than 0, 100 at most; 50 for the median
     * @return the time, in milliseconds; zero if there were no sends
     * @throws IllegalArgumentException if out of range
     */
    public Duration percentile(double percentile) {
        if (!(percentile > 0 && percentile <= 100)) {
            throw new IllegalArgumentException(
                    "percentile is " + percentile + ", it must be more than 0, and 100 at most");
        }
        return count == 0
                ? Duration.ZERO
                : Duration.ofMillis(Math.min(LONGEST_MILLIS, histogram(encoded).getValueAtPercentile(percentile)));
    }

    private static Latencies of(Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return NONE;
        }
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoByteBuffer(buffer);
        return new Latencies(Arrays.copyOf(buffer.array(), length), histogram.getTotalCount());
    }

    private static Histogram histogram(byte[] encoded) {
        ByteBuffer buffer = ByteBuffer.wrap(encoded);
        if (!hasOurRange(buffer)) { // asked before anything is made of it: another range takes another amount of memory
            throw notLatencies(null);
        }
        try {
            return Histogram.decodeFromByteBuffer(buffer, 0);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw notLatencies(e);
        }
    }

    private static boolean hasOurRange(ByteBuffer encoded) {
        return encoded.capacity() >= SHORTEST
                && encoded.getInt(DIGITS_AT) == DIGITS
                && encoded.getLong(LOWEST_AT) == 1
                && encoded.getLong(HIGHEST_AT) == LONGEST_MILLIS;
    }

    private static IllegalArgumentException notLatencies(@Nullable RuntimeException cause) {
        return new IllegalArgumentException(
                "these are no latencies as this version of the library encodes them", cause);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Latencies those && Arrays.equals(encoded, those.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return "Latencies[" + count + "]";
    }

    /**
     * Takes latencies as they come. Thread-safe; who records holds a lock of this recorder's own for a moment, and some two kilobytes are
     * all it ever takes.
     */
    public static final class Recorder {
        // Not HdrHistogram's concurrent one: threads that make it grow at the same moment can wait for each other for
        // ever.
        private final PackedHistogram histogram = new PackedHistogram(1, LONGEST_MILLIS, DIGITS);
        private final Lock lock = new ReentrantLock();

        private Recorder() {}

        /**
         * Takes one.
         *
         * @param latency zero or more
         */
        public void record(Duration latency) {
            recordMillis(latency.toMillis());
        }

        /**
         * Takes one.
         *
         * @param millis milliseconds, zero or more
         */
        public void recordMillis(long millis) {
            lock.lock();
            try {
                histogram.recordValue(Math.min(LONGEST_MILLIS, Math.max(0, millis)));
            } finally {
                lock.unlock();
            }
        }

        /**
         * Returns what has been recorded.
         *
         * @return all up to now
         */
        public Latencies latencies() {
            Histogram copy = new Histogram(1, LONGEST_MILLIS, DIGITS);
            lock.lock();
            try {
                copy.add(histogram);
            } finally {
                lock.unlock();
            }
            return of(copy);
        }
    }
}
