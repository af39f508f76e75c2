package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** When customers last wrote, in memory. Thread-safe. */
final class InMemoryConversations implements ConversationStore {
    private final InMemoryOrganizations organizations;
    private final Clock clock;
    private final Map<Customer, Instant> lastInbound = new ConcurrentHashMap<>();

    InMemoryConversations(InMemoryOrganizations organizations, Clock clock) {
        this.organizations = organizations;
        this.clock = clock;
    }

    void removeAllOf(OrganizationId organization) {
        lastInbound.keySet().removeIf(customer -> customer.organization().equals(organization));
    }

    @Override
    public void noteInbound(OrganizationId organization, Recipient customer, Instant at) {
        if (isThere(organization)) {
            Instant now = clock.instant();
            lastInbound.merge(
                    new Customer(organization, customer.chatId()),
                    at.isAfter(now) ? now : at,
                    (before, later) -> later.isAfter(before) ? later : before);
        }
    }

    @Override
    public Optional<Instant> lastInbound(OrganizationId organization, Recipient customer) {
        return isThere(organization)
                ? Optional.ofNullable(lastInbound.get(new Customer(organization, customer.chatId())))
                : Optional.empty();
    }

    @Override
    public void forget(OrganizationId organization, Recipient customer) {
        lastInbound.remove(new Customer(organization, customer.chatId()));
    }

    @Override
    public int purge(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("olderThan is " + olderThan + ", it must be zero or more");
        }
        Instant newest = clock.instant().minus(olderThan);
        AtomicInteger purged = new AtomicInteger();
        lastInbound
                .keySet()
                .forEach(customer -> lastInbound.computeIfPresent(customer, (same, last) -> {
                    boolean isOld = !last.isAfter(newest) || !isThere(customer.organization());
                    purged.addAndGet(isOld ? 1 : 0);
                    return isOld ? null : last;
                }));
        return purged.get();
    }

    private boolean isThere(OrganizationId organization) {
        return organizations.find(organization).isPresent();
    }

    /** A person's number and chat id are one. */
    private record Customer(OrganizationId organization, String chatId) {}
}
