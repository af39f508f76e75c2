package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.MessageClaim;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.quota.QuotaDecision;
import io.smartqueue.ultramsg.quota.Reservation;
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
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What became of messages, in memory. Thread-safe: one lock for all, which is plenty for a test. */
final class InMemoryMessages implements MessageLog {
    private static final Duration LOOKED_AFTER = Duration.ofDays(1);
    private static final String NOT_LISTED = "UltraMsg did not list it, so it was taken for not sent";

    private final InMemoryOrganizations organizations;
    private final InMemoryQuotas quotas;
    private final Clock clock;
    private final List<Entry> entries = new ArrayList<>();
    private final Lock lock = new ReentrantLock();

    InMemoryMessages(InMemoryOrganizations organizations, InMemoryQuotas quotas, Clock clock) {
        this.organizations = organizations;
        this.quotas = quotas;
        this.clock = clock;
    }

    void removeAllOf(OrganizationId organization) {
        locked(() -> entries.removeIf(entry -> entry.organization.equals(organization)));
    }

    @Override
    public MessageClaim claim(OrganizationId organization, NewEntry entry, Duration lease) {
        requirePositive("lease", lease);
        return locked(() -> organizations.find(organization).isPresent()
                ? claimed(organization, entry, lease)
                : new MessageClaim.NoOrganization());
    }

    private MessageClaim claimed(OrganizationId organization, NewEntry message, Duration lease) {
        Instant now = clock.instant();
        IdempotencyKey key = message.key();
        Optional<Entry> same = key == null ? Optional.empty() : entry(organization, entry -> key.equals(entry.key));
        if (same.isPresent()) {
            return same.get().claimedAgain(message, now, now.plus(lease));
        }
        Optional<Entry> namesake = entry(organization, named(message.reference()));
        if (namesake.isPresent() && !namesake.get().hasItsNameFree()) {
            return new MessageClaim.Conflict(message.reference());
        }
        QuotaDecision decision = quotas.reserve(organization);
        if (!(decision instanceof QuotaDecision.Reserved place)) {
            return new MessageClaim.NoPlace((QuotaDecision.Exhausted) decision);
        }
        namesake.ifPresent(entries::remove);
        entries.add(new Entry(organization, message, place.reservation(), now, now.plus(lease)));
        return new MessageClaim.First(message.reference(), place);
    }

    @Override
    public void settle(OrganizationId organization, SendResult result, int attempts) {
        change(organization, result.reference(), entry -> {
            entry.settle(result, attempts, clock.instant());
            if (result instanceof Rejected) {
                quotas.refund(entry.place);
            }
        });
    }

    @Override
    public void reroute(OrganizationId organization, Reference reference, InstanceId instance) {
        change(organization, reference, entry -> entry.instance = instance);
    }

    @Override
    public void repeat(OrganizationId organization, Reference reference) {
        change(organization, reference, entry -> entry.repeated = true);
    }

    @Override
    public void abandon(OrganizationId organization, Reference reference) {
        change(organization, reference, entry -> {
            entry.abandon(clock.instant());
            quotas.refund(entry.place);
        });
    }

    @Override
    public void duplicate(OrganizationId organization, Reference reference, int copies) {
        if (copies < 1) {
            throw new IllegalArgumentException("copies is " + copies + ", it must be 1 or more");
        }
        locked(() -> entry(organization, named(reference)).map(entry -> entry.copiesFound(copies)));
    }

    /** Changes an entry whose end is not known yet. */
    private void change(OrganizationId organization, Reference reference, Consumer<Entry> change) {
        locked(() -> {
            entry(organization, named(reference)).filter(Entry::isOpen).ifPresent(change);
            return reference;
        });
    }

    @Override
    public Optional<LoggedMessage> find(OrganizationId organization, Reference reference) {
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
                    .map(entry -> entry.taken(now, pause))
                    .toList();
        });
    }

    @Override
    public int forget(OrganizationId organization, Recipient recipient) {
        return locked(() -> (int) entries.stream()
                .filter(entry -> entry.organization.equals(organization))
                .filter(entry -> recipient.chatId().equals(entry.recipient))
                .peek(Entry::forget)
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
        private final ContentHash content;
        private final Reference reference;
        private final Reservation place;
        private final Instant createdAt;
        private @Nullable IdempotencyKey key;
        private InstanceId instance;
        private @Nullable String recipient;
        private @Nullable String text;
        private @Nullable SendResult outcome;
        private Instant leaseUntil;
        /** When somebody should look for it next, or null if nobody need. */
        private @Nullable Instant due;

        private @Nullable Instant settledAt;
        private int attempts;
        private boolean repeated;
        private boolean abandoned;
        private int copies;

        Entry(OrganizationId organization, NewEntry message, Reservation place, Instant createdAt, Instant leaseUntil) {
            this.organization = organization;
            this.key = message.key();
            this.content = message.content();
            this.reference = message.reference();
            this.place = place;
            this.instance = message.instance();
            this.createdAt = createdAt;
            this.recipient = message.recipient().chatId();
            this.text = message.text();
            this.leaseUntil = leaseUntil;
            this.due = leaseUntil;
        }

        MessageClaim claimedAgain(NewEntry message, Instant now, Instant newLeaseUntil) {
            if (!content.equals(message.content())) {
                return new MessageClaim.Conflict(reference);
            }
            if (outcome != null) {
                return new MessageClaim.Settled(outcome);
            }
            if (leaseUntil.isAfter(now)) {
                return new MessageClaim.Running(reference);
            }
            leaseUntil = newLeaseUntil;
            due = due == null || due.isAfter(newLeaseUntil) ? due : newLeaseUntil;
            return new MessageClaim.TakenOver(reference, instance);
        }

        boolean isOpen() {
            return outcome == null || outcome instanceof Unknown;
        }

        /** A message that was certainly not sent leaves its name to another. */
        boolean hasItsNameFree() {
            return outcome instanceof Rejected && !abandoned;
        }

        void settle(SendResult result, int requests, Instant now) {
            attempts += requests;
            settledAt = now;
            if (result instanceof Accepted accepted) {
                instance = accepted.instance();
                outcome = new Accepted(reference, accepted.queueId(), instance, null, null);
                due = repeated ? due : null;
            } else if (result instanceof Unknown unknown) {
                if (outcome == null && leaseUntil.equals(due)) {
                    due = now; // unless somebody has taken it, whose pause goes on
                }
                instance = unknown.instance();
                outcome = unknown;
            } else {
                Rejected rejected = (Rejected) result;
                outcome = new Rejected(reference, rejected.reason(), rejected.detail(), null);
                key = null;
                due = null;
            }
        }

        void abandon(Instant now) {
            settle(new Rejected(reference, RejectionReason.UNREACHABLE, NOT_LISTED, null), 0, now);
            abandoned = true;
            due = now;
        }

        boolean copiesFound(int number) {
            copies = number;
            due = null;
            return true;
        }

        void forget() {
            recipient = null;
            text = null;
        }

        LoggedMessage known() {
            SendResult result = outcome != null
                    ? outcome
                    : new Unknown(reference, instance, "it is being sent, or was when its sender was lost");
            return new LoggedMessage(result, attempts, createdAt, settledAt, copies, text);
        }

        boolean isDue(Instant now) {
            return due != null && !due.isAfter(now) && !createdAt.isBefore(now.minus(LOOKED_AFTER));
        }

        UnsettledMessage taken(Instant now, Duration pause) {
            Duration quarter = Duration.between(createdAt, now).dividedBy(4);
            due = now.plus(quarter.compareTo(pause) > 0 ? quarter : pause);
            return new UnsettledMessage(organization, reference, instance, abandoned ? 0 : 1);
        }
    }
}
