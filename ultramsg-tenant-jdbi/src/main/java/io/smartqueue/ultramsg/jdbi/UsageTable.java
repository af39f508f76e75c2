package io.smartqueue.ultramsg.jdbi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.usage.Latencies;
import io.smartqueue.ultramsg.usage.RiskAction;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.usage.UsageRank;
import io.smartqueue.ultramsg.usage.UsageStore;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;

/**
 * What organizations have sent and received, by day: the library's own table {@code ultramsg_usage}. Histograms can be put together in
 * Java only, so a row is read, added to and written while its lock is held. Thread-safe.
 */
final class UsageTable implements UsageStore {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final UsageMeasure[] MEASURES = UsageMeasure.values();

    private static final String COLUMNS =
            Arrays.stream(MEASURES).map(UsageTable::column).collect(Collectors.joining(", "));

    /** What a row has beside its key. */
    private static final String CONTENT = COLUMNS + ", rejected_by, failed_by, kinds, latencies, risk_actions";

    private static final String FIND = "select day, " + CONTENT + """
             from {usage}
            where organization_id = {key} and day between cast(? as date) and cast(? as date)
                and exists (select from {organizations} where {key_column} = {key})""";

    private static final String BEGIN = """
            insert into {usage} (organization_id, day)
            select {key_column}, cast(? as date) from {organizations} where {key_column} = {key}
            on conflict do nothing""";

    private static final String WRITE = "update {usage} set "
            + Arrays.stream(MEASURES)
                    .map(measure -> column(measure) + " = cast(? as bigint)")
                    .collect(Collectors.joining(", "))
            + """
            , rejected_by = cast(? as jsonb), failed_by = cast(? as jsonb), kinds = cast(? as jsonb),
                latencies = decode(?, 'base64')
            where organization_id = {key} and day = cast(? as date)""";

    private static final String NOTE_RISK = """
            with given as (select cast(? as text) as action)
            update {usage} as u
            set risk_actions = u.risk_actions || given.action
            from given
            where u.organization_id = {key} and u.day = cast(? as date) and given.action <> all (u.risk_actions)
                and exists (select from {organizations} where {key_column} = {key})""";

    private static final String TOP = """
            select u.organization_id::text, u.amount
            from (
                select organization_id, sum(%1$s)::bigint as amount
                from {usage}
                where day between cast(? as date) and cast(? as date)
                group by organization_id
                having sum(%1$s) > 0) as u
            where exists (select from {organizations} as o where o.{key_column} = u.organization_id)
            order by u.amount desc, u.organization_id::text collate "C"
            limit cast(? as integer)""";

    private static final String PURGE = """
            delete from {usage} as u
            where u.day <= (select (given.now at time zone 'UTC' - cast(? as interval))::date from {now} as given)""";

    private final TenantScope scope;
    private final TableLayout layout;
    private final @Nullable Clock clock;
    private final TenantStatement find;
    private final TenantStatement lock;
    private final TenantStatement begin;
    private final TenantStatement write;
    private final TenantStatement noteRisk;
    private final String purge;

    /** Without a clock, time is the database's, which all nodes share. */
    UsageTable(TenantScope scope, TableLayout layout, @Nullable Clock clock) {
        this.scope = scope;
        this.layout = layout;
        this.clock = clock;
        this.find = TenantScope.statement(SqlTemplate.fill(FIND + " order by day", layout));
        this.lock = TenantScope.statement(SqlTemplate.fill(FIND + " for no key update", layout));
        this.begin = TenantScope.statement(SqlTemplate.fill(BEGIN, layout));
        this.write = TenantScope.statement(SqlTemplate.fill(WRITE, layout));
        this.noteRisk = TenantScope.statement(SqlTemplate.fill(NOTE_RISK, layout));
        this.purge = SqlTemplate.fill(PURGE, layout);
    }

    private static String column(UsageMeasure measure) {
        return measure.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Optional<UsageDay> add(OrganizationId organization, LocalDate day, UsageCounts counts) {
        return layout.key(organization)
                .flatMap(key -> scope.inTransaction(key, transaction -> add(transaction, key, day, counts)));
    }

    private Optional<UsageDay> add(TenantScope transaction, TenantKey key, LocalDate day, UsageCounts counts) {
        Optional<Row> before = locked(transaction, key, day);
        if (before.isEmpty()) {
            transaction.update(begin, key, day.toString(), key.text()); // waits for somebody else who does the same
            before = locked(transaction, key, day);
        }
        return before.map(row -> {
            Row sum = row.plus(counts);
            transaction.update(write, key, sum.values(key).toArray(String[]::new));
            return sum.day();
        });
    }

    private Optional<Row> locked(TenantScope transaction, TenantKey key, LocalDate day) {
        return transaction.findOne(lock, key, UsageTable::row, key.text(), day.toString(), day.toString(), key.text());
    }

    @Override
    public List<UsageDay> find(OrganizationId organization, LocalDate from, LocalDate to) {
        return layout.key(organization)
                .map(key -> scope.findAll(
                        find, key, row -> row(row).day(), key.text(), from.toString(), to.toString(), key.text()))
                .orElse(List.of());
    }

    @Override
    public boolean noteRisk(OrganizationId organization, LocalDate day, RiskAction action) {
        return layout.key(organization)
                .map(key -> scope.update(noteRisk, key, action.name(), key.text(), day.toString(), key.text()) == 1)
                .orElse(false);
    }

    @Override
    public List<UsageRank> top(LocalDate from, LocalDate to, UsageMeasure measure, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", it must be 1 or more");
        }
        return scope.queryAcross(
                SqlTemplate.fill(TOP.formatted(column(measure)), layout),
                row -> new UsageRank(OrganizationId.of(row.getString(1)), row.getLong(2)),
                from.toString(),
                to.toString(),
                Integer.toString(most));
    }

    @Override
    public int purge(Duration olderThan) {
        if (olderThan.isNegative()) {
            throw new IllegalArgumentException("age is " + olderThan + ", it must be zero or more");
        }
        return scope.updateAcross(purge, olderThan.toString(), StoreTime.given(clock));
    }

    private static Row row(ResultSet row) throws SQLException {
        LocalDate day = row.getObject("day", LocalDate.class);
        UsageCounts.Builder counts = UsageCounts.builder();
        for (UsageMeasure measure : MEASURES) {
            counts.count(measure, row.getLong(column(measure)));
        }
        return new Row(
                day,
                counts.build(),
                json(row.getString("rejected_by")),
                json(row.getString("failed_by")),
                json(row.getString("kinds")),
                latencies(day, row.getBytes("latencies")),
                actions(row));
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL sent a jsonb value that is not JSON", e);
        }
    }

    private static Latencies latencies(LocalDate day, byte @Nullable [] encoded) {
        try {
            return encoded == null ? Latencies.NONE : Latencies.decode(encoded);
        } catch (IllegalArgumentException e) {
            throw StorageException.misconfigured(
                    "ultramsg_usage has latencies of %s that this version of the library cannot read: %s"
                            .formatted(day, e.getMessage()),
                    e);
        }
    }

    private static Set<RiskAction> actions(ResultSet row) throws SQLException {
        Set<RiskAction> actions = EnumSet.noneOf(RiskAction.class);
        for (String name : (String[]) row.getArray("risk_actions").getArray()) {
            Arrays.stream(RiskAction.values())
                    .filter(action -> action.name().equals(name))
                    .forEach(actions::add);
        }
        return actions;
    }

    /** A row with names that a newer version may have written and this one does not know: they stay. */
    private record Row(
            LocalDate date,
            UsageCounts numbers,
            ObjectNode rejectedBy,
            ObjectNode failedBy,
            ObjectNode kinds,
            Latencies latencies,
            Set<RiskAction> riskActions) {
        Row plus(UsageCounts more) {
            add(more.rejectedBy(), rejectedBy);
            add(more.failedBy(), failedBy);
            add(more.kinds(), kinds);
            UsageCounts.Builder sum = UsageCounts.builder();
            for (UsageMeasure measure : MEASURES) {
                sum.count(measure, numbers.count(measure) + more.count(measure));
            }
            return new Row(
                    date, sum.build(), rejectedBy, failedBy, kinds, latencies.plus(more.latencies()), riskActions);
        }

        private static void add(Map<? extends Enum<?>, Long> more, ObjectNode counts) {
            more.forEach((key, count) ->
                    counts.put(key.name(), counts.path(key.name()).asLong() + count));
        }

        List<@Nullable String> values(TenantKey key) {
            List<@Nullable String> values = new ArrayList<>();
            for (UsageMeasure measure : MEASURES) {
                values.add(Long.toString(numbers.count(measure)));
            }
            values.add(rejectedBy.toString());
            values.add(failedBy.toString());
            values.add(kinds.toString());
            values.add(latencies.count() == 0 ? null : Base64.getEncoder().encodeToString(latencies.encode()));
            values.add(key.text());
            values.add(date.toString());
            return values;
        }

        UsageDay day() {
            UsageCounts.Builder counts = UsageCounts.builder().latencies(latencies);
            for (UsageMeasure measure : MEASURES) {
                counts.count(measure, numbers.count(measure));
            }
            each(RejectionReason.values(), rejectedBy, counts::rejectedBy);
            each(MessageKind.values(), kinds, counts::kind);
            each(
                    Arrays.stream(DeliveryState.values())
                            .filter(DeliveryState::isFailed)
                            .toArray(DeliveryState[]::new),
                    failedBy,
                    counts::failedBy);
            return new UsageDay(date, counts.build(), riskActions);
        }

        private static <K extends Enum<K>> void each(K[] keys, ObjectNode counts, ObjLongConsumer<K> add) {
            for (K key : keys) {
                JsonNode count = counts.path(key.name());
                add.accept(key, Math.max(0, count.asLong()));
            }
        }
    }
}
