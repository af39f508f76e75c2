package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Backlog;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.Claimed;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import io.smartqueue.ultramsg.outbox.OutboxItem.State;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.outbox.WorkOutcome;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Messages that wait to be sent, in memory. Tells lanes of new work without the lock. Thread-safe. */
final class InMemoryOutbox implements OutboxStore {
    private static final int MOST_AT_ONCE = 1_000;

    private final InMemoryOrganizations organizations;
    private final InMemoryQuotas quotas;
    private final SharedMessages messages;
    private final Consumer<OrganizationId> lanes;
    private final Clock clock;

    InMemoryOutbox(
            InMemoryOrganizations organizations,
            InMemoryQuotas quotas,
            SharedMessages messages,
            Consumer<OrganizationId> lanes,
            Clock clock) {
        this.organizations = organizations;
        this.quotas = quotas;
        this.messages = messages;
        this.lanes = lanes;
        this.clock = clock;
    }

    /** An organization's messages; nothing of one that does not exist. */
    private <R> R of(OrganizationId organization, R nothing, Function<OrganizationMessages, R> work) {
        return messages.locked(
                () -> organizations.find(organization).isPresent() ? work.apply(messages.of(organization)) : nothing);
    }

    @Override
    public List<EnqueueResult> enqueue(OrganizationId organization, List<NewWork> work) {
        requireOneCall(work);
        List<EnqueueResult> results = of(
                organization,
                refused(work, RejectionReason.NOT_CONFIGURED, "no such organization exists"),
                own -> enqueued(own, work));
        if (results.stream().anyMatch(EnqueueResult.Queued.class::isInstance)) {
            lanes.accept(organization);
        }
        return results;
    }

    private static void requireOneCall(List<NewWork> work) {
        if (work.size() > MOST_AT_ONCE) {
            throw new IllegalArgumentException(
                    "there are " + work.size() + " messages, at most " + MOST_AT_ONCE + " can be enqueued at once");
        }
        if (!work.stream()
                .allMatch(one -> Objects.equals(one.batch(), work.get(0).batch()))) {
            throw new IllegalArgumentException("the messages are of several batches, they must be of one or of none");
        }
    }

    private List<EnqueueResult> enqueued(OrganizationMessages own, List<NewWork> work) {
        Instant now = clock.instant();
        BatchId id = work.isEmpty() ? null : work.get(0).batch();
        InMemoryBatch batch =
                id == null ? null : own.batches().computeIfAbsent(id, name -> new InMemoryBatch(name, now));
        if (batch != null && batch.state() == BatchState.CANCELLED) {
            return refused(work, RejectionReason.CANCELLED, "its batch has been cancelled");
        }
        return work.stream().map(one -> enqueued(own, one, batch, now)).toList();
    }

    private static List<EnqueueResult> refused(List<NewWork> work, RejectionReason reason, String detail) {
        return work.stream()
                .<EnqueueResult>map(one -> new EnqueueResult.Refused(one.reference(), reason, detail))
                .toList();
    }

    private static EnqueueResult enqueued(
            OrganizationMessages own, NewWork work, @Nullable InMemoryBatch batch, Instant now) {
        Optional<MessageEntry> same = own.holder(work.options().idempotencyKey().orElse(null));
        if (same.isPresent()) {
            Reference there = same.get().reference();
            return same.get().isOf(work.content())
                    ? new EnqueueResult.AlreadyThere(there)
                    : conflict(there, "its idempotency key belongs to another message");
        }
        if (own.find(work.reference()).isPresent()) {
            return conflict(work.reference(), "its reference belongs to another message");
        }
        QueueSlip slip = new QueueSlip(own.nextPosition(), batch, work.options(), work.payload(), now);
        own.add(MessageEntry.queued(own.organization(), work, slip));
        return new EnqueueResult.Queued(work.reference());
    }

    private static EnqueueResult conflict(Reference reference, String detail) {
        return new EnqueueResult.Refused(reference, RejectionReason.IDEMPOTENCY_CONFLICT, detail);
    }

    @Override
    public Claimed claim(OrganizationId organization, InstanceId instance, int most) {
        if (most < 0) {
            throw new IllegalArgumentException("most is " + most + ", it must be 0 or more");
        }
        Claimed nothing = new Claimed(List.of(), new Claimed.Next.Nothing());
        return of(organization, nothing, own -> new QueueClaim(own, quotas, clock.instant()).take(instance, most));
    }

    @Override
    public void settle(OrganizationId organization, List<WorkOutcome> outcomes) {
        of(organization, outcomes.size(), own -> {
            outcomes.forEach(outcome -> settle(own, outcome));
            return outcomes.size();
        });
    }

    private void settle(OrganizationMessages own, WorkOutcome outcome) {
        Optional<MessageEntry> entry = own.find(outcome.work().reference())
                .filter(found -> found.slip() != null && (!found.isSettled() || found.state() == State.UNKNOWN));
        if (outcome instanceof WorkOutcome.Settled settled && settled.result() instanceof SendResult.Accepted) {
            entry.ifPresent(taken -> ended(taken).settle(settled.result(), outcome.attempts(), clock.instant()));
        } else {
            entry.filter(MessageEntry::mayHaveBeenSent)
                    .filter(claimed -> slip(claimed).claim() == outcome.work().claim())
                    .ifPresent(claimed -> settle(ended(claimed), outcome));
        }
    }

    private void settle(MessageEntry entry, WorkOutcome outcome) {
        Instant now = clock.instant();
        if (outcome instanceof WorkOutcome.Settled settled) {
            if (settled.result() instanceof SendResult.Rejected) {
                entry.place().ifPresent(quotas::refund);
            }
            entry.settle(settled.result(), outcome.attempts(), now);
        } else if (outcome instanceof WorkOutcome.InDoubt inDoubt) {
            slip(entry).lookAgainAt(now.plus(inDoubt.lookAgainAfter()));
            entry.staysInDoubt(inDoubt.result(), outcome.attempts(), now);
        } else {
            entry.place().ifPresent(quotas::refund);
            entry.goBack(outcome.attempts());
            if (slip(entry).isOfABatch(BatchState.CANCELLED)) {
                entry.giveUp(RejectionReason.CANCELLED, "its batch was cancelled", now);
            } else if (entry.isForgotten()) {
                entry.giveUp(RejectionReason.CANCELLED, "its recipient was forgotten", now);
            }
        }
    }

    private static MessageEntry ended(MessageEntry entry) {
        slip(entry).leftTheTurn();
        return entry;
    }

    private static QueueSlip slip(MessageEntry entry) {
        return Objects.requireNonNull(entry.slip(), "slip");
    }

    @Override
    public boolean open(OrganizationId organization, BatchId batch) {
        return of(organization, false, own -> {
            own.batches().computeIfAbsent(batch, name -> new InMemoryBatch(name, clock.instant()));
            return true;
        });
    }

    @Override
    public Optional<BatchSnapshot> find(OrganizationId organization, BatchId batch) {
        return of(
                organization,
                Optional.empty(),
                own -> Optional.ofNullable(own.batches().get(batch))
                        .map(found -> new BatchSnapshot(found.counts(), found.state())));
    }

    @Override
    public boolean decide(OrganizationId organization, BatchId batch, BatchState state) {
        boolean isDecided = of(
                organization,
                false,
                own -> Optional.ofNullable(own.batches().get(batch))
                        .filter(found -> found.state() != BatchState.CANCELLED || state == BatchState.CANCELLED)
                        .map(found -> decided(own, found, state))
                        .isPresent());
        if (isDecided && state == BatchState.OPEN) {
            lanes.accept(organization);
        }
        return isDecided;
    }

    private InMemoryBatch decided(OrganizationMessages own, InMemoryBatch batch, BatchState state) {
        batch.state(state);
        if (state == BatchState.CANCELLED) {
            own.unsettled().stream()
                    .filter(entry ->
                            entry.state() == State.QUEUED && slip(entry).batch() == batch)
                    .forEach(entry ->
                            entry.giveUp(RejectionReason.CANCELLED, "its batch was cancelled", clock.instant()));
        }
        return batch;
    }

    @Override
    public int retryRejected(OrganizationId organization, BatchId batch) {
        int retried = of(organization, 0, own -> (int) own.queue().values().stream()
                .filter(isOf(batch))
                .filter(entry -> isRetried(own, entry))
                .count());
        if (retried > 0) {
            lanes.accept(organization);
        }
        return retried;
    }

    @Override
    public boolean retry(OrganizationId organization, Reference reference) {
        boolean isRetried = of(
                organization,
                false,
                own -> own.find(reference)
                        .filter(entry -> isRetried(own, entry))
                        .isPresent());
        if (isRetried) {
            lanes.accept(organization);
        }
        return isRetried;
    }

    private static boolean isRetried(OrganizationMessages own, MessageEntry entry) {
        boolean mayBe = entry.state() == State.REJECTED
                && entry.slip() != null
                && entry.slip().payload().isPresent()
                && !entry.slip().isOfABatch(BatchState.CANCELLED)
                && own.holder(entry.key()).isEmpty();
        if (mayBe) {
            entry.goBack(0);
            own.add(entry);
        }
        return mayBe;
    }

    @Override
    public boolean cancel(OrganizationId organization, Reference reference) {
        Optional<MessageEntry> cancelled = of(
                organization,
                Optional.empty(),
                own -> own.find(reference)
                        .filter(entry -> entry.state() == State.QUEUED)
                        .map(entry -> {
                            entry.giveUp(RejectionReason.CANCELLED, "it was cancelled", clock.instant());
                            return entry;
                        }));
        if (cancelled.flatMap(entry -> slip(entry).orderingKey()).isPresent()) {
            lanes.accept(organization); // others may have waited for it
        }
        return cancelled.isPresent();
    }

    @Override
    public void rejectQueued(OrganizationId organization, RejectionReason reason, String detail) {
        of(organization, false, own -> {
            own.unsettled().stream()
                    .filter(entry -> entry.state() == State.QUEUED)
                    .forEach(entry ->
                            entry.settle(new Rejected(entry.reference(), reason, detail, null), 0, clock.instant()));
            return true;
        });
    }

    @Override
    public Optional<OutboxItem> find(OrganizationId organization, Reference reference) {
        return of(organization, Optional.empty(), own -> own.find(reference).flatMap(MessageEntry::item));
    }

    @Override
    public List<OutboxItem> find(OrganizationId organization, Collection<Reference> references) {
        if (references.size() > MOST_AT_ONCE) {
            throw new IllegalArgumentException("there are " + references.size() + " references, at most " + MOST_AT_ONCE
                    + " can be looked for at once");
        }
        return of(
                organization,
                List.of(),
                own -> references.stream()
                        .distinct()
                        .flatMap(reference -> own.find(reference).flatMap(MessageEntry::item).stream())
                        .sorted(Comparator.comparingLong(OutboxItem::position))
                        .toList());
    }

    @Override
    public List<OutboxItem> items(OrganizationId organization, BatchId batch, long afterPosition, int most) {
        return page(organization, afterPosition, most, isOf(batch));
    }

    @Override
    public List<OutboxItem> rejected(OrganizationId organization, long afterPosition, int most) {
        return page(organization, afterPosition, most, entry -> entry.state() == State.REJECTED);
    }

    private List<OutboxItem> page(
            OrganizationId organization, long afterPosition, int most, Predicate<MessageEntry> condition) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", it must be 1 or more");
        }
        return of(
                organization,
                List.of(),
                own -> own.queue().tailMap(afterPosition, false).values().stream()
                        .filter(condition)
                        .limit(most)
                        .flatMap(entry -> entry.item().stream())
                        .toList());
    }

    private static Predicate<MessageEntry> isOf(BatchId batch) {
        return entry -> {
            InMemoryBatch own = slip(entry).batch();
            return own != null && own.id().equals(batch);
        };
    }

    @Override
    public boolean decide(OrganizationId organization, Backlog.Flow flow) {
        return of(organization, false, own -> {
            own.flow(flow);
            return true;
        });
    }

    @Override
    public Backlog backlog(OrganizationId organization) {
        return of(organization, new Backlog(0, 0, null, Backlog.Flow.OPEN), own -> {
            List<MessageEntry> waiting = own.unsettled().stream()
                    .filter(entry -> entry.state() == State.QUEUED)
                    .toList();
            Duration oldest = waiting.stream()
                    .map(entry -> Duration.between(slip(entry).enqueuedAt(), clock.instant()))
                    .findFirst()
                    .orElse(null);
            return new Backlog(waiting.size(), own.unsettled().size() - waiting.size(), oldest, own.flow());
        });
    }

    @Override
    public int purgeBatches(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("olderThan is " + olderThan + ", it must be zero or more");
        }
        return messages.locked(() -> {
            Instant oldest = clock.instant().minus(olderThan);
            return messages.all().stream()
                    .mapToInt(own -> purgedBatches(own, oldest))
                    .sum();
        });
    }

    private static int purgedBatches(OrganizationMessages own, Instant oldest) {
        int before = own.batches().size();
        own.batches()
                .values()
                .removeIf(batch -> !batch.openedAt().isAfter(oldest)
                        && own.queue().values().stream().noneMatch(isOf(batch.id())));
        return before - own.batches().size();
    }
}
