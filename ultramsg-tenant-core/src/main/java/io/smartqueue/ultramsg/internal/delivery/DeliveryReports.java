package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.event.DeliveryChanged;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.message.DeliveryChange;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Takes what UltraMsg tells of messages that it took, from webhooks or from its list: has it written down, and tells what has changed.
 * Reports may come twice, late and in any order. Those of an instance that several organizations send through come to its owner, and are looked for in
 * all of theirs. Thread-safe.
 */
public final class DeliveryReports {
    private static final int MOST_AT_ONCE = 1_000;
    /** A time that is no moment of a message's life comes from a reply that was misread; some are none that a database can hold. */
    private static final Duration LONGEST_LIFE = Duration.ofDays(365);

    private final MessageLog log;
    private final Listeners listeners;
    private final DeliveryTally tally;
    private final Function<OrganizationId, List<OrganizationId>> borrowers;
    private final Clock clock;

    /** Takes reports of organizations and of those who send through their instances, whom {@code borrowers} finds. */
    public DeliveryReports(
            MessageLog log,
            Listeners listeners,
            DeliveryTally tally,
            Function<OrganizationId, List<OrganizationId>> borrowers,
            Clock clock) {
        this.borrowers = borrowers;
        this.log = log;
        this.listeners = listeners;
        this.tally = tally;
        this.clock = clock;
    }

    /** Returns what has changed, and throws what the log throws. */
    public List<DeliveryChange> apply(OrganizationId organization, List<DeliveryReport> reports) {
        Instant now = clock.instant();
        List<DeliveryReport> dated =
                reports.stream().map(report -> dated(report, now)).toList();
        if (dated.isEmpty()) {
            return List.of();
        }
        List<DeliveryChange> changes = writeAll(organization, dated);
        for (OrganizationId borrower : borrowers.apply(organization)) {
            changes.addAll(writeAll(borrower, dated));
        }
        return List.copyOf(changes);
    }

    private List<DeliveryChange> writeAll(OrganizationId organization, List<DeliveryReport> dated) {
        List<DeliveryChange> changes = new ArrayList<>();
        for (int from = 0; from < dated.size(); from += MOST_AT_ONCE) {
            changes.addAll(write(organization, dated.subList(from, Math.min(from + MOST_AT_ONCE, dated.size()))));
        }
        return changes;
    }

    private static DeliveryReport dated(DeliveryReport report, Instant now) {
        boolean isPlausible = !report.at().isAfter(now) && !report.at().isBefore(now.minus(LONGEST_LIFE));
        return isPlausible
                ? report
                : new DeliveryReport(report.reference(), report.queueId(), report.instance(), report.state(), now);
    }

    private List<DeliveryChange> write(OrganizationId organization, List<DeliveryReport> reports) {
        List<DeliveryChange> changes = log.report(organization, reports);
        for (DeliveryChange change : changes) {
            tally.count(organization, change);
            listeners.deliveryChanged(
                    new DeliveryChanged(organization, change.reference(), change.before(), change.now()));
        }
        return changes;
    }
}
