package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** When customers last wrote: the library's own table {@code ultramsg_conversations}. Thread-safe. */
final class ConversationTable implements ConversationStore {
    // beyond these, Instant writes years as PostgreSQL does not read them
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** What is not news is neither written nor locked. */
    static final String NOTE = """
            with inbound as (
                select {key} as organization_id, cast(? as text) as customer,
                    least(cast(? as timestamptz), given.now) as at
                from {now} as given)
            insert into {conversations} as c (organization_id, customer, last_inbound_at)
            select inbound.organization_id, inbound.customer, inbound.at
            from inbound join {organizations} as o on o.{key_column} = inbound.organization_id
            where not exists (
                select from {conversations} as known
                where known.organization_id = inbound.organization_id and known.customer = inbound.customer
                    and known.last_inbound_at >= inbound.at)
            on conflict (organization_id, customer) do update set last_inbound_at = excluded.last_inbound_at
                where c.last_inbound_at < excluded.last_inbound_at""";

    private static final String LAST = """
            select last_inbound_at from {conversations}
            where organization_id = {key} and customer = ? and exists (select from {organizations} where {key_column} = {key})""";

    private static final String FORGET = "delete from {conversations} where organization_id = {key} and customer = ?";

    /**
     * Reads the whole table, which is asked for once an hour, and so finds those of organizations that are no more as well. One node at a
     * time does it: two that delete the same rows in different orders would wait for each other.
     */
    static final String PURGE = """
            with turn as materialized (
                select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as is_ours)
            delete from {conversations} as c
            where (c.last_inbound_at <= (select given.now - cast(? as interval) from {now} as given)
                    or not exists (select from {organizations} as o where o.{key_column} = c.organization_id))
                and (select is_ours from turn)""";

    private final TenantScope scope;
    private final TableLayout layout;
    private final @Nullable Clock clock;
    private final TenantStatement note;
    private final TenantStatement last;
    private final TenantStatement forget;
    private final String purge;

    /** Without a clock, time is the database's, which all nodes share. */
    ConversationTable(TenantScope scope, TableLayout layout, @Nullable Clock clock) {
        this.scope = scope;
        this.layout = layout;
        this.clock = clock;
        this.note = TenantScope.statement(SqlTemplate.fill(NOTE, layout));
        this.last = TenantScope.statement(SqlTemplate.fill(LAST, layout));
        this.forget = TenantScope.statement(SqlTemplate.fill(FORGET, layout));
        this.purge = SqlTemplate.fill(PURGE, layout);
    }

    @Override
    public void noteInbound(OrganizationId organization, Recipient customer, Instant at) {
        layout.key(organization)
                .ifPresent(key ->
                        scope.update(note, key, key.text(), customer.chatId(), storable(at), StoreTime.given(clock)));
    }

    private static String storable(Instant at) {
        if (at.isAfter(LATEST)) {
            return LATEST.toString();
        }
        return (at.isBefore(EARLIEST) ? EARLIEST : at).toString();
    }

    @Override
    public Optional<Instant> lastInbound(OrganizationId organization, Recipient customer) {
        return layout.key(organization)
                .flatMap(key -> scope.findOne(
                        last,
                        key,
                        row -> row.getObject("last_inbound_at", OffsetDateTime.class)
                                .toInstant(),
                        key.text(),
                        customer.chatId(),
                        key.text()));
    }

    @Override
    public void forget(OrganizationId organization, Recipient customer) {
        layout.key(organization).ifPresent(key -> scope.update(forget, key, key.text(), customer.chatId()));
    }

    @Override
    public int purge(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("olderThan is " + olderThan + ", it must be zero or more");
        }
        return scope.updateAcross(
                purge, "ultramsg conversations " + layout.schema(), olderThan.toString(), StoreTime.given(clock));
    }
}
