package io.smartqueue.ultramsg.usage;

import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.RejectionReason;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How many messages of an organization came to what, and how long sends took. Immutable and thread-safe.
 *
 * <pre>{@code
 * long lost = day.counts().count(UsageMeasure.FAILED);
 * }</pre>
 */
public final class UsageCounts {
    private static final int MEASURES = UsageMeasure.values().length;

    /** Nothing at all. */
    public static final UsageCounts NONE = builder().build();

    private final long[] counts;
    private final Map<RejectionReason, Long> rejectedBy;
    private final Map<DeliveryState, Long> failedBy;
    private final Map<MessageKind, Long> kinds;
    private final Latencies latencies;

    private UsageCounts(Builder from) {
        this.counts = from.counts.clone();
        this.rejectedBy = sealed(from.rejectedBy);
        this.failedBy = sealed(from.failedBy);
        this.kinds = sealed(from.kinds);
        this.latencies = from.latencies;
    }

    /** Most days have nothing here, and there may be many of them in memory. */
    private static <K extends Enum<K>> Map<K, Long> sealed(EnumMap<K, Long> counts) {
        return counts.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(counts));
    }

    /**
     * Starts with nothing.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Adds some up.
     *
     * @param parts of days, nodes or organizations
     * @return the sum
     */
    public static UsageCounts sum(Collection<UsageCounts> parts) {
        Builder sum = builder();
        parts.forEach(sum::plus);
        return sum.latencies(
                        Latencies.sum(parts.stream().map(UsageCounts::latencies).toList()))
                .build();
    }

    /**
     * Adds others to these.
     *
     * @param others what to add
     * @return the sum
     */
    public UsageCounts plus(UsageCounts others) {
        return sum(List.of(this, others));
    }

    /**
     * Returns one of the numbers.
     *
     * @param measure which
     * @return 0 or more
     */
    public long count(UsageMeasure measure) {
        return counts[measure.ordinal()];
    }

    /**
     * Returns why messages were rejected.
     *
     * @return how many for each reason that there was; they add up to {@link UsageMeasure#REJECTED}, less those of reasons that a newer
     *     version of the library has written and this one does not know
     */
    public Map<RejectionReason, Long> rejectedBy() {
        return rejectedBy;
    }

    /**
     * Returns what became of messages that UltraMsg took and gave up.
     *
     * @return how many for each state that there was, all of them {@linkplain DeliveryState#isFailed failed}; as a rule they add up to
     *     {@link UsageMeasure#FAILED}
     */
    public Map<DeliveryState, Long> failedBy() {
        return failedBy;
    }

    /**
     * Returns what kinds of messages were attempted.
     *
     * @return how many of each kind that there was; they add up to {@link UsageMeasure#ATTEMPTED}, less those whose content or recipient
     *     was missing, or that were rejected before anybody looked
     */
    public Map<MessageKind, Long> kinds() {
        return kinds;
    }

    /**
     * Returns how long sends took from the call to its end, those alone that UltraMsg took or may have taken; those of the outbox
     * without the time for which they waited.
     *
     * @return the latencies
     */
    public Latencies latencies() {
        return latencies;
    }

    /**
     * Tells of how many messages it is known whether UltraMsg could send them.
     *
     * @return those that were sent and those that failed
     */
    public long fatesKnown() {
        return count(UsageMeasure.SENT) + count(UsageMeasure.FAILED);
    }

    /**
     * Returns which part of the messages whose fate is known has failed: a number that rises when an instance is about to be blocked, or
     * is used for recipients who never asked for it.
     *
     * @return 0 to 1; 0 if no fate is known
     */
    public double failedShare() {
        return share(count(UsageMeasure.FAILED));
    }

    /**
     * Returns which part of the messages whose fate is known has failed in one way.
     *
     * @param state {@link DeliveryState#INVALID}, {@link DeliveryState#UNSENT} or {@link DeliveryState#EXPIRED}
     * @return 0 to 1; 0 if no fate is known
     */
    public double failedShare(DeliveryState state) {
        return share(failedBy.getOrDefault(Objects.requireNonNull(state, "state"), 0L));
    }

    private double share(long failed) {
        return failed == 0 ? 0 : (double) failed / fatesKnown();
    }

    /**
     * Tells whether there is nothing in it.
     *
     * @return true if all numbers are 0
     */
    public boolean isNone() {
        return equals(NONE);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UsageCounts those
                && Arrays.equals(counts, those.counts)
                && rejectedBy.equals(those.rejectedBy)
                && failedBy.equals(those.failedBy)
                && kinds.equals(those.kinds)
                && latencies.equals(those.latencies);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(counts), rejectedBy, failedBy, kinds, latencies);
    }

    @Override
    public String toString() {
        return "UsageCounts[attempted " + count(UsageMeasure.ATTEMPTED) + ", accepted " + count(UsageMeasure.ACCEPTED)
                + ", rejected " + rejectedBy + ", failed " + failedBy + ", received " + count(UsageMeasure.RECEIVED)
                + "]";
    }

    /** Adds numbers up. Not thread-safe. */
    public static final class Builder {
        private final long[] counts = new long[MEASURES];
        private final EnumMap<RejectionReason, Long> rejectedBy = new EnumMap<>(RejectionReason.class);
        private final EnumMap<DeliveryState, Long> failedBy = new EnumMap<>(DeliveryState.class);
        private final EnumMap<MessageKind, Long> kinds = new EnumMap<>(MessageKind.class);
        private Latencies latencies = Latencies.NONE;

        private Builder() {}

        /**
         * Adds to one of the numbers.
         *
         * @param measure which
         * @param count 0 or more
         * @return this builder
         * @throws IllegalArgumentException if the count is negative
         */
        public Builder count(UsageMeasure measure, long count) {
            counts[measure.ordinal()] += zeroOrMore(count);
            return this;
        }

        /**
         * Says why so many of the rejected messages were.
         *
         * @param reason why
         * @param count 0 or more
         * @return this builder
         * @throws IllegalArgumentException if the count is negative
         */
        public Builder rejectedBy(RejectionReason reason, long count) {
            add(rejectedBy, reason, count);
            return this;
        }

        /**
         * Says what became of so many of the messages that failed.
         *
         * @param state one that is failed
         * @param count 0 or more
         * @return this builder
         * @throws IllegalArgumentException if the count is negative, or the state is another one
         */
        public Builder failedBy(DeliveryState state, long count) {
            if (!state.isFailed()) {
                throw new IllegalArgumentException(state + " is not failed");
            }
            add(failedBy, state, count);
            return this;
        }

        /**
         * Says of what kind so many of the attempted messages were.
         *
         * @param kind which
         * @param count 0 or more
         * @return this builder
         * @throws IllegalArgumentException if the count is negative
         */
        public Builder kind(MessageKind kind, long count) {
            add(kinds, kind, count);
            return this;
        }

        /**
         * Sets how long sends took.
         *
         * @param latencies of all of them
         * @return this builder
         */
        public Builder latencies(Latencies latencies) {
            this.latencies = Objects.requireNonNull(latencies, "latencies");
            return this;
        }

        /** All but the latencies, many of which are added up at once. */
        private void plus(UsageCounts others) {
            for (int i = 0; i < MEASURES; i++) {
                counts[i] += others.counts[i];
            }
            others.rejectedBy.forEach(this::rejectedBy);
            others.failedBy.forEach(this::failedBy);
            others.kinds.forEach(this::kind);
        }

        private static <K extends Enum<K>> void add(EnumMap<K, Long> counts, K key, long count) {
            if (zeroOrMore(count) > 0) {
                counts.merge(key, count, Long::sum);
            }
        }

        private static long zeroOrMore(long count) {
            if (count < 0) {
                throw new IllegalArgumentException("count is " + count + ", it must be 0 or more");
            }
            return count;
        }

        /**
         * Makes the counts.
         *
         * @return what has been added up to now
         */
        public UsageCounts build() {
            return new UsageCounts(this);
        }
    }
}
