package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.DeliveryChange;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.MessageClaim;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.MessageLog.UnsettledMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import io.smartqueue.ultramsg.outbox.OutboxItem.State;
import io.smartqueue.ultramsg.quota.Reservation;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What is known of one message, however it is sent. Not thread-safe: used under the lock of {@link SharedMessages}. */
final class MessageEntry {
    private static final Duration LOOKED_AFTER = Duration.ofDays(1);
    private static final String NOT_LISTED = "UltraMsg did not list it, so it was taken for not sent";
    private static final String IN_FLIGHT = "it is being sent, or was when its sender was lost";
    private static final Set<State> NOT_SENT = EnumSet.of(State.REJECTED, State.EXPIRED, State.CANCELLED);

    private final OrganizationId organization;
    private final ContentHash content;
    private final Reference reference;
    private final @Nullable IdempotencyKey key;
    private final @Nullable QueueSlip slip;
    private State state;
    private Instant createdAt;
    private @Nullable Reservation place;
    /** Null until it is sent. */
    private @Nullable InstanceId instance;

    private @Nullable String recipient;
    private @Nullable String text;
    private @Nullable SendResult outcome;
    private Instant leaseUntil;
    /** When somebody who settles messages should look for it next, or null if nobody need. */
    private @Nullable Instant due;

    private @Nullable Instant settledAt;
    private DeliveryState delivery = DeliveryState.QUEUED;
    private @Nullable Instant deliveredAt;
    private @Nullable Instant readAt;
    private int attempts;
    private boolean repeated;
    private boolean abandoned;
    private int copies;

    private MessageEntry(
            OrganizationId organization,
            Reference reference,
            ContentHash content,
            Recipient recipient,
            @Nullable String text,
            @Nullable IdempotencyKey key,
            @Nullable QueueSlip slip,
            Instant now) {
        this.organization = organization;
        this.reference = reference;
        this.content = content;
        this.recipient = recipient.chatId();
        this.text = text;
        this.key = key;
        this.slip = slip;
        this.createdAt = now;
        this.leaseUntil = now;
        this.state = slip == null ? State.SENDING : State.QUEUED;
    }

    /** A message that its caller sends himself. */
    static MessageEntry claimed(
            OrganizationId organization, NewEntry message, Reservation place, Instant now, Instant leaseUntil) {
        MessageEntry entry = new MessageEntry(
                organization,
                message.reference(),
                message.content(),
                message.recipient(),
                message.text(),
                message.key(),
                null,
                now);
        entry.instance = message.instance();
        entry.place = place;
        entry.leaseUntil = leaseUntil;
        entry.due = leaseUntil;
        return entry;
    }

    /** A message that waits for its lane. */
    static MessageEntry queued(OrganizationId organization, NewWork work, QueueSlip slip) {
        MessageEntry entry = new MessageEntry(
                organization,
                work.reference(),
                work.content(),
                work.recipient(),
                work.text(),
                slip.key(),
                slip,
                slip.enqueuedAt());
        entry.count(null);
        return entry;
    }

    Reference reference() {
        return reference;
    }

    @Nullable
    IdempotencyKey key() {
        return key;
    }

    @Nullable
    QueueSlip slip() {
        return slip;
    }

    State state() {
        return state;
    }

    Instant createdAt() {
        return createdAt;
    }

    @Nullable
    Instant settledAt() {
        return settledAt;
    }

    Optional<Reservation> place() {
        return Optional.ofNullable(place);
    }

    Optional<InstanceId> instance() {
        return Optional.ofNullable(instance);
    }

    boolean isOf(ContentHash other) {
        return content.equals(other);
    }

    boolean isTo(Recipient other) {
        return other.chatId().equals(recipient);
    }

    boolean isForgotten() {
        return recipient == null;
    }

    /** What was certainly not sent leaves its key to another. */
    boolean holdsItsKey() {
        return !NOT_SENT.contains(state);
    }

    /** A message that was certainly not sent leaves its name to another, unless it can be put back into the queue under it. */
    boolean hasItsNameFree() {
        return state == State.REJECTED && !abandoned && slip == null;
    }

    /** A queued one is unknown only once nobody looks for it any more. */
    boolean mayHaveBeenSent() {
        return state == State.SENDING || state == State.UNKNOWN && slip == null;
    }

    boolean mayBeAtUltraMsg() {
        return state == State.ACCEPTED || state == State.SENDING || state == State.UNKNOWN;
    }

    /** Whether it has the number that a report names in the queue of its instance. */
    boolean isNumbered(DeliveryReport report) {
        return outcome instanceof Accepted accepted
                && accepted.queueId().isAssigned()
                && accepted.queueId().equals(report.queueId())
                && accepted.instance().equals(report.instance());
    }

    Instant lastChange() {
        return settledAt == null ? createdAt : settledAt;
    }

    boolean isSettled() {
        return state != State.QUEUED && !mayHaveBeenSent();
    }

    MessageClaim claimedAgain(NewEntry message, Instant now, Instant newLeaseUntil) {
        if (!isOf(message.content())) {
            return new MessageClaim.Conflict(reference);
        }
        if (outcome != null) {
            return new MessageClaim.Settled(outcome);
        }
        if (slip != null || instance == null || leaseUntil.isAfter(now)) {
            return new MessageClaim.Running(reference);
        }
        leaseUntil = newLeaseUntil;
        due = due == null || due.isAfter(newLeaseUntil) ? due : newLeaseUntil;
        return new MessageClaim.TakenOver(reference, instance);
    }

    /** A turn of its lane sends it for the first time, or for the first time since it went back. */
    void sentBy(InstanceId through, Reservation reservation, Instant now) {
        move(State.SENDING);
        instance = through;
        place = reservation;
        createdAt = now;
    }

    void settle(SendResult result, int requests, Instant now) {
        if (result instanceof Accepted accepted) {
            accept(accepted, now);
        } else if (result instanceof Unknown unknown) {
            doubt(unknown, now);
        } else {
            Rejected rejected = (Rejected) result;
            outcome = new Rejected(reference, rejected.reason(), rejected.detail(), null);
            due = null;
            place = null;
            move(State.REJECTED);
        }
        attempts += requests;
        settledAt = now;
    }

    /** Its lane looks for it on. */
    void staysInDoubt(Unknown unknown, int requests, Instant now) {
        instance = unknown.instance();
        outcome = unknown;
        attempts += requests;
        settledAt = now;
    }

    private void accept(Accepted accepted, Instant now) {
        instance = accepted.instance();
        outcome = new Accepted(reference, accepted.queueId(), instance, null, null);
        Instant next = slip == null ? due : now; // its lane does not look for it any more
        due = repeated ? next : null;
        move(State.ACCEPTED);
        countDelivery(DeliveryState.QUEUED);
    }

    /** Goes by reports about this message, some of which may name its number as well. */
    Optional<DeliveryChange> report(List<DeliveryReport> reports, Instant now) {
        if (state != State.ACCEPTED) {
            reports.stream()
                    .filter(report ->
                            report.queueId() != null && report.queueId().isAssigned())
                    .findFirst()
                    .ifPresent(proof -> acceptFor(proof, now));
        }
        DeliveryState before = delivery;
        DeliveryState furthest = reports.stream()
                .map(DeliveryReport::state)
                .max(Comparator.naturalOrder())
                .orElse(before);
        if (furthest.compareTo(before) <= 0) {
            return Optional.empty();
        }
        delivery = furthest;
        deliveredAt = deliveredAt == null ? first(reports, DeliveryState::isDelivered) : deliveredAt;
        readAt = readAt == null ? first(reports, DeliveryState::isRead) : readAt;
        if (state == State.ACCEPTED) {
            countDelivery(before);
        }
        return Optional.of(new DeliveryChange(reference, before, delivery));
    }

    private void acceptFor(DeliveryReport proof, Instant now) {
        if (slip != null) {
            slip.leftTheTurn();
        }
        settle(new Accepted(reference, Objects.requireNonNull(proof.queueId()), proof.instance(), null, null), 0, now);
    }

    private static @Nullable Instant first(List<DeliveryReport> reports, Predicate<DeliveryState> condition) {
        return reports.stream()
                .filter(report -> condition.test(report.state()))
                .map(DeliveryReport::at)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private void countDelivery(DeliveryState before) {
        InMemoryBatch batch = slip == null ? null : slip.batch();
        if (batch != null) {
            batch.got(before, delivery);
        }
    }

    private void doubt(Unknown unknown, Instant now) {
        if (outcome == null && leaseUntil.equals(due)) {
            due = now; // unless somebody has taken it, whose pause goes on
        }
        instance = unknown.instance();
        outcome = unknown;
        move(State.UNKNOWN);
    }

    /** Its lane neither has sent it nor will. */
    void giveUp(RejectionReason reason, String detail, Instant now) {
        outcome = new Rejected(reference, reason, detail, null);
        settledAt = now;
        place = null;
        move(reason == RejectionReason.EXPIRED ? State.EXPIRED : State.CANCELLED);
    }

    /** It waits again, as if it had not been claimed. */
    void goBack(int requests) {
        attempts += requests;
        outcome = null;
        settledAt = null;
        place = null;
        instance = null;
        move(State.QUEUED);
    }

    private void move(State next) {
        State before = state;
        state = next;
        count(before);
        dropPayload();
    }

    /** It stays with what waits, may have to be sent again, or may be put back into the queue. */
    private void dropPayload() {
        boolean mayBeRetried = state == State.REJECTED && recipient != null;
        if (slip != null && isSettled() && !mayBeRetried) {
            slip.dropPayload();
        }
    }

    private void count(@Nullable State before) {
        InMemoryBatch batch = slip == null ? null : slip.batch();
        if (batch != null) {
            batch.moved(before, state);
        }
    }

    void reroute(InstanceId through) {
        instance = through;
    }

    void repeat() {
        repeated = true;
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
        dropPayload();
    }

    /** What the log shows of it: nothing while it waits. */
    Optional<LoggedMessage> known() {
        if (outcome != null) {
            return Optional.of(known(outcome instanceof Accepted accepted ? accepted.with(delivery) : outcome));
        }
        return instance().map(through -> known(new Unknown(reference, through, IN_FLIGHT)));
    }

    private LoggedMessage known(SendResult result) {
        return new LoggedMessage(result, attempts, firstSeen(), settledAt, delivery, deliveredAt, readAt, copies, text);
    }

    private Instant firstSeen() {
        return slip == null ? createdAt : slip.enqueuedAt();
    }

    /** What the outbox shows of it; nothing of what did not go through it. */
    Optional<OutboxItem> item() {
        if (slip == null) {
            return Optional.empty();
        }
        Accepted accepted = outcome instanceof Accepted taken ? taken : null;
        Rejected rejected = outcome instanceof Rejected refused ? refused : null;
        String cause = outcome instanceof Unknown unknown ? unknown.cause() : null;
        return Optional.of(new OutboxItem(
                slip.position(),
                reference,
                state,
                attempts,
                slip.enqueuedAt(),
                settledAt,
                accepted == null ? null : accepted.queueId(),
                accepted == null ? null : delivery,
                rejected == null ? null : rejected.reason(),
                rejected != null && state == State.REJECTED ? rejected.detail() : cause));
    }

    Optional<Instant> due() {
        return Optional.ofNullable(due);
    }

    boolean isDue(Instant now) {
        return due != null && !due.isAfter(now) && !createdAt.isBefore(now.minus(LOOKED_AFTER));
    }

    UnsettledMessage taken(Instant now, Duration pause) {
        Duration quarter = Duration.between(createdAt, now).dividedBy(4);
        due = now.plus(quarter.compareTo(pause) > 0 ? quarter : pause);
        return new UnsettledMessage(organization, reference, instance().orElseThrow(), abandoned ? 0 : 1);
    }
}
