package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.outbox.Backlog.Flow;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.Claimed;
import io.smartqueue.ultramsg.outbox.OrderingKey;
import io.smartqueue.ultramsg.outbox.OutboxItem.State;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import io.smartqueue.ultramsg.quota.QuotaUsage;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a lane sends next: one look at an organization's queue at one moment, under the lock of {@link SharedMessages}. */
final class QueueClaim {
    private static final Comparator<MessageEntry> IN_TURN = Comparator.comparing(
                    (MessageEntry entry) -> slip(entry).urgency())
            .thenComparing(entry -> slip(entry).position());

    private final OrganizationMessages own;
    private final InMemoryQuotas quotas;
    private final Instant now;

    QueueClaim(OrganizationMessages own, InMemoryQuotas quotas, Instant now) {
        this.own = own;
        this.quotas = quotas;
        this.now = now;
    }

    Claimed take(InstanceId instance, int most) {
        settleWhatIsOfNoUse();
        if (own.flow() == Flow.PAUSED) {
            return new Claimed(List.of(), new Claimed.Next.Paused());
        }
        List<MessageEntry> inDoubt =
                own.unsettled().stream().filter(this::isInDoubt).sorted(IN_TURN).toList();
        List<Work> work = new ArrayList<>();
        if (inDoubt.isEmpty()) {
            heads().filter(this::maySendNow)
                    .sorted(IN_TURN)
                    .limit(most)
                    .forEach(entry -> reserve(entry, instance, work));
        } else {
            inDoubt.stream().limit(most).forEach(entry -> work.add(takenAgain(entry)));
        }
        return new Claimed(work, next(inDoubt.size() > work.size()));
    }

    private void settleWhatIsOfNoUse() {
        own.unsettled().stream().filter(entry -> entry.state() == State.QUEUED).forEach(entry -> {
            if (slip(entry).isOfABatch(BatchState.CANCELLED)) {
                entry.giveUp(RejectionReason.CANCELLED, "its batch was cancelled", now);
            } else if (slip(entry).hasExpired(now)) {
                entry.giveUp(RejectionReason.EXPIRED, "it was of no use any more when its turn came", now);
            }
        });
    }

    /** Those that a turn had claimed and did not settle; of the others, those whose time has come. */
    private boolean isInDoubt(MessageEntry entry) {
        return entry.mayHaveBeenSent()
                && (slip(entry).isInATurn() || !slip(entry).lookAgainAt().isAfter(now));
    }

    /** Queued messages but for those of paused batches and those behind another of their ordering key. */
    private Stream<MessageEntry> heads() {
        return heads(own.unsettled()).filter(entry -> entry.state() == State.QUEUED);
    }

    private static Stream<MessageEntry> heads(Iterable<MessageEntry> inOrder) {
        Set<OrderingKey> taken = new HashSet<>();
        List<MessageEntry> heads = new ArrayList<>();
        for (MessageEntry entry : inOrder) {
            Optional<OrderingKey> key = slip(entry).orderingKey();
            boolean isHead = key.isEmpty() || taken.add(key.get());
            if (isHead && !(entry.state() == State.QUEUED && slip(entry).isOfABatch(BatchState.PAUSED))) {
                heads.add(entry);
            }
        }
        return heads.stream();
    }

    private boolean maySendNow(MessageEntry entry) {
        return !slip(entry).notBefore().isAfter(now);
    }

    private void reserve(MessageEntry entry, InstanceId instance, List<Work> work) {
        if (quotas.reserve(own.organization()) instanceof Reserved place) {
            entry.sentBy(instance, place.reservation(), now);
            work.add(work(entry, null));
        }
    }

    private static Work takenAgain(MessageEntry entry) {
        return work(entry, entry.instance().orElseThrow());
    }

    private static Work work(MessageEntry entry, @Nullable InstanceId sentThrough) {
        QueueSlip slip = slip(entry);
        slip.claimed();
        return new Work(
                entry.reference(),
                slip.claim(),
                slip.urgency(),
                slip.payload().orElseThrow(),
                sentThrough,
                slip.expiresAt());
    }

    /** What there is to do once the turn has settled what it has: that blocks nothing then. */
    private Claimed.Next next(boolean moreInDoubt) {
        List<MessageEntry> left = own.unsettled().stream()
                .filter(entry -> !slip(entry).isInATurn())
                .toList();
        List<MessageEntry> heads = heads(left).toList();
        boolean moreToSend = heads.stream().anyMatch(entry -> entry.state() == State.QUEUED && maySendNow(entry));
        Optional<Instant> later = heads.stream()
                .map(entry -> entry.state() == State.QUEUED
                        ? slip(entry).notBefore()
                        : slip(entry).lookAgainAt())
                .filter(time -> time.isAfter(now))
                .min(Comparator.naturalOrder());
        QuotaUsage day = quotas.usage(own.organization()).orElseThrow();
        if (moreInDoubt || moreToSend && !day.isExhausted()) {
            return new Claimed.Next.More();
        }
        if (moreToSend && later.filter(day.resetsAt()::isAfter).isEmpty()) {
            return new Claimed.Next.DayIsFull(Duration.between(now, day.resetsAt()));
        }
        return later.<Claimed.Next>map(time -> new Claimed.Next.Later(Duration.between(now, time)))
                .orElseGet(Claimed.Next.Nothing::new);
    }

    private static QueueSlip slip(MessageEntry entry) {
        return Objects.requireNonNull(entry.slip(), "slip");
    }
}
