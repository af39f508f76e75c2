package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** What was done to whose configuration, newest first. Thread-safe; entries are written by one thread at a time. */
final class InMemoryAudit {
    private final List<Recorded> entries = new CopyOnWriteArrayList<>();
    private final Clock clock;

    InMemoryAudit(Clock clock) {
        this.clock = clock;
    }

    private record Recorded(OrganizationId organization, AuditEntry entry) {
        boolean isOf(String rollOut) {
            return entry.note()
                    .origin()
                    .filter(origin -> origin.rollOut().equals(rollOut))
                    .isPresent();
        }
    }

    /** What changed nothing and tested nothing leaves no entry. */
    void record(OrganizationId organization, AuditNote note, List<FieldChange> changes, long version) {
        if (!changes.isEmpty() || note.finding().isPresent()) {
            entries.add(
                    0,
                    new Recorded(
                            organization, new AuditEntry(entries.size() + 1, clock.instant(), note, changes, version)));
        }
    }

    List<AuditEntry> history(OrganizationId organization, long beforeNumber, int most) {
        return of(organization)
                .map(Recorded::entry)
                .filter(entry -> entry.number() < beforeNumber)
                .limit(most)
                .toList();
    }

    List<AuditEntry> historyOfRollOut(OrganizationId organization, String rollOut) {
        return of(organization)
                .filter(recorded -> recorded.isOf(rollOut))
                .map(Recorded::entry)
                .toList();
    }

    List<OrganizationId> organizationsOfRollOut(String rollOut) {
        return entries.stream()
                .filter(recorded -> recorded.isOf(rollOut))
                .map(Recorded::organization)
                .distinct()
                .toList();
    }

    private Stream<Recorded> of(OrganizationId organization) {
        return entries.stream().filter(recorded -> recorded.organization().equals(organization));
    }
}
