package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.KeyClaim;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What became of messages, in memory. Thread-safe: one lock for all, which is plenty for a test. */
final class InMemoryMessages implements MessageLog {
    private static final Duration LOOKED_AFTER = Duration.ofDays(1);

    private final InMemoryOrganizations organizations;
    private final Clock clock;
    private final List<Entry> entries = new ArrayList<>();
    private final Lock lock = new ReentrantLock();

    InMemoryMessages(InMemoryOrganizations organizations, Clock clock) {
        this.organizations = organizations;
        this.clock = clock;
    }

    void removeAllOf(OrganizationId organization) {
        locked(() -> entries.removeIf(entry -> entry.organization.equals(organization)));
    }

    @Override
    public KeyClaim claim(OrganizationId organization, KeyedMessage message, Duration lease) {
        requirePositive("lease", lease);
        return locked(() -> organizations.find(organization).isPresent()
                ? claimed(organization, message, lease)
                : new KeyClaim.NoOrganization());
    }

    private KeyClaim claimed(OrganizationId organization, KeyedMessage message, Duration lease) {
        Instant now = clock.instant();
        Optional<Entry> same = entry(organization, entry -> entry.key.equals(message.key()));
        if (same.isPresent()) {
            return same.get().claimedAgain(message, now, now.plus(lease));
        }
        if (entry(organization, named(message.reference())).isPresent()) {
            return new KeyClaim.Conflict(message.reference());
        }
        entries.add(new Entry(organization, message, now, now.plus(lease)));
        return new KeyClaim.First(message.reference());
    }

    @Override
    public void settle(OrganizationId organization, SendResult result) {
        locked(() -> entry(organization, named(result.reference()))
                .filter(entry -> !entry.isAccepted())
                .map(entry ->
                        result instanceof Rejected ? entries.remove(entry) : entry.settle(result, clock.instant()))
                .isPresent());
    }

    @Override
    public Optional<SendResult> find(OrganizationId organization, Reference reference) {
        return locked(() -> entry(organization, named(reference)).map(Entry::known));
    }

    @Override
    public List<UnsettledMessage> takeUnsettled(int most, Duration pause) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", it must be 1 or more");
        }
        requirePositive("pause", pause);
        return locked(() -> {
            Instant now = clock.instant();
            return entries.stream()
                    .filter(entry -> entry.isDue(now))
                    .sorted(Comparator.comparing(entry -> entry.due))
                    .limit(most)
                    .toList() // before the first is paused
                    .stream()
                    .map(entry -> entry.taken(now.plus(pause)))
                    .toList();
        });
    }

    @Override
    public int forget(OrganizationId organization, Recipient recipient) {
        return locked(() -> (int) entries.stream()
                .filter(entry -> entry.organization.equals(organization))
                .filter(entry -> recipient.chatId().equals(entry.recipient))
                .peek(entry -> entry.recipient = null)
                .count());
    }

    @Override
    public int purge(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("olderThan is " + olderThan + ", it must be zero or more");
        }
        return locked(() -> {
            Instant oldest = clock.instant().minus(olderThan);
            int before = entries.size();
            entries.removeIf(entry -> !entry.createdAt.isAfter(oldest));
            return before - entries.size();
        });
    }

    private Optional<Entry> entry(OrganizationId organization, Predicate<Entry> condition) {
        return entries.stream()
                .filter(entry -> entry.organization.equals(organization))
                .filter(condition)
                .findFirst();
    }

    private static Predicate<Entry> named(Reference reference) {
        return entry -> entry.reference.equals(reference);
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is " + duration + ", it must be more than zero");
        }
    }

    private <R> R locked(Supplier<R> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private static final class Entry {
        private final OrganizationId organization;
        private final IdempotencyKey key;
        private final ContentHash content;
        private final Reference reference;
        private final Instant createdAt;
        private InstanceId instance;
        private @Nullable String recipient;
        private @Nullable SendResult outcome;
        private Instant leaseUntil;
        private Instant due;

        Entry(OrganizationId organization, KeyedMessage message, Instant createdAt, Instant leaseUntil) {
            this.organization = organization;
            this.key = message.key();
            this.content = message.content();
            this.reference = message.reference();
            this.instance = message.instance();
            this.createdAt = createdAt;
            this.recipient = message.recipient().chatId();
            this.leaseUntil = leaseUntil;
            this.due = leaseUntil;
        }

        KeyClaim claimedAgain(KeyedMessage message, Instant now, Instant newLeaseUntil) {
            if (!content.equals(message.content())) {
                return new KeyClaim.Conflict(reference);
            }
            if (outcome != null) {
                return new KeyClaim.Settled(outcome);
            }
            if (leaseUntil.isAfter(now)) {
                return new KeyClaim.Running(reference);
            }
            leaseUntil = newLeaseUntil;
            due = due.isAfter(newLeaseUntil) ? due : newLeaseUntil;
            return new KeyClaim.TakenOver(reference, instance);
        }

        boolean isAccepted() {
            return outcome instanceof Accepted;
        }

        /** True, as a list's own answer to a change. */
        boolean settle(SendResult result, Instant now) {
            if (outcome == null && due.equals(leaseUntil)) {
                due = now; // unless somebody has taken it, whose pause goes on
            }
            if (result instanceof Accepted accepted) {
                instance = accepted.instance();
                outcome = new Accepted(reference, accepted.queueId(), instance, null);
            } else if (result instanceof Unknown unknown) {
                instance = unknown.instance();
                outcome = unknown;
            }
            return true;
        }

        SendResult known() {
            return outcome != null
                    ? outcome
                    : new Unknown(reference, instance, "it is being sent, or was when its sender was lost");
        }

        boolean isDue(Instant now) {
            return !isAccepted() && !due.isAfter(now) && !createdAt.isBefore(now.minus(LOOKED_AFTER));
        }

        UnsettledMessage taken(Instant newDue) {
            due = newDue;
            return new UnsettledMessage(organization, reference, instance);
        }
    }
}
