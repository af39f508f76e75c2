package io.smartqueue.ultramsg.internal.admin;

import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.LimitsBelowUse;
import io.smartqueue.ultramsg.admin.RollOutOptions;
import io.smartqueue.ultramsg.admin.RollOutOutcome;
import io.smartqueue.ultramsg.admin.Template;
import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.admin.TemplatePreview;
import io.smartqueue.ultramsg.admin.TemplateSave;
import io.smartqueue.ultramsg.admin.TemplateStore;
import io.smartqueue.ultramsg.admin.Templates;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.ChangeOrigin;
import io.smartqueue.ultramsg.organization.ConfigAction;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigForm;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.ConfigProblem.Code;
import io.smartqueue.ultramsg.organization.ConfigValidation;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import io.smartqueue.ultramsg.quota.QuotaUsage;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Brings templates to one organization after the other, and takes them back. Thread-safe; cheap to make, one for each operator.
 *
 * <p><b>Nobody is done twice.</b> The configuration is read before the history, and written only at the version that was read. Whoever
 * brings the same roll-out at the same moment, after a crash of the node that began it for instance, either has written before, and then
 * the history shows it, or the version has moved, and all of it is done again.
 */
public final class TemplateEditor implements Templates.Editor {
    private static final int ATTEMPTS = 3;
    private static final ConfigDraft NOTHING = ConfigDraft.builder().build();

    /** What is there besides: a template is checked as part of a configuration in which all else is right. */
    private static final ConfigDraft ALL_ELSE =
            ConfigDraft.builder().instanceId("1").token("any").build();

    /** A test that passes lets nobody send whom no person has let send. */
    private static final Set<InstanceStatus> UNTOUCHED = EnumSet.of(InstanceStatus.INACTIVE, InstanceStatus.TESTING);

    private final Actor.Operator operator;
    private final TemplateStore templates;
    private final OrganizationStore organizations;
    private final EditorTools tools;

    public TemplateEditor(Actor.Operator operator, TemplateStore templates, EditorTools tools) {
        this.operator = operator;
        this.templates = templates;
        this.organizations = tools.organizations();
        this.tools = tools;
    }

    @Override
    public TemplateSave save(TemplateName name, ConfigDraft values) {
        List<ConfigProblem> foreign = foreign(values);
        if (!foreign.isEmpty()) {
            return new TemplateSave.Invalid(foreign);
        }
        return tools.validator().validate(ALL_ELSE.with(values)) instanceof ConfigValidation.Invalid invalid
                ? new TemplateSave.Invalid(invalid.problems())
                : new TemplateSave.Saved(templates.save(name, understood(values), operator));
    }

    private static List<ConfigProblem> foreign(ConfigDraft values) {
        List<ConfigProblem> problems = new ArrayList<>();
        Set<ConfigField> named = values.named();
        named.stream()
                .filter(field -> !Template.fields().contains(field))
                .forEach(field -> problems.add(ConfigProblem.of(field, Code.NOT_IN_TEMPLATE)));
        values.version().ifPresent(version -> problems.add(notInTemplate("version")));
        values.lastTest().ifPresent(test -> problems.add(notInTemplate("last_test")));
        if (named.isEmpty() && problems.isEmpty()) {
            problems.add(ConfigProblem.of(ConfigField.FORM, Code.REQUIRED));
        }
        return problems;
    }

    private static ConfigProblem notInTemplate(String what) {
        return ConfigProblem.of(ConfigField.FORM, Code.NOT_IN_TEMPLATE, what);
    }

    /** In the form in which it is stored for an organization, so that differences are some. */
    private ConfigDraft understood(ConfigDraft values) {
        return tools.validator().validate(ALL_ELSE.with(values)) instanceof ConfigValidation.Valid valid
                ? ConfigEditor.asUnderstood(values, valid.config())
                : values;
    }

    @Override
    public OrganizationId canonical(OrganizationId organization) {
        return organizations.canonical(organization);
    }

    @Override
    public List<OrganizationId> organizationsOf(String rollOut) {
        return organizations.organizationsOfRollOut(rollOut);
    }

    @Override
    public Optional<ChangeOrigin> originOf(String rollOut) {
        return organizationsOf(rollOut).stream()
                .findFirst()
                .flatMap(organization -> organizations.historyOfRollOut(organization, rollOut).stream()
                        .findFirst())
                .flatMap(entry -> entry.note().origin());
    }

    @Override
    public TemplatePreview preview(Template template, OrganizationId organization, RollOutOptions options) {
        Optional<ConfigDraft> found = organizations.findWithoutToken(organization);
        if (found.isEmpty()) {
            ConfigProblem nobody = ConfigProblem.of(ConfigField.FORM, Code.NO_SUCH_ORGANIZATION);
            return new TemplatePreview(template, organization, -1, List.of(), List.of(nobody));
        }
        Change change = new Change(organization, found.get(), understood(template.values()), List.of());
        return new TemplatePreview(
                template,
                organization,
                found.get().version().orElse(0L),
                change.differences(),
                problems(change, options));
    }

    @Override
    public RollOutOutcome apply(
            Template template,
            OrganizationId organization,
            @Nullable Long seen,
            ChangeOrigin origin,
            RollOutOptions options) {
        return untilNobodyInterferes(() -> {
            Optional<ConfigDraft> stored = organizations.findWithoutToken(organization);
            if (stored.isEmpty()) {
                return new RollOutOutcome.NoSuchOrganization(organization);
            }
            if (isDone(organization, origin)) {
                return new RollOutOutcome.DoneBefore(organization);
            }
            if (seen != null && !seen.equals(stored.get().version().orElse(0L))) {
                return new RollOutOutcome.ChangedMeanwhile(organization);
            }
            Change change = new Change(organization, stored.get(), understood(template.values()), List.of());
            return carryOut(change, origin, options);
        });
    }

    @Override
    public RollOutOutcome undo(OrganizationId organization, ChangeOrigin origin, RollOutOptions options) {
        return untilNobodyInterferes(() -> {
            Optional<ConfigDraft> stored = organizations.findWithoutToken(organization);
            if (stored.isEmpty()) {
                return new RollOutOutcome.NoSuchOrganization(organization);
            }
            return isDone(organization, origin)
                    ? new RollOutOutcome.DoneBefore(organization)
                    : carryOut(back(organization, stored.get(), origin.name()), origin, options);
        });
    }

    private static RollOutOutcome untilNobodyInterferes(Supplier<RollOutOutcome> attempt) {
        RollOutOutcome outcome = attempt.get();
        for (int i = 2; outcome instanceof RollOutOutcome.ChangedMeanwhile && i <= ATTEMPTS; i++) {
            outcome = attempt.get();
        }
        return outcome;
    }

    private boolean isDone(OrganizationId organization, ChangeOrigin origin) {
        return !organizations.historyOfRollOut(organization, origin.rollOut()).isEmpty();
    }

    /** What takes a roll-out back, as far as what it has set is still there. */
    private Change back(OrganizationId organization, ConfigDraft stored, String rollOut) {
        Map<ConfigField, String> present = new EnumMap<>(ConfigField.class);
        NOTHING.differencesTo(stored)
                .forEach(field -> present.put(field.field(), Objects.requireNonNull(field.after())));
        Map<String, Object> restored = new HashMap<>();
        List<ConfigField> kept = new ArrayList<>();
        organizations.historyOfRollOut(organization, rollOut).stream()
                .map(AuditEntry::changes)
                .flatMap(List::stream)
                .filter(change -> Template.fields().contains(change.field()))
                .forEach(change -> {
                    @Nullable String now = present.get(change.field());
                    if (Objects.equals(now, change.after())) {
                        restored.put(change.field().code(), before(change));
                    } else if (!Objects.equals(now, change.before())) {
                        kept.add(change.field());
                    }
                });
        return new Change(organization, stored, ConfigForm.read(restored).change(), kept);
    }

    /** To the letter, as the organization had it; only the limit cannot be cleared, but named. */
    private static Object before(FieldChange change) {
        String before = change.before() == null ? "" : change.before();
        return switch (change.field()) {
            case DAILY_LIMIT -> before.isEmpty() ? Integer.toString(UltraMessageConfig.DEFAULT_DAILY_LIMIT) : before;
            case WEBHOOK_EVENTS -> before.isEmpty() ? List.of() : List.of(before.split(", "));
            default -> before;
        };
    }

    private RollOutOutcome carryOut(Change change, ChangeOrigin origin, RollOutOptions options) {
        if (change.differences().isEmpty()) {
            return new RollOutOutcome.Unchanged(change.organization(), change.kept());
        }
        List<ConfigProblem> problems = problems(change, options);
        if (!problems.isEmpty()) {
            return new RollOutOutcome.Refused(change.organization(), problems);
        }
        ConfigEditor editor = new ConfigEditor(operator, organizations, tools.standbys(), tools).from(origin);
        boolean isTested = change.leadsElsewhere() && options.verification() == Verification.TEST_FIRST;
        return isTested ? test(change, editor) : write(change, editor);
    }

    private List<ConfigProblem> problems(Change change, RollOutOptions options) {
        List<ConfigProblem> wrong =
                tools.validator().validate(ALL_ELSE.with(change.values())) instanceof ConfigValidation.Invalid invalid
                        ? invalid.problems()
                        : List.of();
        return Stream.concat(wrong.stream(), belowUse(change, options).stream()).toList();
    }

    private Optional<ConfigProblem> belowUse(Change change, RollOutOptions options) {
        if (options.limitsBelowUse() == LimitsBelowUse.ALLOWED || !change.lowersLimit()) {
            return Optional.empty();
        }
        return tools.quotas()
                .usage(change.organization())
                .map(QuotaUsage::used)
                .filter(used -> used > change.limit())
                .map(used -> ConfigProblem.of(ConfigField.DAILY_LIMIT, Code.BELOW_USE, used.toString()));
    }

    private static RollOutOutcome test(Change change, ConfigEditor editor) {
        OrganizationId organization = change.organization();
        ConfigUpdate update =
                editor.update(organization, change.withItsStatus(), Verification.TEST_FIRST, ConfigAction.UPDATED);
        if (update instanceof ConfigUpdate.Saved) {
            return change.applied();
        }
        if (update instanceof ConfigUpdate.Invalid invalid) {
            return new RollOutOutcome.Refused(organization, invalid.problems());
        }
        if (update instanceof ConfigUpdate.TestFailed failed) {
            return new RollOutOutcome.TestFailed(organization, failed.test());
        }
        return update instanceof ConfigUpdate.ChangedMeanwhile
                ? new RollOutOutcome.ChangedMeanwhile(organization)
                : new RollOutOutcome.NoSuchOrganization(organization);
    }

    private static RollOutOutcome write(Change change, ConfigEditor editor) {
        OrganizationId organization = change.organization();
        return switch (editor.write(organization, change.atItsVersion())) {
            case WRITTEN -> change.applied();
            case CHANGED_MEANWHILE -> new RollOutOutcome.ChangedMeanwhile(organization);
            case NO_SUCH_ORGANIZATION -> new RollOutOutcome.NoSuchOrganization(organization);
            case INSTANCE_IN_USE -> throw new IllegalStateException("templates name no instance");
        };
    }

    /** What one organization gets, and what it has. */
    private record Change(OrganizationId organization, ConfigDraft stored, ConfigDraft values, List<ConfigField> kept) {

        List<FieldChange> differences() {
            return stored.differencesTo(stored.with(values));
        }

        boolean leadsElsewhere() {
            return differences().stream().anyMatch(change -> change.field() == ConfigField.BASE_URL);
        }

        int limit() {
            return values.dailyLimit().orElse(Integer.MAX_VALUE);
        }

        boolean lowersLimit() {
            return limit() < stored.dailyLimit().orElse(UltraMessageConfig.DEFAULT_DAILY_LIMIT);
        }

        ConfigDraft atItsVersion() {
            return values.toBuilder().version(stored.version().orElse(null)).build();
        }

        ConfigDraft withItsStatus() {
            String status =
                    stored.status().filter(text -> !text.isBlank()).orElse(InstanceStatus.INACTIVE.storedName());
            return atItsVersion().toBuilder()
                    .status(InstanceStatus.find(status)
                            .filter(UNTOUCHED::contains)
                            .orElse(null))
                    .build();
        }

        RollOutOutcome applied() {
            return new RollOutOutcome.Applied(organization, differences(), kept);
        }
    }
}
