package io.smartqueue.ultramsg.internal.usage;

import io.smartqueue.ultramsg.organization.OrganizationId;
import org.HdrHistogram.WriterReaderPhaser;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.ZoneId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * What is being counted just now, of all organizations. Whoever counts waits for nobody; whoever takes all that was counted exchanges it
 * for something empty, and waits until those who were counting are through. Thread-safe.
 */
final class Counting {
    private final Clock clock;
    private final WriterReaderPhaser phaser = new WriterReaderPhaser();
    private volatile ConcurrentMap<OrganizationId, Tally> tallies = new ConcurrentHashMap<>();

    Counting(Clock clock) {
        this.clock = clock;
    }

    /**
     * Counts something, of a day that is now.
     *
     * @param what must be quick, and wait for nothing
     * @return how many organizations there are something of, if this one is new among them; else 0
     */
    int count(OrganizationId organization, ZoneId zone, Consumer<Tally> what) {
        long millis = clock.millis();
        long section = phaser.writerCriticalSectionEnter();
        try {
            ConcurrentMap<OrganizationId, Tally> now = tallies;
            @Nullable Tally known = now.get(organization);
            if (known != null && known.covers(millis, zone)) {
                what.accept(known);
                return 0;
            }
            Tally today = now.compute(
                    organization,
                    (same, before) ->
                            before != null && before.covers(millis, zone) ? before : new Tally(millis, zone, before));
            what.accept(today);
            return now.size();
        } finally {
            phaser.writerCriticalSectionExit(section);
        }
    }

    /** Takes all that was counted; nobody counts there any more. */
    ConcurrentMap<OrganizationId, Tally> take() {
        phaser.readerLock();
        try {
            ConcurrentMap<OrganizationId, Tally> taken = tallies;
            tallies = new ConcurrentHashMap<>();
            phaser.flipPhase();
            return taken;
        } finally {
            phaser.readerUnlock();
        }
    }
}
