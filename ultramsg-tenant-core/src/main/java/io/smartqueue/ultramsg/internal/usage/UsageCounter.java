package io.smartqueue.ultramsg.internal.usage;

import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.thread.DaemonThreads;
import io.smartqueue.ultramsg.message.DeliveryChange;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.usage.UsageStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Counts what organizations send and receive, in memory, and writes it down every half minute and when it is closed, one organization's
 * day after the other. See ADR 27.
 *
 * <p>What cannot be written waits, and is added to, up to a bound; what is lost beyond that is logged. Thread-safe. A daemon thread that
 * writes, and a second one while very many organizations send.
 */
public final class UsageCounter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UsageCounter.class);

    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(10);

    /** What is being counted takes some two kilobytes for each organization, what waits to be written half of one. */
    private static final int ENOUGH_COUNTED = 10_000;

    /** For 100,000 organizations around their midnight. */
    private static final int MOST_WAITING = 200_000;

    /** Of different organizations, one after the other: it is not theirs, and the store is left alone until the next time. */
    private static final int ENOUGH_FAILURES = 5;

    private static final int TRIES_AT_THE_END = 3;
    private static final int THREADS = 2;

    private final UsageStore store;
    private final ConfigCache configs;
    private final UnaryOperator<OrganizationId> canonical;
    private final RiskWatch risks;
    private final Clock clock;
    private final int mostWaiting;
    private final Counting counting;
    private final AtomicBoolean isAskedToGather = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor threads;

    /** In the order in which it is written; what could not be is put back at the end. */
    private final Map<OrganizationDay, UsageCounts> waiting = new LinkedHashMap<>();

    /** Guards {@link #waiting}; nothing else is waited for while it is held. */
    private final Lock gathering = new ReentrantLock();

    /** What is being written is neither in the store nor waiting: whoever adds the two up must not look just then. */
    private final ReadWriteLock writing = new ReentrantReadWriteLock();

    private int lost; // days, since it was told last; with the lock
    private boolean isInTrouble; // of which it tells once; the flushing thread's alone

    /**
     * Starts to count.
     *
     * @param canonical the one spelling of an organization's id
     * @param clock by which a day ends
     */
    public UsageCounter(
            UsageStore store,
            ConfigCache configs,
            UnaryOperator<OrganizationId> canonical,
            RiskWatch risks,
            Clock clock) {
        this(store, configs, canonical, risks, clock, MOST_WAITING);
    }

    UsageCounter(
            UsageStore store,
            ConfigCache configs,
            UnaryOperator<OrganizationId> canonical,
            RiskWatch risks,
            Clock clock,
            int mostWaiting) {
        this.mostWaiting = mostWaiting;
        this.store = store;
        this.configs = configs;
        this.canonical = canonical;
        this.risks = risks;
        this.clock = clock;
        this.counting = new Counting(clock);
        this.threads = new ScheduledThreadPoolExecutor(
                THREADS,
                DaemonThreads.numbered("ultramsg-usage-"),
                new ThreadPoolExecutor.DiscardPolicy()); // once it is closed
        threads.scheduleWithFixedDelay(this::round, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private record OrganizationDay(OrganizationId organization, LocalDate day) {}

    /**
     * Counts a message that has come to its outcome.
     *
     * @param known the organization's configuration; of one that does not exist nothing is counted
     * @param kind what kind of message, or null if it did not become one
     * @param millis how long sending it took; negative if nothing was sent
     */
    public void attempted(
            OrganizationId organization,
            KnownConfig known,
            @Nullable MessageKind kind,
            SendResult result,
            long millis) {
        count(organization, known, tally -> {
            tally.count(UsageMeasure.ATTEMPTED);
            if (kind != null) {
                tally.kind(kind);
            }
            if (result instanceof Rejected rejected) {
                tally.rejected(rejected.reason());
                return;
            }
            tally.count(result instanceof Accepted ? UsageMeasure.ACCEPTED : UsageMeasure.UNKNOWN);
            if (millis >= 0) {
                tally.took(millis);
            }
        });
    }

    /** Counts a message that was found at UltraMsg after its call had ended without knowing. */
    public void foundLater(OrganizationId organization) {
        count(organization, UsageMeasure.FOUND_LATER);
    }

    /** Counts an accepted message to somebody who has not written of late. */
    public void outsideConversation(OrganizationId organization) {
        count(organization, UsageMeasure.OUTSIDE_CONVERSATION);
    }

    /** Counts a message of a customer's. */
    public void received(OrganizationId organization) {
        count(organization, UsageMeasure.RECEIVED);
    }

    /** Counts how far a message has come, each step once, whatever steps of it were reported. */
    public void changed(OrganizationId organization, DeliveryChange change) {
        DeliveryState before = change.before();
        DeliveryState now = change.now();
        count(organization, configs.get(organization), tally -> {
            if (now.isFailed() && !before.isFailed()) {
                tally.failed(now);
            }
            if (isSent(now) && !isSent(before)) {
                tally.count(UsageMeasure.SENT);
            }
            if (now.isDelivered() && !before.isDelivered()) {
                tally.count(UsageMeasure.DELIVERED);
            }
            if (now.isRead() && !before.isRead()) {
                tally.count(UsageMeasure.READ);
            }
        });
    }

    private static boolean isSent(DeliveryState state) {
        return state.compareTo(DeliveryState.SENT) >= 0;
    }

    private void count(OrganizationId organization, UsageMeasure measure) {
        count(organization, configs.get(organization), tally -> tally.count(measure));
    }

    /** Of whom there is no such organization, anybody could make up any number. */
    private void count(OrganizationId organization, KnownConfig known, Consumer<Tally> what) {
        if (!(known instanceof KnownConfig.Missing)
                && counting.count(organization, zone(known), what) >= ENOUGH_COUNTED
                && isAskedToGather.compareAndSet(false, true)) {
            threads.execute(this::gather);
        }
    }

    private static ZoneId zone(KnownConfig known) {
        return known instanceof KnownConfig.Usable usable ? usable.config().timeZone() : ZoneOffset.UTC;
    }

    /**
     * An organization's day so far, as all nodes have written it down, with what this one has not yet.
     *
     * @return the day; empty if there is no such organization
     */
    public Optional<UsageDay> today(OrganizationId organization) {
        KnownConfig known = configs.get(organization);
        if (known instanceof KnownConfig.Missing) {
            return Optional.empty();
        }
        OrganizationDay today =
                new OrganizationDay(canonical.apply(organization), LocalDate.ofInstant(clock.instant(), zone(known)));
        gather();
        writing.readLock().lock();
        try {
            UsageDay written = store.find(organization, today.day(), today.day()).stream()
                    .findFirst()
                    .orElseGet(() -> UsageDay.of(today.day(), UsageCounts.NONE));
            return Optional.of(written.plus(waiting(today)));
        } finally {
            writing.readLock().unlock();
        }
    }

    private UsageCounts waiting(OrganizationDay day) {
        gathering.lock();
        try {
            return waiting.getOrDefault(day, UsageCounts.NONE);
        } finally {
            gathering.unlock();
        }
    }

    private void round() {
        try {
            flush();
        } catch (RuntimeException e) { // or nothing would be written any more
            LOG.warn("Usage could not be written down; tried again in {}", PAUSE, e);
        }
    }

    /** Writes down what was counted, and what could not be written before. */
    void flush() {
        gather();
        write(() -> true);
    }

    /** Takes what was counted to what waits to be written. */
    private void gather() {
        gathering.lock();
        try {
            isAskedToGather.set(false);
            counting.take().forEach((organization, tally) -> {
                OrganizationId id = canonical.apply(organization);
                for (Tally each = tally; each != null; each = each.before()) {
                    put(new OrganizationDay(id, each.day()), each.counts());
                }
            });
        } finally {
            gathering.unlock();
        }
    }

    private void put(OrganizationDay day, UsageCounts counts) {
        if (waiting.size() >= mostWaiting && !waiting.containsKey(day)) {
            lost++;
        } else {
            waiting.merge(day, counts, UsageCounts::plus);
        }
    }

    private void write(BooleanSupplier goesOn) {
        int failures = 0;
        boolean isAllWritten = true;
        for (OrganizationDay day : due()) {
            if (failures >= ENOUGH_FAILURES || !goesOn.getAsBoolean()) {
                return;
            }
            boolean isWritten = isWritten(day);
            failures = isWritten ? 0 : failures + 1;
            isAllWritten &= isWritten;
        }
        isInTrouble = !isAllWritten;
    }

    private List<OrganizationDay> due() {
        gathering.lock();
        try {
            if (lost > 0) {
                LOG.warn(
                        "What was counted is lost of {} days of organizations: the store has not taken it for too long",
                        lost);
                lost = 0;
            }
            return new ArrayList<>(waiting.keySet());
        } finally {
            gathering.unlock();
        }
    }

    private boolean isWritten(OrganizationDay day) {
        UsageCounts counts;
        Optional<UsageDay> sum;
        writing.writeLock().lock();
        try {
            counts = take(day);
            sum = add(day, counts);
        } catch (RuntimeException e) { // of whatever kind: a host may bring the store
            if (!isInTrouble) {
                LOG.warn(
                        "Usage cannot be written down for organization {}; it is kept and tried again",
                        day.organization(),
                        e);
            }
            isInTrouble = true;
            return false;
        } finally {
            writing.writeLock().unlock();
        }
        if (counts.count(UsageMeasure.FAILED) > 0) {
            sum.ifPresent(total -> risks.look(day.organization(), total));
        }
        return true;
    }

    private UsageCounts take(OrganizationDay day) {
        gathering.lock();
        try {
            UsageCounts counts = waiting.remove(day);
            return counts == null ? UsageCounts.NONE : counts;
        } finally {
            gathering.unlock();
        }
    }

    /** What could not be added waits again, behind the others. */
    private Optional<UsageDay> add(OrganizationDay day, UsageCounts counts) {
        boolean isAdded = counts.isNone();
        try {
            Optional<UsageDay> sum = isAdded ? Optional.empty() : store.add(day.organization(), day.day(), counts);
            isAdded = true;
            return sum;
        } finally {
            if (!isAdded) {
                gathering.lock();
                try {
                    put(day, counts);
                } finally {
                    gathering.unlock();
                }
            }
        }
    }

    /** Writes down what there is, for some seconds at most. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LONGEST_FAREWELL.toSeconds(), TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        long until = System.nanoTime() + LONGEST_FAREWELL.toNanos();
        gather();
        for (int tries = 0; tries < TRIES_AT_THE_END; tries++) { // somebody may hold a row for a moment
            write(() -> System.nanoTime() < until);
        }
        int left = due().size();
        if (left > 0) {
            LOG.warn("What was counted last is lost of {} days of organizations: it could not be written down", left);
        }
    }
}
