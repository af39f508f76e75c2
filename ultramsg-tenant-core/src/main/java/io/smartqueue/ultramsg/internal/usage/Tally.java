package io.smartqueue.ultramsg.internal.usage;

import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.usage.Latencies;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What one organization comes to on one of its days, while it is being counted. Thread-safe; the one lock that is taken is that
 * of the latencies, for a moment. Knows from when to when
 * its day is, so that whoever counts compares two numbers and asks no calendar.
 */
final class Tally {
    private static final UsageMeasure[] MEASURES = UsageMeasure.values();
    private static final RejectionReason[] REASONS = RejectionReason.values();
    private static final DeliveryState[] STATES = DeliveryState.values();
    private static final MessageKind[] KINDS = MessageKind.values();

    private static final int REASONS_FROM = MEASURES.length;
    private static final int STATES_FROM = REASONS_FROM + REASONS.length;
    private static final int KINDS_FROM = STATES_FROM + STATES.length;

    private final LocalDate day;
    private final ZoneId zone;
    private final long fromMillis;
    private final long toMillis;
    private final @Nullable Tally before;
    private final AtomicLongArray numbers = new AtomicLongArray(KINDS_FROM + KINDS.length);
    private final AtomicReference<Latencies.@Nullable Recorder> latencies = new AtomicReference<>();

    /**
     * Starts at 0.
     *
     * @param millis a moment of the day, since the epoch
     * @param before what was counted for the same organization before its day or zone changed, or null
     */
    Tally(long millis, ZoneId zone, @Nullable Tally before) {
        this.day = LocalDate.ofInstant(Instant.ofEpochMilli(millis), zone);
        this.zone = zone;
        this.fromMillis = day.atStartOfDay(zone).toInstant().toEpochMilli();
        this.toMillis = day.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli();
        this.before = before;
    }

    /** Whether a moment is of this day. */
    boolean covers(long millis, ZoneId where) {
        return fromMillis <= millis && millis < toMillis && zone.equals(where);
    }

    LocalDate day() {
        return day;
    }

    @Nullable
    Tally before() {
        return before;
    }

    void count(UsageMeasure measure) {
        numbers.getAndIncrement(measure.ordinal());
    }

    void rejected(RejectionReason reason) {
        count(UsageMeasure.REJECTED);
        numbers.getAndIncrement(REASONS_FROM + reason.ordinal());
    }

    void failed(DeliveryState state) {
        count(UsageMeasure.FAILED);
        numbers.getAndIncrement(STATES_FROM + state.ordinal());
    }

    void kind(MessageKind kind) {
        numbers.getAndIncrement(KINDS_FROM + kind.ordinal());
    }

    /** Made for the first one only: most organizations that are counted have none at the moment. */
    void took(long millis) {
        Latencies.Recorder recorder = latencies.get();
        if (recorder == null) {
            Latencies.Recorder mine = Latencies.recorder();
            Latencies.Recorder others = latencies.compareAndExchange(null, mine);
            recorder = others == null ? mine : others;
        }
        recorder.recordMillis(millis);
    }

    /** What was counted, when nobody counts any more. */
    UsageCounts counts() {
        UsageCounts.Builder counts = UsageCounts.builder();
        for (UsageMeasure measure : MEASURES) {
            counts.count(measure, numbers.get(measure.ordinal()));
        }
        for (RejectionReason reason : REASONS) {
            counts.rejectedBy(reason, numbers.get(REASONS_FROM + reason.ordinal()));
        }
        for (DeliveryState state : STATES) {
            if (state.isFailed()) {
                counts.failedBy(state, numbers.get(STATES_FROM + state.ordinal()));
            }
        }
        for (MessageKind kind : KINDS) {
            counts.kind(kind, numbers.get(KINDS_FROM + kind.ordinal()));
        }
        Latencies.Recorder recorder = latencies.get();
        return counts.latencies(recorder == null ? Latencies.NONE : recorder.latencies())
                .build();
    }
}
