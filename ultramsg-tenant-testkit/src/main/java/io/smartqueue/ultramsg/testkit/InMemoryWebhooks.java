package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.webhook.EventKey;
import io.smartqueue.ultramsg.webhook.WebhookStore;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Events in memory. Thread-safe: each is exchanged as a whole. */
final class InMemoryWebhooks implements WebhookStore {
    private final Map<Id, Event> events = new ConcurrentHashMap<>();
    private final AtomicLong claims = new AtomicLong();
    private final InMemoryOrganizations organizations;
    private final Clock clock;

    InMemoryWebhooks(InMemoryOrganizations organizations, Clock clock) {
        this.organizations = organizations;
        this.clock = clock;
    }

    private record Id(OrganizationId organization, EventKey key) {}

    private record Event(long claim, Instant begun, Instant leasedUntil, boolean isDone) {
        Event done() {
            return new Event(claim, begun, leasedUntil, true);
        }
    }

    @Override
    public Intake begin(OrganizationId organization, EventKey key, Duration lease) {
        if (lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("lease is " + lease + ", it must be more than zero");
        }
        if (organizations.find(organization).isEmpty()) {
            return new Intake.NoOrganization();
        }
        long claim = claims.incrementAndGet();
        Instant now = clock.instant();
        Event event = events.compute(new Id(organization, key), (id, known) -> {
            boolean isKept = known != null && (known.isDone() || now.isBefore(known.leasedUntil()));
            return isKept ? known : new Event(claim, now, now.plus(lease), false);
        });
        if (event.claim() == claim) {
            return new Intake.First(claim);
        }
        return event.isDone() ? new Intake.Done() : new Intake.Running();
    }

    @Override
    public void finish(OrganizationId organization, EventKey key) {
        events.computeIfPresent(new Id(organization, key), (id, event) -> event.done());
    }

    @Override
    public void release(OrganizationId organization, EventKey key, long claim) {
        events.computeIfPresent(
                new Id(organization, key), (id, event) -> event.claim() == claim && !event.isDone() ? null : event);
    }

    @Override
    public int purge(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("olderThan is " + olderThan + ", it must be zero or more");
        }
        Instant newest = clock.instant().minus(olderThan);
        AtomicInteger purged = new AtomicInteger();
        List<Id> ids = new ArrayList<>(events.keySet());
        for (Id id : ids) {
            events.computeIfPresent(id, (same, event) -> {
                boolean isOld = !event.begun().isAfter(newest);
                purged.addAndGet(isOld ? 1 : 0);
                return isOld ? null : event;
            });
        }
        return purged.get();
    }

    void removeAllOf(OrganizationId organization) {
        events.keySet().removeIf(id -> id.organization().equals(organization));
    }
}
