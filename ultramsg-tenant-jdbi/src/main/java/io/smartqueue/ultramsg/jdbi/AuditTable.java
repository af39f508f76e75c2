package io.smartqueue.ultramsg.jdbi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ChangeOrigin;
import io.smartqueue.ultramsg.organization.ConfigAction;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What was done to organizations' configuration: the table {@code ultramsg_config_audit}. Thread-safe. */
final class AuditTable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEMBER = "member";
    private static final String OPERATOR = "operator";

    private final TenantScope scope;
    private final @Nullable Clock clock;
    private final String recording;
    private final TenantStatement recordingAlone;
    private final TenantStatement history;
    private final TenantStatement historyOfRollOut;
    private final String organizationsOfRollOut;

    /** Without a clock, time is the database's, which all nodes share. */
    AuditTable(TenantScope scope, TableLayout layout, @Nullable Clock clock) {
        this.scope = scope;
        this.clock = clock;
        this.recording = """
                insert into %s (organization_id, recorded_at, actor_kind, actor, action, changes, version, finding,
                    origin_kind, origin, origin_version, roll_out)
                select %s, coalesce(cast(? as timestamptz), clock_timestamp()), ?, ?, ?, cast(? as jsonb),
                    written.ultramsg_config_version, ?, ?, ?, cast(? as bigint), ?
                from written""".formatted(layout.audit(), layout.keyParameter());
        this.recordingAlone = TenantScope.statement("with written as (select ultramsg_config_version from "
                + layout.organizations() + " where " + layout.isTheOrganization() + ")\n" + recording);
        String select = """
                select number, recorded_at, actor_kind, actor, action, changes, version, finding,
                    origin_kind, origin, origin_version, roll_out
                from %s where organization_id = %s""".formatted(layout.audit(), layout.keyParameter());
        this.history = TenantScope.statement(
                select + " and number < cast(? as bigint) order by number desc limit cast(? as integer)");
        this.historyOfRollOut = TenantScope.statement(select + " and roll_out = ? order by number desc");
        this.organizationsOfRollOut =
                "select distinct organization_id::text from %s where roll_out = ?".formatted(layout.audit());
    }

    private AuditTable(AuditTable from, TenantScope scope) {
        this.scope = scope;
        this.clock = from.clock;
        this.recording = from.recording;
        this.recordingAlone = from.recordingAlone;
        this.history = from.history;
        this.historyOfRollOut = from.historyOfRollOut;
        this.organizationsOfRollOut = from.organizationsOfRollOut;
    }

    /** The same for whom another scope acts for. */
    AuditTable within(TenantScope scope) {
        return new AuditTable(this, scope);
    }

    /**
     * Adds to an update of an organization's row that it is recorded, in the same statement, if it finds the row.
     *
     * @param returned columns that the statement returns of the row as it is then, the version among them
     */
    String recording(String update, String returned) {
        return "with written as (" + update + " returning " + returned + "),\nrecorded as (" + recording + ")\nselect "
                + returned + " from written";
    }

    /** What {@link #recording} takes after the update's own values. */
    List<@Nullable String> values(TenantKey organization, AuditNote note, List<FieldChange> changes) {
        Optional<ChangeOrigin> origin = note.origin();
        return Arrays.asList(
                organization.text(),
                StoreTime.given(clock),
                note.actor() instanceof Actor.Member ? MEMBER : OPERATOR,
                note.actor().name(),
                note.action().code(),
                json(changes),
                note.finding().orElse(null),
                origin.map(ChangeOrigin::kind).orElse(null),
                origin.map(ChangeOrigin::name).orElse(null),
                origin.map(ChangeOrigin::version).map(String::valueOf).orElse(null),
                origin.map(ChangeOrigin::rollOut).orElse(null));
    }

    /** Records what was done in the same transaction to another table than the organization's, whose row is locked. */
    void record(TenantScope transaction, TenantKey organization, AuditNote note, List<FieldChange> changes) {
        List<@Nullable String> values = new ArrayList<>();
        values.add(organization.text());
        values.addAll(values(organization, note, changes));
        transaction.update(recordingAlone, organization, values.toArray(String[]::new));
    }

    private static String json(List<FieldChange> changes) {
        ArrayNode json = JSON.createArrayNode();
        changes.forEach(change -> json.addObject()
                .put("field", change.field().code())
                .put("before", change.before())
                .put("after", change.after()));
        return json.toString();
    }

    List<AuditEntry> history(TenantKey organization, long beforeNumber, int most) {
        return scope.findAll(
                history,
                organization,
                AuditTable::entry,
                organization.text(),
                Long.toString(beforeNumber),
                Integer.toString(most));
    }

    List<AuditEntry> historyOfRollOut(TenantKey organization, String rollOut) {
        return scope.findAll(historyOfRollOut, organization, AuditTable::entry, organization.text(), rollOut);
    }

    List<OrganizationId> organizationsOfRollOut(String rollOut) {
        return scope.queryAcross(organizationsOfRollOut, row -> OrganizationId.of(row.getString(1)), rollOut);
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getLong(1),
                row.getObject(2, OffsetDateTime.class).toInstant(),
                note(row),
                changes(row.getString(6)),
                row.getLong(7));
    }

    private static AuditNote note(ResultSet row) throws SQLException {
        String name = row.getString(4);
        Actor actor = row.getString(3).equals(MEMBER) ? Actor.member(name) : Actor.operator(name);
        // An action of a newer version is an update at least.
        AuditNote note =
                AuditNote.by(actor).action(ConfigAction.find(row.getString(5)).orElse(ConfigAction.UPDATED));
        String finding = row.getString(8);
        if (finding != null) {
            note = note.finding(finding);
        }
        String kind = row.getString(9);
        return kind == null
                ? note
                : note.origin(
                        new ChangeOrigin(kind, row.getString(10), row.getObject(11, Long.class), row.getString(12)));
    }

    /** While a deployment rolls, a newer version may have recorded fields that this one does not know. */
    private static List<FieldChange> changes(String json) {
        try {
            List<FieldChange> changes = new ArrayList<>();
            for (JsonNode change : JSON.readTree(json)) {
                ConfigField.find(change.path("field").asText())
                        .ifPresent(field -> changes.add(new FieldChange(
                                field,
                                change.path("before").asText(null),
                                change.path("after").asText(null))));
            }
            return changes;
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL sent a jsonb value that is not JSON", e);
        }
    }
}
