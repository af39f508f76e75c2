package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.EnqueueResult.AlreadyThere;
import io.smartqueue.ultramsg.outbox.EnqueueResult.Queued;
import io.smartqueue.ultramsg.outbox.EnqueueResult.Refused;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.OrderingKey;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The SQL function {@code ultramsg_enqueue_messages}, which enqueues up to 1,000 messages in one statement, in a transaction of its own or
 * in one of the host's. Thread-safe.
 */
final class EnqueueFunction {
    private static final int MOST = 1_000;

    /** PostgreSQL does not read the years before and after as Java writes them; they are always, and never. */
    private static final Instant ALWAYS = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    private final TableLayout layout;
    private final @Nullable Clock clock;
    private final TenantStatement enqueue;

    EnqueueFunction(TableLayout layout, @Nullable Clock clock) {
        this.layout = layout;
        this.clock = clock;
        this.enqueue = TenantScope.statement(
                """
                select answer, known_reference
                from %s(%s, ?, cast(? as text[]), cast(? as text[]), cast(? as text[]), cast(? as text[]),
                    cast(? as text[]), cast(? as text[]), cast(? as smallint[]), cast(? as text[]),
                    cast(? as timestamptz[]), cast(? as timestamptz[]), cast(? as timestamptz))""".formatted(layout.function("ultramsg_enqueue_messages"), layout.keyParameter()));
    }

    private record Answer(String answer, Reference known) {
        static Answer read(ResultSet row) throws SQLException {
            return new Answer(row.getString(1), Reference.of(row.getString(2)));
        }

        EnqueueResult result() {
            return switch (answer) {
                case "queued" -> new Queued(known);
                case "there" -> new AlreadyThere(known);
                case "conflict" ->
                    new Refused(
                            known,
                            RejectionReason.IDEMPOTENCY_CONFLICT,
                            "the idempotency key or the reference belongs to another message");
                case "cancelled" -> new Refused(known, RejectionReason.CANCELLED, "the batch is cancelled");
                default -> notConfigured(known);
            };
        }
    }

    private static Refused notConfigured(Reference reference) {
        return new Refused(reference, RejectionReason.NOT_CONFIGURED, "there is no such organization");
    }

    List<EnqueueResult> call(TenantStatements statements, OrganizationId organization, List<NewWork> work) {
        if (work.size() > MOST) {
            throw new IllegalArgumentException(work.size() + " messages, there must be " + MOST + " at most");
        }
        if (work.isEmpty()) {
            return List.of();
        }
        Optional<BatchId> batch = batch(work);
        return layout.key(organization)
                .map(key ->
                        statements
                                .findAll(
                                        enqueue,
                                        key,
                                        Answer::read,
                                        values(key, batch.map(BatchId::value).orElse(null), work))
                                .stream()
                                .map(Answer::result)
                                .toList())
                .orElseGet(() -> work.stream()
                        .<EnqueueResult>map(one -> notConfigured(one.reference()))
                        .toList());
    }

    private static Optional<BatchId> batch(List<NewWork> work) {
        BatchId batch = work.get(0).batch();
        if (work.stream().anyMatch(one -> !Objects.equals(one.batch(), batch))) {
            throw new IllegalArgumentException("the messages must be all of one batch or all of none");
        }
        return Optional.ofNullable(batch);
    }

    private @Nullable String[] values(TenantKey organization, @Nullable String batch, List<NewWork> work) {
        return new @Nullable String[] {
            organization.text(),
            batch,
            TextArray.of(work, one -> one.reference().value()),
            TextArray.of(work, one -> given(one.options().idempotencyKey(), IdempotencyKey::value)),
            TextArray.of(work, one -> one.content().value()),
            TextArray.of(work, one -> one.recipient().chatId()),
            TextArray.of(work, one -> MessageTable.storable(one.payload().json())),
            TextArray.of(work, one -> one.text() == null ? null : MessageTable.storable(one.text())),
            TextArray.of(work, one -> Integer.toString(one.options().urgency().ordinal())),
            TextArray.of(work, one -> given(one.options().orderingKey(), OrderingKey::value)),
            TextArray.of(work, one -> given(one.options().notBefore(), EnqueueFunction::moment)),
            TextArray.of(work, one -> given(one.options().expiresAt(), EnqueueFunction::moment)),
            StoreTime.given(clock)
        };
    }

    private static <T> @Nullable String given(Optional<T> option, Function<T, String> text) {
        return option.map(text).orElse(null);
    }

    private static String moment(Instant instant) {
        if (instant.isBefore(ALWAYS)) {
            return "-infinity";
        }
        return instant.isAfter(NEVER) ? "infinity" : instant.toString();
    }
}
