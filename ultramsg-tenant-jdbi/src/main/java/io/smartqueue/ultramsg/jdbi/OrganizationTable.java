package io.smartqueue.ultramsg.jdbi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.jdbi.TenantScope.MemberStatement;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.LastTest;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.TokenSeal;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Organizations' configuration: our columns of the host's table {@code organizations}. Thread-safe. */
final class OrganizationTable implements OrganizationStore {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The digits of a stored instance id, in whatever form it was stored; to the letter what migration V007 indexes. */
    private static final String INSTANCE =
            "left(regexp_replace(lower(btrim(ultramsg_instance_id collate \"C\", E' \\t\\r\\n')), '^instance', ''), 64)";

    /** The id in its normal form, {@code instance1150}; of what is no instance id, some other text. */
    static final String INSTANCE_ID = "'instance' || " + INSTANCE;

    /**
     * Whether a row has an instance; the parameters are its digits, twice. Where policies keep PostgreSQL from the index,
     * the first condition passes over nearly all rows cheaply, whatever the form of their ids: 100,000 rows take 0.1 seconds
     * instead of 0.5.
     */
    static final String HAS_INSTANCE = "strpos(ultramsg_instance_id collate \"C\", ?) > 0 and " + INSTANCE + " = ?";

    private static final String COLUMNS = """
            ultramsg_instance_id, ultramsg_token, ultramsg_base_url, whatsapp_business_number,
            whatsapp_instance_status, daily_message_limit, webhook_url, webhook_events, instance_settings,
            ultramsg_config_version""";

    private final TenantScope scope;
    private final TableLayout layout;
    private final TokenSeal seal;
    private final InstanceHolders holders;
    private final ChangeNotices notices;
    private final AuditTable audit;
    private final MemberTable members;
    private final TenantStatement find;
    private final MemberStatement findForViewers;
    private final TenantStatement lock;

    OrganizationTable(
            TenantScope scope,
            TableLayout layout,
            TokenSeal seal,
            InstanceHolders holders,
            ChangeNotices notices,
            AuditTable audit,
            MemberTable members) {
        this.scope = scope;
        this.layout = layout;
        this.seal = seal;
        this.holders = holders;
        this.notices = notices;
        this.audit = audit;
        this.members = members;
        this.find = TenantScope.statement(
                "select %s from %s where %s".formatted(COLUMNS, layout.organizations(), layout.isTheOrganization()));
        this.findForViewers =
                TenantScope.memberStatement("""
                select ultramsg_instance_id, cast(null as text), ultramsg_base_url, whatsapp_business_number,
                    whatsapp_instance_status, cast(null as integer), webhook_url, webhook_events, instance_settings,
                    ultramsg_config_version
                from %s where %s""".formatted(layout.organizations(), layout.isTheOrganization()));
        this.lock = TenantScope.statement("select %s, coalesce(%s, false) from %s where %s for no key update"
                .formatted(COLUMNS, HAS_INSTANCE, layout.organizations(), layout.isTheOrganization()));
    }

    private OrganizationTable(OrganizationTable from, TenantScope scope) {
        this.scope = scope;
        this.layout = from.layout;
        this.seal = from.seal;
        this.holders = from.holders;
        this.notices = from.notices;
        this.audit = from.audit.within(scope);
        this.members = from.members;
        this.find = from.find;
        this.findForViewers = from.findForViewers;
        this.lock = from.lock;
    }

    @Override
    public OrganizationStore actingFor(MemberId member) {
        return new MemberOrganizations(
                new OrganizationTable(this, scope.actingFor(MemberKey.of(member))), members, member);
    }

    @Override
    public OrganizationId canonical(OrganizationId organization) {
        return layout.canonical(organization);
    }

    @Override
    public Optional<ConfigDraft> find(OrganizationId organization) {
        return layout.key(organization)
                .flatMap(key -> scope.findOne(find, key, row -> withToken(key, row), key.text()));
    }

    @Override
    public Optional<ConfigDraft> findWithoutToken(OrganizationId organization) {
        return layout.key(organization).flatMap(key -> scope.findOne(find, key, OrganizationTable::draft, key.text()));
    }

    /** As members see it who may not edit: the database lets them see neither token nor limit. */
    Optional<ConfigDraft> findForViewers(OrganizationId organization) {
        members.requireViewersApart();
        return layout.key(organization)
                .flatMap(key -> scope.findOne(findForViewers, key, OrganizationTable::draft, key.text()));
    }

    private ConfigDraft withToken(TenantKey organization, ResultSet row) throws SQLException {
        ConfigDraft draft = draft(row);
        String token = row.getString(2);
        return token == null
                ? draft
                : draft.toBuilder().token(seal.open(id(organization), token)).build();
    }

    /** Tokens are bound to the canonical spelling. */
    private static OrganizationId id(TenantKey organization) {
        return OrganizationId.of(organization.text());
    }

    /** By place: the driver would put a table of the names together for each row that it reads. */
    private static ConfigDraft draft(ResultSet row) throws SQLException {
        JsonNode settings = settings(row.getString(9));
        return ConfigDraft.builder()
                .instanceId(row.getString(1))
                .baseUrl(row.getString(3))
                .businessNumber(row.getString(4))
                .storedStatus(row.getString(5))
                .dailyLimit(row.getObject(6, Integer.class))
                .webhookUrl(row.getString(7))
                .webhookEvents(texts(row.getArray(8)))
                .timeZone(settings.path("time_zone").asText(null))
                .defaultRegion(settings.path("default_region").asText(null))
                .pace(settings.path("pace").asText(null))
                .webhooksIssuedFrom(settings.path("webhooks_issued_from").asText(null))
                .lastTest(lastTest(settings.path("last_test")))
                .version(row.getLong(10))
                .instanceOf(settings.path("instance_of").asText(null))
                .lendsInstanceTo(texts(settings.path("lends_instance_to")))
                .build();
    }

    private static JsonNode settings(@Nullable String json) {
        if (json == null) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL sent a jsonb value that is not JSON", e);
        }
    }

    private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
        if (array == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (Object element : (Object[]) array.getArray()) {
            texts.add(String.valueOf(element));
        }
        return texts;
    }

    private static @Nullable List<String> texts(JsonNode json) {
        if (!json.isArray()) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        json.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static @Nullable LastTest lastTest(JsonNode json) {
        try {
            return json.isObject()
                    ? new LastTest(
                            Instant.parse(json.path("at").asText()),
                            json.path("finding").asText())
                    : null;
        } catch (DateTimeException writtenBySomebodyElse) {
            return null;
        }
    }

    @Override
    public Updated update(OrganizationId organization, ConfigDraft change, AuditNote note) {
        return layout.key(organization)
                .map(key -> scope.inTransaction(key, transaction -> update(transaction, key, change, note)))
                .orElseGet(Updated::nowhere);
    }

    /** Locks the organization's row, then the instance: one of each and always in this order, so never in a circle. */
    private Updated update(TenantScope transaction, TenantKey organization, ConfigDraft change, AuditNote note) {
        Optional<InstanceId> instance = change.instanceId().flatMap(InstanceId::find);
        Optional<Locked> locked =
                lock(transaction, organization, instance.map(InstanceId::digits).orElse(null));
        if (locked.isEmpty()) {
            return Updated.nowhere();
        }
        ConfigDraft before = locked.get().config();
        if (change.version().isPresent() && !change.version().equals(before.version())) {
            return new Updated(UpdateOutcome.CHANGED_MEANWHILE, before);
        }
        if (instance.isPresent() && !locked.get().hasTheInstance() && holders.isInUse(transaction, instance.get())) {
            return new Updated(UpdateOutcome.INSTANCE_IN_USE, before);
        }
        Assignments assignments = assignments(organization, change);
        ConfigDraft now = assignments.isEmpty()
                ? before
                : write(transaction, organization, assignments, note, before.differencesTo(before.with(change)));
        return new Updated(UpdateOutcome.WRITTEN, now);
    }

    @Override
    public UpdateOutcome clear(OrganizationId organization, AuditNote note) {
        return layout.key(organization)
                .map(key -> scope.inTransaction(key, transaction -> clear(transaction, key, note)))
                .orElse(UpdateOutcome.NO_SUCH_ORGANIZATION);
    }

    private UpdateOutcome clear(TenantScope transaction, TenantKey organization, AuditNote note) {
        Optional<Locked> locked = lock(transaction, organization, null);
        if (locked.isEmpty()) {
            return UpdateOutcome.NO_SUCH_ORGANIZATION;
        }
        ConfigDraft before = locked.get().config();
        write(transaction, organization, Assignments.clearing(), note, before.differencesTo(before.cleared()));
        return UpdateOutcome.WRITTEN;
    }

    private record Locked(ConfigDraft config, boolean hasTheInstance) {}

    private Optional<Locked> lock(TenantScope transaction, TenantKey organization, @Nullable String instance) {
        return transaction.findOne(
                lock,
                organization,
                row -> new Locked(withTokenOrItsPlace(organization, row), row.getBoolean(11)),
                instance,
                instance,
                organization.text());
    }

    /** One that cannot be opened can be replaced all the same; nothing of it is recorded. */
    private ConfigDraft withTokenOrItsPlace(TenantKey organization, ResultSet row) throws SQLException {
        try {
            return withToken(organization, row);
        } catch (TokenSealException e) {
            return draft(row).toBuilder().token("?").build();
        }
    }

    /** Returns the row as the statement has left it, which is locked; its token stays sealed. */
    private ConfigDraft write(
            TenantScope transaction,
            TenantKey organization,
            Assignments assignments,
            AuditNote note,
            List<FieldChange> changes) {
        String update = "update " + layout.organizations() + " set " + assignments.sql() + " where "
                + layout.isTheOrganization();
        List<@Nullable String> values = assignments.valuesAnd(organization);
        String statement;
        if (changes.isEmpty() && note.finding().isEmpty()) {
            statement = update + " returning " + COLUMNS;
        } else {
            statement = audit.recording(update, COLUMNS);
            values.addAll(audit.values(organization, note, changes));
        }
        return transaction
                .findOne(
                        TenantScope.statement(statement),
                        organization,
                        OrganizationTable::draft,
                        values.toArray(String[]::new))
                .orElseThrow(() -> new IllegalStateException("a row that was locked is gone"));
    }

    @Override
    public List<AuditEntry> history(OrganizationId organization, long beforeNumber, int most) {
        return layout.key(organization)
                .map(key -> audit.history(key, beforeNumber, most))
                .orElse(List.of());
    }

    @Override
    public List<AuditEntry> historyOfRollOut(OrganizationId organization, String rollOut) {
        return layout.key(organization)
                .map(key -> audit.historyOfRollOut(key, rollOut))
                .orElse(List.of());
    }

    @Override
    public List<OrganizationId> organizationsOfRollOut(String rollOut) {
        return audit.organizationsOfRollOut(rollOut);
    }

    private Assignments assignments(TenantKey organization, ConfigDraft change) {
        Assignments set = new Assignments();
        change.instanceId().ifPresent(text -> set.text("ultramsg_instance_id", text));
        change.token().ifPresent(token -> set.text("ultramsg_token", seal.seal(id(organization), token)));
        change.baseUrl().ifPresent(text -> set.text("ultramsg_base_url", text));
        change.businessNumber().ifPresent(text -> set.text("whatsapp_business_number", text));
        change.status().ifPresent(text -> set.text("whatsapp_instance_status", text));
        change.dailyLimit()
                .ifPresent(limit -> set.expression("daily_message_limit", "cast(? as integer)", limit.toString()));
        change.webhookUrl().ifPresent(text -> set.text("webhook_url", text));
        change.webhookEvents().ifPresent(events -> set.texts("webhook_events", events));
        SettingsPatch patch = new SettingsPatch();
        change.timeZone().ifPresent(text -> patch.text("time_zone", text));
        change.defaultRegion().ifPresent(text -> patch.text("default_region", text));
        change.pace().ifPresent(text -> patch.text("pace", text));
        change.webhooksIssuedFrom().ifPresent(text -> patch.text("webhooks_issued_from", text));
        change.lastTest().ifPresent(patch::lastTest);
        change.instanceOf().ifPresent(text -> patch.text("instance_of", text));
        change.lendsInstanceTo().ifPresent(texts -> patch.texts("lends_instance_to", texts));
        patch.addTo(set);
        return set;
    }

    /** The columns that one change writes; a blank text writes null. */
    private static final class Assignments {
        private final List<String> clauses = new ArrayList<>();
        private final List<@Nullable String> values = new ArrayList<>();

        /** A host may have put something else than an object into the settings; that stays. */
        static Assignments clearing() {
            Assignments set = new Assignments();
            for (String column : List.of(
                    "ultramsg_instance_id",
                    "ultramsg_token",
                    "ultramsg_base_url",
                    "whatsapp_business_number",
                    "webhook_url",
                    "webhook_events")) {
                set.clauses.add(column + " = null");
            }
            set.text("whatsapp_instance_status", InstanceStatus.INACTIVE.storedName());
            set.clauses.add("instance_settings = case when jsonb_typeof(instance_settings) = 'object'"
                    + " then instance_settings - 'last_test' else instance_settings end");
            return set;
        }

        void text(String column, String text) {
            expression(column, "?", text.isBlank() ? null : text);
        }

        void texts(String column, List<String> texts) {
            ArrayNode json = JSON.createArrayNode();
            texts.forEach(json::add);
            expression(column, "array(select jsonb_array_elements_text(cast(? as jsonb)))", json.toString());
        }

        /** Assigns an expression whose one parameter is the value. */
        void expression(String column, String expression, @Nullable String value) {
            clauses.add(column + " = " + expression);
            values.add(value);
        }

        boolean isEmpty() {
            return clauses.isEmpty();
        }

        String sql() {
            return String.join(", ", clauses);
        }

        List<@Nullable String> valuesAnd(TenantKey organization) {
            List<@Nullable String> all = new ArrayList<>(values);
            all.add(organization.text());
            return all;
        }
    }

    /** What one change writes into {@code instance_settings}; members that are not ours stay as they are. */
    private static final class SettingsPatch {
        private final ObjectNode json = JSON.createObjectNode();

        void text(String member, String text) {
            json.put(member, text.isBlank() ? null : text);
        }

        void texts(String member, List<String> texts) {
            texts.forEach(json.putArray(member)::add);
        }

        void lastTest(LastTest test) {
            json.putObject("last_test").put("at", test.at().toString()).put("finding", test.finding());
        }

        void addTo(Assignments set) {
            if (!json.isEmpty()) {
                set.expression(
                        "instance_settings",
                        "coalesce(instance_settings, '{}'::jsonb) || cast(? as jsonb)",
                        json.toString());
            }
        }
    }

    @Override
    public List<OrganizationId> holders(InstanceId instance) {
        return holders.of(scope, instance);
    }

    @Override
    public List<OrganizationId> withoutInstance() {
        return holders.withoutInstance(scope);
    }

    @Override
    public Subscription onChange(ChangeListener listener) {
        return notices.subscribe(listener);
    }
}
