package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.DeliveryChange;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.MessageClaim;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.OutboxItem.State;
import io.smartqueue.ultramsg.quota.QuotaDecision;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What became of messages, in memory. Thread-safe. */
final class InMemoryMessages implements MessageLog {
    private static final int MOST_REPORTS = 1_000;

    private final InMemoryOrganizations organizations;
    private final InMemoryQuotas quotas;
    private final SharedMessages messages;
    private final Clock clock;

    InMemoryMessages(InMemoryOrganizations organizations, InMemoryQuotas quotas, SharedMessages messages, Clock clock) {
        this.organizations = organizations;
        this.quotas = quotas;
        this.messages = messages;
        this.clock = clock;
    }

    @Override
    public MessageClaim claim(OrganizationId organization, NewEntry entry, Duration lease) {
        requirePositive("lease", lease);
        return messages.locked(() -> organizations.find(organization).isPresent()
                ? claimed(messages.of(organization), entry, lease)
                : new MessageClaim.NoOrganization());
    }

    private MessageClaim claimed(OrganizationMessages own, NewEntry message, Duration lease) {
        Instant now = clock.instant();
        Optional<MessageEntry> same = own.holder(message.key());
        if (same.isPresent()) {
            return same.get().claimedAgain(message, now, now.plus(lease));
        }
        Optional<MessageEntry> namesake = own.find(message.reference());
        if (namesake.isPresent() && !namesake.get().hasItsNameFree()) {
            return new MessageClaim.Conflict(message.reference());
        }
        QuotaDecision decision = quotas.reserve(own.organization());
        if (!(decision instanceof QuotaDecision.Reserved place)) {
            return new MessageClaim.NoPlace((QuotaDecision.Exhausted) decision);
        }
        own.add(MessageEntry.claimed(own.organization(), message, place.reservation(), now, now.plus(lease)));
        return new MessageClaim.First(message.reference(), place);
    }

    @Override
    public void settle(OrganizationId organization, SendResult result, int attempts) {
        change(organization, result.reference(), entry -> {
            if (entry.slip() == null) { // what is queued is settled by its lane
                if (result instanceof Rejected) {
                    entry.place().ifPresent(quotas::refund);
                }
                entry.settle(result, attempts, clock.instant());
            }
        });
    }

    @Override
    public void reroute(OrganizationId organization, Reference reference, InstanceId instance) {
        change(organization, reference, entry -> entry.reroute(instance));
    }

    @Override
    public void repeat(OrganizationId organization, Reference reference) {
        change(organization, reference, MessageEntry::repeat);
    }

    @Override
    public void abandon(OrganizationId organization, Reference reference) {
        change(organization, reference, entry -> {
            if (entry.slip() == null) {
                entry.place().ifPresent(quotas::refund);
                entry.abandon(clock.instant());
            }
        });
    }

    @Override
    public void duplicate(OrganizationId organization, Reference reference, int copies) {
        if (copies < 1) {
            throw new IllegalArgumentException("copies is " + copies + ", it must be 1 or more");
        }
        messages.locked(() -> messages.of(organization).find(reference).map(entry -> entry.copiesFound(copies)));
    }

    /** Changes an entry whose end is not known yet. */
    private void change(OrganizationId organization, Reference reference, Consumer<MessageEntry> change) {
        messages.locked(() -> {
            messages.of(organization)
                    .find(reference)
                    .filter(MessageEntry::mayHaveBeenSent)
                    .ifPresent(change);
            return reference;
        });
    }

    @Override
    public List<DeliveryChange> report(OrganizationId organization, List<DeliveryReport> reports) {
        if (reports.size() > MOST_REPORTS) {
            throw new IllegalArgumentException(
                    "there are " + reports.size() + " reports, at most " + MOST_REPORTS + " can be written at once");
        }
        return messages.locked(() -> organizations.find(organization).isPresent()
                ? reported(messages.of(organization), reports)
                : List.of());
    }

    private List<DeliveryChange> reported(OrganizationMessages own, List<DeliveryReport> reports) {
        Map<MessageEntry, List<DeliveryReport>> ofEach = new LinkedHashMap<>();
        for (DeliveryReport report : reports) {
            own.named(report)
                    .filter(MessageEntry::mayBeAtUltraMsg)
                    .ifPresent(entry -> ofEach.computeIfAbsent(entry, none -> new ArrayList<>())
                            .add(report));
        }
        return ofEach.entrySet().stream()
                .flatMap(each -> each.getKey().report(each.getValue(), clock.instant()).stream())
                .toList();
    }

    @Override
    public Optional<LoggedMessage> find(OrganizationId organization, Reference reference) {
        return messages.locked(() -> messages.of(organization).find(reference).flatMap(MessageEntry::known));
    }

    @Override
    public List<UnsettledMessage> takeUnsettled(int most, Duration pause) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", it must be 1 or more");
        }
        requirePositive("pause", pause);
        return messages.locked(() -> {
            Instant now = clock.instant();
            return messages.all().stream()
                    .flatMap(own -> own.all().stream())
                    .filter(entry -> entry.isDue(now))
                    .sorted(Comparator.comparing(entry -> entry.due().orElse(now)))
                    .limit(most)
                    .toList() // before the first is paused
                    .stream()
                    .map(entry -> entry.taken(now, pause))
                    .toList();
        });
    }

    @Override
    public int forget(OrganizationId organization, Recipient recipient) {
        return messages.locked(() -> (int) messages.of(organization).all().stream()
                .filter(entry -> entry.isTo(recipient))
                .peek(this::forget)
                .count());
    }

    /** What may have been sent keeps what it takes to look for it, and loses it with its outcome. */
    private void forget(MessageEntry entry) {
        entry.forget();
        if (entry.state() == State.QUEUED) {
            entry.giveUp(RejectionReason.CANCELLED, "its recipient was forgotten", clock.instant());
        }
    }

    @Override
    public int purge(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("olderThan is " + olderThan + ", it must be zero or more");
        }
        return messages.locked(() -> {
            Instant oldest = clock.instant().minus(olderThan);
            return messages.all().stream()
                    .mapToInt(own -> own.removeIf(entry -> isOld(entry, oldest)))
                    .sum();
        });
    }

    private static boolean isOld(MessageEntry entry, Instant oldest) {
        if (entry.slip() == null) {
            return !entry.createdAt().isAfter(oldest);
        }
        Instant end = entry.settledAt();
        return entry.isSettled() && end != null && !end.isAfter(oldest);
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is " + duration + ", it must be more than zero");
        }
    }
}
