package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.error.UltraMessageException;
import io.smartqueue.ultramsg.event.DuplicateFound;
import io.smartqueue.ultramsg.event.MessageSettled;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.config.KnownInstance;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.internal.thread.DaemonThreads;
import io.smartqueue.ultramsg.internal.usage.UsageCounter;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.MessageLog.UnsettledMessage;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Finds out in the background what became of messages in the log whose outcome is unknown, also of those that a node which is no
 * more was sending. Every node does; each message is looked for by one of them at a time. One daemon thread.
 */
public final class Settlement implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private static final Duration PAUSE = Duration.ofSeconds(15);
    private static final Duration UNTIL_NEXT_LOOK = Duration.ofMinutes(1);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);
    private static final int MOST_AT_A_TIME = 50;
    private static final int ROUNDS_PER_PURGE = 240;

    private final MessageLog log;
    private final Purge purge;
    private final ConfigCache configs;
    private final UltraMsgHttp http;
    private final Listeners listeners;
    private final UsageCounter usage;
    private final ScheduledExecutorService thread;

    // for the one thread alone
    private int rounds;
    private boolean isInTrouble; // of which it tells once

    /**
     * Starts to look.
     *
     * @param purge what is deleted once an hour
     */
    public Settlement(
            MessageLog log,
            Purge purge,
            ConfigCache configs,
            UltraMsgHttp http,
            Listeners listeners,
            UsageCounter usage) {
        this.log = log;
        this.purge = purge;
        this.configs = configs;
        this.http = http;
        this.listeners = listeners;
        this.usage = usage;
        this.thread = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("ultramsg-settlement"));
        thread.scheduleWithFixedDelay(this::round, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            settle();
            if (rounds++ % ROUNDS_PER_PURGE == 0) {
                purge.run();
            }
            isInTrouble = false;
        } catch (RuntimeException e) { // or the thread would end for good
            if (!thread.isShutdown() && !isInTrouble) {
                LOG.warn("Messages whose outcome is unknown cannot be looked for; tried again every {}", PAUSE, e);
            }
            isInTrouble = true;
        }
    }

    /** Looks once for each message that is due. */
    void settle() {
        Set<OrganizationId> inTrouble = new HashSet<>(); // left out of this round, for the others to have their turn
        for (UnsettledMessage message : log.takeUnsettled(MOST_AT_A_TIME, UNTIL_NEXT_LOOK)) {
            try {
                if (!thread.isShutdown() && !inTrouble.contains(message.organization())) {
                    look(message);
                }
            } catch (UltraMessageException e) {
                inTrouble.add(message.organization());
                LOG.debug(
                        "Message {} of organization {} could not be looked for",
                        message.reference(),
                        message.organization(),
                        e);
            }
        }
    }

    private void look(UnsettledMessage message) {
        if (configs.get(message.organization()) instanceof KnownConfig.Usable usable) {
            usable.sentThrough(message.instance()).ifPresent(instance -> look(message, instance));
        }
    }

    private void look(UnsettledMessage message, KnownInstance instance) {
        UltraMsgClient client = http.client(instance.credentials()).within(LONGEST_LOOK);
        List<QueueId> found = ReadBack.find(message.reference(), client);
        if (message.copies() > 0) {
            settle(message, found, instance.businessNumber());
        }
        if (found.size() > message.copies()) {
            report(message, found.size());
        }
    }

    /** Changes nothing of a message that is accepted already and looked for only in case it is there twice. */
    private void settle(UnsettledMessage message, List<QueueId> found, @Nullable PhoneNumber from) {
        OrganizationId organization = message.organization();
        if (found.isEmpty()) {
            log.settle(
                    organization,
                    new Unknown(message.reference(), message.instance(), "not found at UltraMsg so far"),
                    0);
            return;
        }
        boolean isNews = log.find(organization, message.reference())
                .filter(known -> known.outcome() instanceof Unknown)
                .isPresent();
        Accepted accepted =
                new Accepted(message.reference(), found.get(found.size() - 1), message.instance(), from, null);
        log.settle(organization, accepted, 0);
        if (isNews) {
            usage.foundLater(organization);
            listeners.settled(new MessageSettled(organization, accepted));
        }
    }

    private void report(UnsettledMessage message, int copies) {
        LOG.warn(
                "Message {} of organization {} is at UltraMsg {} times, and should be {} times: it was sent again because it was"
                        + " not listed at first",
                message.reference(),
                message.organization(),
                copies,
                message.copies());
        log.duplicate(message.organization(), message.reference(), copies);
        listeners.duplicateFound(
                new DuplicateFound(message.organization(), message.reference(), message.instance(), copies));
    }

    /** Waits for the look that is under way, if there is one: what it finds is worth writing down. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LONGEST_LOOK.toSeconds(), TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
