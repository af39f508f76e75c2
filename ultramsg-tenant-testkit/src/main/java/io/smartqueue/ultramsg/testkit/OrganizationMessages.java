package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Backlog.Flow;
import io.smartqueue.ultramsg.outbox.BatchId;
import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** One organization's messages and batches. Not thread-safe: used under the lock of {@link SharedMessages}. */
final class OrganizationMessages {
    private final OrganizationId organization;
    private final Map<Reference, MessageEntry> entries = new LinkedHashMap<>();
    private final Map<IdempotencyKey, MessageEntry> lastOfKey = new HashMap<>();
    private final NavigableMap<Long, MessageEntry> queue = new TreeMap<>();
    /** The part of the queue that a claim has to look at, which leaves out the settled ones it comes across. */
    private final NavigableMap<Long, MessageEntry> unsettled = new TreeMap<>();

    private final Map<BatchId, InMemoryBatch> batches = new HashMap<>();
    private Flow flow = Flow.OPEN;
    private long lastPosition;

    OrganizationMessages(OrganizationId organization) {
        this.organization = organization;
    }

    OrganizationId organization() {
        return organization;
    }

    Optional<MessageEntry> find(Reference reference) {
        return Optional.ofNullable(entries.get(reference));
    }

    /** The message whose key it is; none if that was not sent. */
    Optional<MessageEntry> holder(@Nullable IdempotencyKey key) {
        return Optional.ofNullable(lastOfKey.get(key)).filter(MessageEntry::holdsItsKey);
    }

    /** The message that a report is about; of several that have its number, the youngest: an instance that is cleared counts anew. */
    Optional<MessageEntry> named(DeliveryReport report) {
        return report.reference() != null
                ? find(report.reference())
                : entries.values().stream()
                        .filter(entry -> entry.isNumbered(report))
                        .max(Comparator.comparing(MessageEntry::lastChange));
    }

    Collection<MessageEntry> all() {
        return entries.values();
    }

    void add(MessageEntry entry) {
        entries.put(entry.reference(), entry);
        if (entry.key() != null) {
            lastOfKey.put(entry.key(), entry);
        }
        if (entry.slip() != null) {
            queue.put(entry.slip().position(), entry);
            unsettled.put(entry.slip().position(), entry);
        }
    }

    int removeIf(Predicate<MessageEntry> condition) {
        int before = entries.size();
        entries.values().removeIf(condition);
        lastOfKey.values().removeIf(condition);
        queue.values().removeIf(condition);
        unsettled.values().removeIf(condition);
        return before - entries.size();
    }

    long nextPosition() {
        return ++lastPosition;
    }

    /** All that were ever enqueued, in the order of their positions. */
    NavigableMap<Long, MessageEntry> queue() {
        return queue;
    }

    /** Those that wait, are being sent or are in doubt, in the order of their positions. */
    Collection<MessageEntry> unsettled() {
        unsettled.values().removeIf(MessageEntry::isSettled);
        return unsettled.values();
    }

    Map<BatchId, InMemoryBatch> batches() {
        return batches;
    }

    Flow flow() {
        return flow;
    }

    void flow(Flow flow) {
        this.flow = flow;
    }
}
