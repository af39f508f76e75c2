package io.smartqueue.ultramsg.internal.admin;

import io.smartqueue.ultramsg.admin.StandbyUpdate;
import io.smartqueue.ultramsg.admin.StandbyView;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.internal.config.StandbyCheck;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.ConfigValidation;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Does to standbys what one actor may do: checks, tests, saves, in this order. Thread-safe; cheap to make, one for each actor. */
final class StandbyEditor {
    private static final ConfigProblem DUPLICATE =
            ConfigProblem.of(ConfigField.INSTANCE_ID, ConfigProblem.Code.DUPLICATE);

    private final StandbyStore theirs;
    private final EditorTools tools;

    /** With the store as the actor may use it. */
    StandbyEditor(StandbyStore theirs, EditorTools tools) {
        this.theirs = theirs;
        this.tools = tools;
    }

    List<StandbyView> view(OrganizationId organization) {
        return theirs.find(organization).stream().map(StandbyView::of).toList();
    }

    StandbyUpdate update(
            OrganizationId organization, List<StandbyInstance> standbys, Verification verification, AuditNote note) {
        List<StandbyInstance> replacement = withStoredTokens(organization, standbys);
        Optional<InstanceId> duplicate = duplicate(replacement);
        if (duplicate.isPresent()) {
            return new StandbyUpdate.Invalid(duplicate.get(), List.of(DUPLICATE));
        }
        for (StandbyInstance standby : replacement) {
            InstanceId instance = standby.credentials().instance();
            ConfigValidation checked = StandbyCheck.check(standby, tools.validator());
            if (!(checked instanceof ConfigValidation.Valid valid)) {
                return new StandbyUpdate.Invalid(instance, ((ConfigValidation.Invalid) checked).problems());
            }
            if (verification == Verification.TEST_FIRST) {
                UltraMessageTestResult test = tools.connectionTest().run(valid.config(), null);
                if (!test.finding().provesCredentials()) {
                    return new StandbyUpdate.TestFailed(instance, test);
                }
            }
        }
        return switch (theirs.replace(organization, replacement, note)) {
            case WRITTEN -> {
                tools.configs().forget(organization); // this node need not wait for the notice
                yield new StandbyUpdate.Saved(replacement);
            }
            case NO_SUCH_ORGANIZATION -> new StandbyUpdate.NoSuchOrganization();
            case INSTANCE_IN_USE -> new StandbyUpdate.InstanceInUse();
            case CHANGED_MEANWHILE -> throw new IllegalStateException("standbys have no version");
        };
    }

    /** The first that is named again. */
    private static Optional<InstanceId> duplicate(List<StandbyInstance> standbys) {
        Set<InstanceId> seen = new HashSet<>();
        return standbys.stream()
                .map(standby -> standby.credentials().instance())
                .filter(instance -> !seen.add(instance))
                .findFirst();
    }

    /** Where one is blank, since nobody is shown any. Asks the store in any case, which refuses before anything is tested. */
    private List<StandbyInstance> withStoredTokens(OrganizationId organization, List<StandbyInstance> standbys) {
        Map<InstanceId, AccessToken> stored = theirs.find(organization).stream()
                .map(StandbyInstance::credentials)
                .collect(Collectors.toMap(InstanceCredentials::instance, InstanceCredentials::token));
        return standbys.stream()
                .map(standby -> withStoredToken(standby, stored))
                .toList();
    }

    private static StandbyInstance withStoredToken(StandbyInstance standby, Map<InstanceId, AccessToken> stored) {
        InstanceCredentials typed = standby.credentials();
        AccessToken kept = stored.get(typed.instance());
        return kept == null || !typed.token().reveal().isEmpty() ? standby : standby.token(kept);
    }

    /** What of them is sent at this moment ends as it would have. */
    void removeAll(OrganizationId organization, AuditNote note) {
        theirs.replace(organization, List.of(), note);
        tools.configs().forget(organization);
    }
}
