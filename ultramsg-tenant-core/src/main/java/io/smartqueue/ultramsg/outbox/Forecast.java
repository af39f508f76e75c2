package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.quota.QuotaUsage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** Tells when a batch will end, by the pace and the daily limit. Thread-safe. */
public final class Forecast {
    private static final Duration DAY = Duration.ofDays(1);

    private final QuotaStore quotas;
    private final Function<OrganizationId, Pace> pace;
    private final Clock clock;

    /**
     * Made by the manager.
     *
     * @param quotas where daily limits are counted
     * @param pace how fast whose messages are sent
     * @param clock what "now" is
     */
    public Forecast(QuotaStore quotas, Function<OrganizationId, Pace> pace, Clock clock) {
        this.quotas = quotas;
        this.pace = pace;
        this.clock = clock;
    }

    BatchProgress of(OrganizationId organization, OutboxStore.BatchSnapshot now) {
        boolean goesOn = now.state() == BatchState.OPEN && now.counts().queued() > 0;
        Optional<QuotaUsage> day = goesOn ? quotas.usage(organization) : Optional.empty();
        return new BatchProgress(
                now.counts(),
                now.state(),
                day.flatMap(usage -> end(now.counts().queued(), pace.apply(organization), usage))
                        .orElse(null));
    }

    private Optional<Instant> end(long messages, Pace pace, QuotaUsage day) {
        long today = Math.min(messages, Math.max(0, day.remaining()));
        long later = messages - today;
        if (later == 0) {
            return Optional.of(clock.instant().plus(pace.timeFor(messages)));
        }
        if (day.limit() <= 0) {
            return Optional.empty();
        }
        long wholeDays = (later - 1) / day.limit();
        long onTheLast = later - wholeDays * day.limit();
        return Optional.of(day.resetsAt().plus(DAY.multipliedBy(wholeDays)).plus(pace.timeFor(onTheLast)));
    }
}
