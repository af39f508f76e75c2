package io.smartqueue.ultramsg.jdbi;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smartqueue.ultramsg.admin.Template;
import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.admin.TemplateStore;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigForm;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Presets for organizations' configuration: the library's own table {@code ultramsg_templates}. Thread-safe. */
final class TemplateTable implements TemplateStore {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};
    /** Each time, somebody else has saved a version of the same template. */
    private static final int MOST_TRIES = 100;

    private final TenantScope scope;
    private final @Nullable Clock clock;
    private final String save;
    private final String findNewest;
    private final String findVersion;
    private final String list;
    private final String delete;

    /** Without a clock, time is the database's, which all nodes share. */
    TemplateTable(TenantScope scope, TableLayout layout, @Nullable Clock clock) {
        this.scope = scope;
        this.clock = clock;
        String table = layout.templates();
        String columns = "name, version, fields, saved_at, saved_by";
        this.save = """
                insert into %1$s (%2$s)
                values (?, (select coalesce(max(version), 0) + 1 from %1$s where name = ?), cast(? as jsonb),
                    coalesce(cast(? as timestamptz), clock_timestamp()), ?)
                on conflict (name, version) do nothing
                returning %2$s""".formatted(table, columns);
        String select = "select %2$s from %1$s where ".formatted(table, columns);
        this.findNewest = select + "name = ? and deleted_at is null order by version desc limit 1";
        this.findVersion = select + "name = ? and version = cast(? as bigint)";
        this.list = "select distinct on (name) %2$s from %1$s where deleted_at is null order by name, version desc"
                .formatted(table, columns);
        this.delete = """
                update %s set deleted_at = coalesce(cast(? as timestamptz), clock_timestamp())
                where name = ? and deleted_at is null""".formatted(table);
    }

    /** Of two who save at the same moment one finds the number taken, after waiting for the other, and takes the next. */
    @Override
    public Template save(TemplateName name, ConfigDraft values, Actor.Operator operator) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            List<Template> saved = scope.queryAcross(
                    save,
                    TemplateTable::template,
                    name.value(),
                    name.value(),
                    json(values),
                    StoreTime.given(clock),
                    operator.name());
            if (!saved.isEmpty()) {
                return saved.get(0);
            }
        }
        throw StorageException.unavailable("Others go on saving versions of the same template: try again", null);
    }

    @Override
    public Optional<Template> find(TemplateName name) {
        return scope.queryAcross(findNewest, TemplateTable::template, name.value()).stream()
                .findFirst();
    }

    @Override
    public Optional<Template> find(TemplateName name, long version) {
        return scope.queryAcross(findVersion, TemplateTable::template, name.value(), Long.toString(version)).stream()
                .findFirst();
    }

    @Override
    public List<Template> list() {
        return scope.queryAcross(list, TemplateTable::template).stream()
                .sorted(Comparator.comparing(template -> template.name().value()))
                .toList();
    }

    @Override
    public boolean delete(TemplateName name) {
        return scope.updateAcross(delete, StoreTime.given(clock), name.value()) > 0;
    }

    private static String json(ConfigDraft values) {
        ObjectNode json = JSON.createObjectNode();
        values.baseUrl().ifPresent(url -> json.put(ConfigField.BASE_URL.code(), url));
        values.dailyLimit().ifPresent(limit -> json.put(ConfigField.DAILY_LIMIT.code(), limit));
        values.webhookUrl().ifPresent(url -> json.put(ConfigField.WEBHOOK_URL.code(), url));
        values.webhookEvents()
                .ifPresent(events -> events.forEach(json.putArray(ConfigField.WEBHOOK_EVENTS.code())::add));
        values.timeZone().ifPresent(zone -> json.put(ConfigField.TIME_ZONE.code(), zone));
        values.defaultRegion().ifPresent(region -> json.put(ConfigField.DEFAULT_REGION.code(), region));
        values.pace().ifPresent(pace -> json.put(ConfigField.PACE.code(), pace));
        return json.toString();
    }

    private static Template template(ResultSet row) throws SQLException {
        TemplateName name = TemplateName.of(row.getString(1));
        long version = row.getLong(2);
        return new Template(
                name,
                version,
                values(name, version, row.getString(3)),
                row.getObject(4, OffsetDateTime.class).toInstant(),
                row.getString(5));
    }

    /**
     * Half a template would be worse than none: while a deployment rolls, a newer version may have saved fields that this one does not
     * know.
     */
    private static ConfigDraft values(TemplateName name, long version, String json) {
        ConfigForm fields;
        try {
            fields = ConfigForm.read(JSON.readValue(json, FIELDS));
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL sent a jsonb value that is not JSON", e);
        }
        if (!fields.problems().isEmpty()
                || !Template.fields().containsAll(fields.change().named())) {
            throw StorageException.misconfigured(
                    "version %d of the template %s sets what this version of the library does not know: bring all nodes to the newest"
                            .formatted(version, name),
                    null);
        }
        return fields.change();
    }
}
