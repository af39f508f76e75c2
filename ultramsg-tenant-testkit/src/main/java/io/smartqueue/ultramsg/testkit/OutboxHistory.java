package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Backlog;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchState;
import io.smartqueue.ultramsg.outbox.Claimed;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.OrderingKey;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import io.smartqueue.ultramsg.outbox.OutboxItem.State;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.outbox.OutboxStore.BatchSnapshot;
import io.smartqueue.ultramsg.outbox.Payload;
import io.smartqueue.ultramsg.outbox.Urgency;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.outbox.WorkOutcome;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.quota.QuotaUsage;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever may happen to an organization's outbox, drawn by lot from a seed, and what must be true of it whatever happens. Not
 * thread-safe.
 */
final class OutboxHistory {
    private static final Recipient ADA = Recipient.parse("+15550001111");
    private static final Set<State> UNSETTLED = EnumSet.of(State.QUEUED, State.SENDING);
    private static final int BATCHES = 4;
    private static final int STEPS_BETWEEN_CHECKS = 50;

    private final OutboxStore store;
    private final QuotaStore quotas;
    private final SettableClock clock;
    private final OrganizationId organization;
    private final Random lot;
    private final Map<Reference, NewWork> enqueued = new LinkedHashMap<>();
    private final List<Work> claims = new ArrayList<>();
    private final Map<Reference, Integer> lastClaims = new HashMap<>();
    private final Set<Reference> accepted = new HashSet<>();
    /** Those seen in a state in which they stay. */
    private final Set<Reference> ended = new HashSet<>();

    private final Map<Reference, LocalDate> places = new HashMap<>();
    private LocalDate day;
    private int used;

    OutboxHistory(OutboxStore store, QuotaStore quotas, SettableClock clock, OrganizationId organization, long seed) {
        this.store = store;
        this.quotas = quotas;
        this.clock = clock;
        this.organization = organization;
        this.lot = new Random(seed);
        this.day = today();
    }

    /** Does so many things one after the other. */
    void goOn(int steps) {
        for (int step = 0; step < steps; step++) {
            switch (lot.nextInt(12)) {
                case 0, 1 -> enqueue();
                case 2, 3, 4 -> claim(lot.nextInt(5));
                case 5, 6, 7 -> settle();
                case 8 -> cancel();
                case 9 -> retry();
                case 10 -> decide();
                default -> letTimePass();
            }
            assertThat(usage().used()).as("places in step " + step).isEqualTo(used);
            if (step % STEPS_BETWEEN_CHECKS == 0) {
                check();
            }
        }
        check();
    }

    /** Lets everything go on until there is nothing left. */
    void comeToAnEnd() {
        store.decide(organization, Backlog.Flow.OPEN);
        for (int batch = 0; batch < BATCHES; batch++) {
            store.decide(organization, batch(batch), BatchState.OPEN);
        }
        Claimed claimed;
        do {
            claimed = claim(100);
            List<WorkOutcome> outcomes = new ArrayList<>();
            claimed.work().forEach(work -> outcomes.add(new WorkOutcome.Settled(work, accepted(work), 1)));
            settle(outcomes);
            pause(claimed.next());
        } while (!(claimed.next() instanceof Claimed.Next.Nothing));
        check();
        assertThat(accepted).isNotEmpty().isSubsetOf(lastClaims.keySet());
        assertThat(enqueued.keySet()).noneMatch(reference -> UNSETTLED.contains(state(reference)));
    }

    private void pause(Claimed.Next next) {
        if (next instanceof Claimed.Next.Later later) {
            clock.advance(later.pause());
        } else if (next instanceof Claimed.Next.DayIsFull full) {
            clock.advance(full.pause());
        }
        beginDay();
    }

    private void enqueue() {
        BatchId batch = lot.nextInt(3) == 0 ? null : batch(lot.nextInt(BATCHES));
        if (batch != null) {
            store.open(organization, batch);
        }
        List<NewWork> work = new ArrayList<>();
        for (int i = lot.nextInt(4); i >= 0; i--) {
            work.add(work("number-" + enqueued.size() + "-" + i, batch));
        }
        List<EnqueueResult> results = store.enqueue(organization, work);
        for (int i = 0; i < work.size(); i++) {
            if (results.get(i) instanceof EnqueueResult.Queued) {
                enqueued.put(work.get(i).reference(), work.get(i));
            }
        }
    }

    private NewWork work(String name, @Nullable BatchId batch) {
        EnqueueOptions.Builder options = EnqueueOptions.builder().urgency(any(Urgency.values()));
        if (lot.nextInt(3) == 0) {
            options.orderingKey(OrderingKey.of("ticket-" + lot.nextInt(3)));
        }
        if (lot.nextInt(3) == 0) {
            options.idempotencyKey(IdempotencyKey.of("order-" + lot.nextInt(30)));
        }
        if (lot.nextInt(5) == 0) {
            options.notBefore(clock.instant().plusSeconds(lot.nextInt(600)));
        }
        if (lot.nextInt(8) == 0) {
            options.expiresAt(clock.instant().plusSeconds(601 + lot.nextInt(3_600)));
        }
        TextMessage message = TextMessage.of(ADA, name);
        return new NewWork(
                Reference.of(name), batch, ContentHash.of(message), ADA, Payload.of(message), null, options.build());
    }

    private Claimed claim(int most) {
        Claimed claimed = store.claim(organization, InstanceId.parse("instance" + (1 + lot.nextInt(3))), most);
        assertThat(claimed.work()).hasSizeLessThanOrEqualTo(most);
        for (Work work : claimed.work()) {
            assertThat(accepted).as("never sent again").doesNotContain(work.reference());
            assertThat(state(work.reference())).isEqualTo(State.SENDING);
            assertThat(work.claim()).isGreaterThan(lastClaims.getOrDefault(work.reference(), 0));
            lastClaims.put(work.reference(), work.claim());
            if (work.sentThrough() == null) {
                places.put(work.reference(), day);
                used++;
                assertNothingBefore(work.reference());
            }
        }
        claims.addAll(claimed.work());
        return claimed;
    }

    private void assertNothingBefore(Reference reference) {
        known(enqueued, reference).options().orderingKey().ifPresent(key -> {
            for (NewWork earlier : enqueued.values()) {
                if (earlier.reference().equals(reference)) {
                    return;
                }
                boolean isInOrder =
                        earlier.options().orderingKey().filter(key::equals).isPresent();
                if (isInOrder && !ended.contains(earlier.reference())) {
                    assertThat(UNSETTLED)
                            .as(earlier + " is before " + reference)
                            .doesNotContain(state(earlier.reference()));
                }
            }
        });
    }

    /** Now and then what a turn says that was given up long ago. */
    private void settle() {
        List<WorkOutcome> outcomes = new ArrayList<>();
        Set<Reference> settled = new HashSet<>();
        for (int i = lot.nextInt(4); i >= 0 && !claims.isEmpty(); i--) {
            int recent = Math.max(0, claims.size() - 1 - lot.nextInt(lot.nextInt(10) == 0 ? claims.size() : 8));
            Work work = claims.get(recent);
            if (settled.add(work.reference())) {
                outcomes.add(anyOutcome(work));
            }
        }
        settle(outcomes);
    }

    private WorkOutcome anyOutcome(Work work) {
        Reference reference = work.reference();
        return switch (lot.nextInt(6)) {
            case 0 ->
                new WorkOutcome.Settled(
                        work, new SendResult.Rejected(reference, any(RejectionReason.values()), "refused", null), 1);
            case 1 -> new WorkOutcome.InDoubt(work, lost(reference), 1, Duration.ofSeconds(lot.nextInt(120)));
            case 2 -> new WorkOutcome.Returned(work, 1);
            case 3 -> new WorkOutcome.Settled(work, lost(reference), 1);
            default -> new WorkOutcome.Settled(work, accepted(work), 1);
        };
    }

    private static SendResult.Unknown lost(Reference reference) {
        return new SendResult.Unknown(reference, InstanceId.parse("instance1"), "lost");
    }

    private static SendResult accepted(Work work) {
        return new SendResult.Accepted(
                work.reference(), new QueueId("4711"), InstanceId.parse("instance1"), null, null);
    }

    private void settle(List<WorkOutcome> outcomes) {
        Map<Reference, State> before = new HashMap<>();
        outcomes.forEach(outcome ->
                before.put(outcome.work().reference(), state(outcome.work().reference())));
        store.settle(organization, outcomes);
        outcomes.forEach(outcome -> settled(
                outcome,
                known(before, outcome.work().reference()),
                state(outcome.work().reference())));
    }

    private void settled(WorkOutcome outcome, State before, State after) {
        Reference reference = outcome.work().reference();
        boolean isAccepted =
                outcome instanceof WorkOutcome.Settled sent && sent.result().isAccepted();
        if (isAccepted && (UNSETTLED.contains(before) || before == State.UNKNOWN)) {
            assertThat(after).isEqualTo(State.ACCEPTED);
            accepted.add(reference);
        } else if (before != State.SENDING || outcome.work().claim() < known(lastClaims, reference)) {
            assertThat(after).as("what is said too late").isEqualTo(before);
        } else if (after != State.SENDING && after != State.UNKNOWN) {
            used -= day.equals(places.get(reference)) ? 1 : 0;
        }
    }

    private void cancel() {
        if (lot.nextInt(3) == 0) {
            store.cancel(organization, anyReference());
        }
    }

    private void retry() {
        if (lot.nextBoolean()) {
            store.retry(organization, anyReference());
        } else {
            store.retryRejected(organization, batch(lot.nextInt(BATCHES)));
        }
    }

    private void decide() {
        int drawn = lot.nextInt(60);
        if (drawn == 0) {
            store.decide(organization, batch(lot.nextInt(BATCHES)), BatchState.CANCELLED);
        } else if (drawn < 40) {
            store.decide(organization, batch(lot.nextInt(BATCHES)), any(BatchState.PAUSED, BatchState.OPEN));
        } else {
            store.decide(
                    organization, any(Backlog.Flow.PAUSED, Backlog.Flow.OPEN, Backlog.Flow.OPEN, Backlog.Flow.OPEN));
        }
    }

    private void letTimePass() {
        clock.advance(lot.nextInt(40) == 0 ? Duration.ofDays(1) : Duration.ofSeconds(lot.nextInt(300)));
        beginDay();
    }

    private void beginDay() {
        if (!today().equals(day)) {
            day = today();
            used = 0;
        }
    }

    /** Everything that was enqueued is somewhere, and is counted there. */
    private void check() {
        Map<State, Long> all = new EnumMap<>(State.class);
        for (int batch = 0; batch < BATCHES; batch++) {
            check(batch(batch), all);
        }
        for (Reference alone : enqueuedIn(null)) {
            all.merge(state(alone), 1L, Long::sum);
        }
        Backlog backlog = store.backlog(organization);
        assertThat(backlog.waiting()).isEqualTo(all.getOrDefault(State.QUEUED, 0L));
        assertThat(backlog.unsettled()).isEqualTo(all.getOrDefault(State.SENDING, 0L));
        assertThat((long) accepted.size()).isEqualTo(all.getOrDefault(State.ACCEPTED, 0L));
        assertThat(usage().used()).isEqualTo(used).isLessThanOrEqualTo(usage().limit());
    }

    private void check(BatchId batch, Map<State, Long> all) {
        List<OutboxItem> items = store.items(organization, batch, 0, Integer.MAX_VALUE);
        Map<State, Long> states = new EnumMap<>(State.class);
        items.forEach(item -> states.merge(item.state(), 1L, Long::sum));
        states.forEach((state, count) -> all.merge(state, count, Long::sum));
        assertThat(items).extracting(OutboxItem::reference).isEqualTo(enqueuedIn(batch));
        assertThat(store.find(organization, batch).map(BatchSnapshot::counts).orElse(BatchCounts.NONE))
                .isEqualTo(counts(states));
    }

    private List<Reference> enqueuedIn(@Nullable BatchId batch) {
        return enqueued.values().stream()
                .filter(work -> Objects.equals(work.batch(), batch))
                .map(NewWork::reference)
                .toList();
    }

    private static BatchCounts counts(Map<State, Long> states) {
        return new BatchCounts(
                states.getOrDefault(State.QUEUED, 0L) + states.getOrDefault(State.SENDING, 0L),
                states.getOrDefault(State.ACCEPTED, 0L),
                states.getOrDefault(State.REJECTED, 0L),
                states.getOrDefault(State.UNKNOWN, 0L),
                states.getOrDefault(State.EXPIRED, 0L),
                states.getOrDefault(State.CANCELLED, 0L));
    }

    private State state(Reference reference) {
        State state = store.find(organization, reference).orElseThrow().state();
        if (!UNSETTLED.contains(state) && state != State.REJECTED) {
            ended.add(reference);
        }
        return state;
    }

    private QuotaUsage usage() {
        return quotas.usage(organization).orElseThrow();
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private Reference anyReference() {
        List<Reference> all = List.copyOf(enqueued.keySet());
        return all.isEmpty() ? Reference.of("none") : all.get(lot.nextInt(all.size()));
    }

    private static <V> V known(Map<Reference, V> values, Reference reference) {
        return Objects.requireNonNull(values.get(reference), reference.value());
    }

    @SafeVarargs
    private <T> T any(T... values) {
        return values[lot.nextInt(values.length)];
    }

    private static BatchId batch(int number) {
        return BatchId.of("batch-" + number);
    }
}
