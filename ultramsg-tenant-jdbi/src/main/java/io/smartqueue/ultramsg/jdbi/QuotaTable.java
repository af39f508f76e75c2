package io.smartqueue.ultramsg.jdbi;

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
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Daily limits, counted by the SQL function {@code update_daily_message_count} in the organization's row: one statement
 * for each reservation, however many nodes there are. Thread-safe.
 */
final class QuotaTable implements QuotaStore {
    private final TenantScope scope;
    private final @Nullable Clock clock;

    /** Without a clock, time is the database's, which all nodes share. */
    QuotaTable(TenantScope scope, @Nullable Clock clock) {
        this.scope = scope;
        this.clock = clock;
    }

    @Override
    public QuotaDecision reserve(OrganizationId organization) {
        return call(
                        "update_daily_message_count",
                        organization,
                        (granted, day) -> granted
                                ? (QuotaDecision) new QuotaDecision.Reserved(
                                        new Reservation(organization, day.day()),
                                        day.usage().remaining(),
                                        day.usage().resetsAt())
                                : new QuotaDecision.Exhausted(
                                        day.usage().limit(), day.usage().resetsAt()))
                .orElseGet(QuotaDecision.NoOrganization::new);
    }

    @Override
    public Optional<QuotaUsage> usage(OrganizationId organization) {
        return call("daily_message_usage", organization, (granted, day) -> day.usage());
    }

    private <R> Optional<R> call(String function, OrganizationId organization, BiFunction<Boolean, Day, R> read) {
        if (!scope.layout().canBeKey(organization)) {
            return Optional.empty();
        }
        String sql = "select granted, used, daily_limit, quota_day, resets_at from "
                + scope.layout().function(function) + "(" + scope.layout().key() + ", cast(:at as timestamptz))";
        return scope.query(
                organization,
                sql,
                query -> query.bind("at", clock == null ? null : clock.instant().toString()),
                rows -> rows.map((row, context) -> read.apply(row.getBoolean("granted"), day(row)))
                        .findOne());
    }

    private static Day day(ResultSet row) throws SQLException {
        Instant resetsAt = row.getObject("resets_at", OffsetDateTime.class).toInstant();
        return new Day(
                row.getObject("quota_day", LocalDate.class),
                new QuotaUsage(row.getInt("used"), row.getInt("daily_limit"), resetsAt));
    }

    @Override
    public void refund(Reservation reservation) {
        if (!scope.layout().canBeKey(reservation.organization())) {
            return;
        }
        String sql = "select " + scope.layout().function("refund_daily_message_count") + "("
                + scope.layout().key() + ", cast(:day as date))";
        scope.query(
                reservation.organization(),
                sql,
                query -> query.bind("day", reservation.day().toString()),
                rows -> rows.mapTo(Boolean.class).findOne());
    }

    /** An organization's day as the functions report it. */
    private record Day(LocalDate day, QuotaUsage usage) {}
}
