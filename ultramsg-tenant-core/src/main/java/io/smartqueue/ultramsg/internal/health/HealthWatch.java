package io.smartqueue.ultramsg.internal.health;

import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.connection.ConnectionTest;
import io.smartqueue.ultramsg.event.HealthChanged;
import io.smartqueue.ultramsg.health.HealthStore;
import io.smartqueue.ultramsg.health.HealthStore.DueCheck;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.config.KnownInstance;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.internal.thread.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Asks instances how they stand, again and again, and tells when one gets into trouble or out of it. Every node does; each instance
 * is asked by one of them at a time, one request a check, and what there is to ask of one that works. Daemon threads: one that keeps time, some that ask while there is
 * something to ask.
 */
public final class HealthWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_CHECK = Duration.ofSeconds(10);
    private static final int ROUNDS_PER_ENROLMENT = 6;
    private static final int THREADS = 8;
    private static final int MOST_AT_A_TIME = 40;
    /** Each thread has five to wait for, all of them slow or dead, and after each the further questions; then as much again. */
    private static final Duration LEASE = LONGEST_CHECK.multipliedBy(2L * 2L * MOST_AT_A_TIME / THREADS);

    private static final int THREADS_KEPT_SECONDS = 10;

    private final HealthStore store;
    private final ConfigCache configs;
    private final ConnectionTest connectionTest;
    private final AfterGoodCheck afterGoodCheck;
    private final Listeners listeners;
    private final Clock clock;
    private final Duration interval;
    private final HealthRules rules;
    private final ScheduledExecutorService timekeeper;
    private final ThreadPoolExecutor askers;
    private int rounds;
    private boolean isInTrouble; // of which it tells once; the timekeeper's alone

    public HealthWatch(
            HealthStore store,
            ConfigCache configs,
            UltraMsgHttp http,
            AfterGoodCheck afterGoodCheck,
            Listeners listeners,
            Clock clock,
            Duration interval) {
        this.store = store;
        this.configs = configs;
        this.connectionTest = new ConnectionTest(http, LONGEST_CHECK);
        this.afterGoodCheck = afterGoodCheck;
        this.listeners = listeners;
        this.clock = clock;
        this.interval = interval;
        this.rules = new HealthRules(interval);
        this.timekeeper = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("ultramsg-health"));
        this.askers = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                THREADS_KEPT_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                DaemonThreads.numbered("ultramsg-health-"));
        askers.allowCoreThreadTimeOut(true);
    }

    /** Begins, with a first look after a tenth of the interval or 10 seconds, whichever is shorter. */
    public void start() {
        long tenth = interval.dividedBy(10).toMillis();
        long pause = Math.max(1, Math.min(LONGEST_PAUSE.toMillis(), tenth));
        timekeeper.scheduleWithFixedDelay(this::round, pause, pause, TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            if (rounds++ % ROUNDS_PER_ENROLMENT == 0) {
                store.enroll(interval);
            }
            checkAllDue();
            isInTrouble = false;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) { // or the thread would end for good
            if (!timekeeper.isShutdown() && !isInTrouble) {
                LOG.warn("How instances are cannot be looked at; tried again in a moment, and again", e);
            }
            isInTrouble = true;
        }
    }

    /** Checks each instance whose turn it is, once. */
    void checkAllDue() throws InterruptedException {
        List<DueCheck> due;
        do {
            due = store.takeDue(MOST_AT_A_TIME, LEASE);
            askers.invokeAll(due.stream().map(this::checking).toList());
        } while (due.size() == MOST_AT_A_TIME && !timekeeper.isShutdown());
    }

    private Callable<Void> checking(DueCheck due) {
        return () -> {
            try {
                if (configs.get(due.organization()) instanceof KnownConfig.Usable usable) {
                    usable.instance(due.instance()).ifPresent(instance -> check(due, usable, instance));
                }
            } catch (RuntimeException e) { // of one organization: its token does not open, its row is held
                LOG.debug("How {} of organization {} is could not be found out", due.instance(), due.organization(), e);
            }
            return null;
        };
    }

    private void check(DueCheck due, KnownConfig.Usable config, KnownInstance instance) {
        ConnectionFinding finding = connectionTest.quickCheck(instance.credentials());
        if (Thread.currentThread().isInterrupted()) { // by close(): that there was no answer is our own doing
            return;
        }
        Verdict verdict = rules.judge(due, finding, clock.instant());
        boolean moved = store.record(verdict.health(), verdict.next(), verdict.status());
        if (moved) {
            configs.forget(due.organization()); // this node need not wait for the notice
        }
        if (verdict.isNews() || moved) {
            tell(new HealthChanged(due.last(), verdict.health(), moved ? verdict.status() : null));
        }
        if (finding.isSuccess()) {
            afterGoodCheck.ask(due.organization(), config, instance);
        }
    }

    private void tell(HealthChanged event) {
        InstanceHealth now = event.now();
        String moved = event.movedTo() == null
                ? ""
                : "; its status is " + event.movedTo().storedName() + " from now on";
        if (now.finding().isSuccess()) {
            LOG.info("{} of organization {} works{}", now.instance(), now.organization(), moved);
        } else {
            LOG.warn(
                    "{} of organization {} is in trouble, {}{}: {}",
                    now.instance(),
                    now.organization(),
                    now.finding().code(),
                    moved,
                    now.finding().advice());
        }
        listeners.healthChanged(event);
    }

    /** Leaves what has not been asked yet to other nodes, and waits for what has. */
    @Override
    public void close() {
        timekeeper.shutdown();
        askers.shutdownNow();
        timekeeper.shutdownNow();
        try {
            if (!askers.awaitTermination(LONGEST_CHECK.toSeconds(), TimeUnit.SECONDS)) {
                LOG.debug("Checks of instances are still on their way; they end by their deadlines");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
