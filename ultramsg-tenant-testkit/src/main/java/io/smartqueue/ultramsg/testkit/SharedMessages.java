package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The messages of all organizations, which the message log and the outbox both look at: one idempotency key is one message, however it
 * is sent. Thread-safe: one lock for all, which is plenty for a test; what is found is used under it.
 */
final class SharedMessages {
    private final Map<OrganizationId, OrganizationMessages> organizations = new HashMap<>();
    private final Lock lock = new ReentrantLock();

    <R> R locked(Supplier<R> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** An organization's; of one that has none, an empty collection that keeps what is put into it. */
    OrganizationMessages of(OrganizationId organization) {
        return organizations.computeIfAbsent(organization, OrganizationMessages::new);
    }

    Collection<OrganizationMessages> all() {
        return organizations.values();
    }

    void removeAllOf(OrganizationId organization) {
        locked(() -> organizations.remove(organization) != null);
    }
}
