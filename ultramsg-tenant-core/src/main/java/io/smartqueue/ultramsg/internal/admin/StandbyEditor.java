package io.smartqueue.ultramsg.internal.admin;

import io.smartqueue.ultramsg.admin.StandbyUpdate;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.connection.ConnectionTest;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.StandbyCheck;
import io.smartqueue.ultramsg.organization.ConfigValidation;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.List;

/** Changes an organization's standbys: checks, tests, saves, in this order. Thread-safe. */
public final class StandbyEditor {
    private final StandbyStore store;
    private final ConfigValidator validator;
    private final ConnectionTest connectionTest;
    private final ConfigCache configs;

    public StandbyEditor(
            StandbyStore store, ConfigValidator validator, ConnectionTest connectionTest, ConfigCache configs) {
        this.store = store;
        this.validator = validator;
        this.connectionTest = connectionTest;
        this.configs = configs;
    }

    public StandbyUpdate update(
            OrganizationId organization, List<StandbyInstance> standbys, Verification verification) {
        for (StandbyInstance standby : standbys) {
            InstanceId instance = standby.credentials().instance();
            ConfigValidation checked = StandbyCheck.check(standby, validator);
            if (!(checked instanceof ConfigValidation.Valid valid)) {
                return new StandbyUpdate.Invalid(instance, ((ConfigValidation.Invalid) checked).problems());
            }
            if (verification == Verification.TEST_FIRST) {
                UltraMessageTestResult test = connectionTest.run(valid.config(), null);
                if (!test.finding().provesCredentials()) {
                    return new StandbyUpdate.TestFailed(instance, test);
                }
            }
        }
        return switch (store.replace(organization, standbys)) {
            case WRITTEN -> {
                configs.forget(organization); // this node need not wait for the notice
                yield new StandbyUpdate.Saved(standbys);
            }
            case NO_SUCH_ORGANIZATION -> new StandbyUpdate.NoSuchOrganization();
            case INSTANCE_IN_USE -> new StandbyUpdate.InstanceInUse();
            case CHANGED_MEANWHILE -> throw new IllegalStateException("standbys have no version");
        };
    }
}
