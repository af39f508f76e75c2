package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.TenantScope.RowReader;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.quota.QuotaDecision;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.quota.QuotaUsage;
import io.smartqueue.ultramsg.quota.Reservation;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Daily limits, counted by the SQL function {@code update_daily_message_count} in the organization's row: one statement
 * for each reservation, however many nodes there are. Thread-safe.
 */
final class QuotaTable implements QuotaStore {
    private final TenantScope scope;
    private final TableLayout layout;
    private final @Nullable Clock clock;
    private final TenantStatement reservation;
    private final TenantStatement usage;
    private final TenantStatement refund;

    /** Without a clock, time is the database's, which all nodes share. */
    QuotaTable(TenantScope scope, TableLayout layout, @Nullable Clock clock) {
        this.scope = scope;
        this.layout = layout;
        this.clock = clock;
        this.reservation = TenantScope.statement(dayFrom("update_daily_message_count"));
        this.usage = TenantScope.statement(dayFrom("daily_message_usage"));
        this.refund = TenantScope.statement("select " + layout.function("refund_daily_message_count") + "("
                + layout.keyParameter() + ", cast(? as date))");
    }

    /** By place, and times as plain numbers, because neither has to be looked up or taken apart for each message. */
    private String dayFrom(String function) {
        return """
                select granted, used, daily_limit, cast(extract(epoch from resets_at) as bigint),
                    quota_day - date '1970-01-01'
                from %s(%s, cast(? as timestamptz))""".formatted(layout.function(function), layout.keyParameter());
    }

    @Override
    public QuotaDecision reserve(OrganizationId organization) {
        return ask(reservation, organization, row -> decision(organization, row))
                .orElseGet(QuotaDecision.NoOrganization::new);
    }

    private static QuotaDecision decision(OrganizationId organization, ResultSet row) throws SQLException {
        QuotaUsage usage = usage(row);
        return row.getBoolean(1)
                ? new QuotaDecision.Reserved(
                        new Reservation(organization, LocalDate.ofEpochDay(row.getInt(5))),
                        usage.remaining(),
                        usage.resetsAt())
                : new QuotaDecision.Exhausted(usage.limit(), usage.resetsAt());
    }

    @Override
    public Optional<QuotaUsage> usage(OrganizationId organization) {
        return ask(usage, organization, QuotaTable::usage);
    }

    private static QuotaUsage usage(ResultSet row) throws SQLException {
        return new QuotaUsage(row.getInt(2), row.getInt(3), Instant.ofEpochSecond(row.getLong(4)));
    }

    private <R> Optional<R> ask(TenantStatement statement, OrganizationId organization, RowReader<R> read) {
        String now = StoreTime.given(clock);
        return layout.key(organization).flatMap(key -> scope.findOne(statement, key, read, key.text(), now));
    }

    @Override
    public void refund(Reservation reservation) {
        layout.key(reservation.organization())
                .ifPresent(key -> scope.findOne(
                        refund,
                        key,
                        row -> row.getBoolean(1),
                        key.text(),
                        reservation.day().toString()));
    }
}
