package io.smartqueue.ultramsg.internal.admin;

import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.EnvironmentImport;
import io.smartqueue.ultramsg.admin.EnvironmentReport;
import io.smartqueue.ultramsg.admin.EnvironmentReport.State;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.internal.config.SharedInstances;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ChangeOrigin;
import io.smartqueue.ultramsg.organization.ConfigAction;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.EnvironmentInstance;
import io.smartqueue.ultramsg.organization.EnvironmentProblem;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Gives the variables' instance to its owner, and tells whom the variables still serve. Thread-safe. */
public final class EnvironmentImporter {
    private static final Set<InstanceStatus> DECIDED_BY_PEOPLE =
            EnumSet.of(InstanceStatus.SUSPENDED, InstanceStatus.TESTING);

    private static final String ORIGIN = "environment";

    private final EnvironmentInstance environment;
    private final SharedInstances organizations;
    private final EditorTools tools;

    public EnvironmentImporter(EnvironmentInstance environment, SharedInstances organizations, EditorTools tools) {
        this.environment = environment;
        this.organizations = organizations;
        this.tools = tools;
    }

    public EnvironmentImport importInto(OrganizationId organization, Actor.Operator operator) {
        List<EnvironmentProblem> problems = environment.problems(tools.validator());
        Optional<InstanceId> instance = environment.instance();
        if (instance.isEmpty() || !problems.isEmpty()) {
            return new EnvironmentImport.NothingToImport(problems);
        }
        Optional<ConfigDraft> before =
                organizations.findWithoutToken(organization).map(ConfigDraft::own);
        if (before.isEmpty()) {
            return new EnvironmentImport.NotSaved(new ConfigUpdate.NoSuchOrganization());
        }
        Optional<String> own = before.get().instanceId().filter(id -> !id.isBlank());
        if (own.isPresent() && !own.flatMap(InstanceId::find).equals(instance)) {
            return new EnvironmentImport.HasInstance();
        }
        List<OrganizationId> others = othersThanHave(instance.get(), organization);
        return others.isEmpty() || own.isPresent()
                ? save(organization, instance.get(), change(before.get()), operator)
                : new EnvironmentImport.HeldByAnother(others);
    }

    private List<OrganizationId> othersThanHave(InstanceId instance, OrganizationId organization) {
        return organizations.holders(instance).stream()
                .filter(holder -> !holder.equals(organizations.canonical(organization)))
                .toList();
    }

    /** The address is named in any case: that of the row may be another. */
    private ConfigDraft change(ConfigDraft before) {
        ConfigDraft variables = environment.draft();
        ConfigDraft.Builder change =
                variables.toBuilder().baseUrl(variables.baseUrl().orElse(""));
        boolean staysAsPeopleSaid = before.status()
                .flatMap(InstanceStatus::find)
                .map(DECIDED_BY_PEOPLE::contains)
                .orElse(false);
        return staysAsPeopleSaid
                ? change.build()
                : change.status(InstanceStatus.ACTIVE).build(); // it has sent until now, linked or not
    }

    private EnvironmentImport save(
            OrganizationId organization, InstanceId instance, ConfigDraft change, Actor.Operator operator) {
        ChangeOrigin origin = ChangeOrigin.of(
                ORIGIN, EnvironmentInstance.INSTANCE_ID, UUID.randomUUID().toString());
        ConfigUpdate update = new ConfigEditor(operator, organizations, tools.standbys(), tools)
                .from(origin)
                .update(organization, change, Verification.TEST_FIRST, ConfigAction.UPDATED);
        if (update instanceof ConfigUpdate.Saved saved) {
            return new EnvironmentImport.Imported(saved);
        }
        List<OrganizationId> others = othersThanHave(instance, organization);
        return isInUse(update) && !others.isEmpty() // somebody was faster
                ? new EnvironmentImport.HeldByAnother(others)
                : new EnvironmentImport.NotSaved(update);
    }

    private static boolean isInUse(ConfigUpdate update) {
        return update instanceof ConfigUpdate.Invalid invalid
                && invalid.problems().stream().anyMatch(problem -> problem.code() == ConfigProblem.Code.IN_USE);
    }

    public EnvironmentReport report() {
        List<EnvironmentProblem> problems = environment.problems(tools.validator());
        List<OrganizationId> served = new ArrayList<>();
        Map<OrganizationId, OrganizationId> sharing = new LinkedHashMap<>();
        Map<OrganizationId, OrganizationId> lost = new LinkedHashMap<>();
        for (OrganizationId organization : organizations.withoutInstance()) {
            ConfigDraft config = found(organization);
            Optional<OrganizationId> owner = organizations.lender(organization, config);
            if (owner.isPresent()) {
                (config.isThroughAnothersInstance() ? sharing : lost).put(organization, owner.get());
            } else if (config.isThroughAnothersInstance() && maySend(config)) {
                served.add(organization);
            }
        }
        return new EnvironmentReport(
                state(problems, served),
                problems,
                environment.instance().orElse(null),
                environment.instance().map(organizations::holders).orElse(List.of()),
                served,
                sharing,
                lost);
    }

    private ConfigDraft found(OrganizationId organization) {
        try {
            return organizations
                    .find(organization)
                    .orElseGet(() -> ConfigDraft.builder().build()); // deleted meanwhile
        } catch (TokenSealException e) { // its own, or that of the one that lends to it
            return organizations
                    .findWithoutToken(organization)
                    .orElseGet(() -> ConfigDraft.builder().build());
        }
    }

    private static boolean maySend(ConfigDraft config) {
        return config.status()
                .flatMap(InstanceStatus::find)
                .map(InstanceStatus::maySend)
                .orElse(false);
    }

    private State state(List<EnvironmentProblem> problems, List<OrganizationId> served) {
        if (!environment.isSet()) {
            return State.NOT_SET;
        }
        if (!problems.isEmpty()) {
            return State.UNUSABLE;
        }
        return served.isEmpty() ? State.IGNORED : State.SERVING;
    }
}
