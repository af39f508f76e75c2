package io.smartqueue.ultramsg.internal.admin;

import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.connection.ConnectionTest;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.ConfigValidation;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.LastTest;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.organization.Region;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import io.smartqueue.ultramsg.quota.QuotaStore;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Changes configuration: checks, tests, saves, in this order. Thread-safe. */
public final class ConfigEditor {
    private static final Actor APPLICATION = Actor.operator("application");

    /** Never whose it is: one tenant's admin learns nothing about another tenant. */
    private static final ConfigProblem IN_USE = new ConfigProblem(
            ConfigField.INSTANCE_ID,
            ConfigProblem.Code.IN_USE,
            "is in use for another organization, or as a standby: enter an instance of this organization's own");

    private final OrganizationStore store;
    private final QuotaStore quotas;
    private final ConfigValidator validator;
    private final ConnectionTest connectionTest;
    private final ConfigCache configs;
    private final Clock clock;

    public ConfigEditor(
            OrganizationStore store,
            QuotaStore quotas,
            ConfigValidator validator,
            ConnectionTest connectionTest,
            ConfigCache configs,
            Clock clock) {
        this.store = store;
        this.quotas = quotas;
        this.validator = validator;
        this.connectionTest = connectionTest;
        this.configs = configs;
        this.clock = clock;
    }

    public ConfigUpdate update(OrganizationId organization, ConfigDraft change, Verification verification) {
        Optional<ConfigDraft> stored =
                change.token().isPresent() ? store.findWithoutToken(organization) : store.find(organization);
        if (stored.isEmpty()) {
            return new ConfigUpdate.NoSuchOrganization();
        }
        ConfigValidation checked = validator.validate(stored.get().with(change));
        if (!(checked instanceof ConfigValidation.Valid valid)) {
            return new ConfigUpdate.Invalid(((ConfigValidation.Invalid) checked).problems());
        }
        ConfigDraft understood = asUnderstood(change, valid.config());
        return verification == Verification.TEST_FIRST
                ? testAndSave(organization, understood, valid.config())
                : save(organization, understood, null);
    }

    /** The fields of a change as the check has read them, so that one form is stored however they were typed. */
    private static ConfigDraft asUnderstood(ConfigDraft change, UltraMessageConfig read) {
        ConfigDraft.Builder understood = change.toBuilder();
        if (change.instanceId().isPresent()) {
            understood.instanceId(read.credentials().instance().value());
        }
        if (change.baseUrl().isPresent()) {
            understood.baseUrl(read.credentials().baseUrl().toString());
        }
        if (change.businessNumber().isPresent()) {
            understood.businessNumber(
                    read.businessNumber().map(PhoneNumber::e164).orElse(""));
        }
        if (change.webhookEvents().isPresent()) {
            understood.webhookEvents(read.webhookEvents().stream()
                    .map(WebhookEventName::storedName)
                    .sorted()
                    .toList());
        }
        if (change.timeZone().isPresent()) {
            understood.timeZone(read.timeZone().getId());
        }
        if (change.defaultRegion().isPresent()) {
            understood.defaultRegion(read.defaultRegion().map(Region::code).orElse(""));
        }
        if (change.webhookUrl().isPresent()) {
            understood.webhookUrl(read.webhookUrl().map(URI::toString).orElse(""));
        }
        return understood.build();
    }

    private ConfigUpdate testAndSave(OrganizationId organization, ConfigDraft change, UltraMessageConfig intended) {
        UltraMessageTestResult test =
                connectionTest.run(intended, quotas.usage(organization).orElse(null));
        if (!test.finding().provesCredentials()) {
            return new ConfigUpdate.TestFailed(test);
        }
        ConfigDraft.Builder tested = change.toBuilder()
                .lastTest(new LastTest(clock.instant(), test.finding().code()));
        boolean staysAsPeopleSaid = change.status().isPresent() || intended.status() == InstanceStatus.SUSPENDED;
        if (test.isSuccess() && !staysAsPeopleSaid) {
            tested.status(InstanceStatus.ACTIVE);
        }
        return save(organization, tested.build(), test);
    }

    private ConfigUpdate save(OrganizationId organization, ConfigDraft change, @Nullable UltraMessageTestResult test) {
        AuditNote note = AuditNote.by(APPLICATION);
        AuditNote tested = test == null ? note : note.finding(test.finding().code());
        return switch (store.update(organization, change, tested)) {
            case WRITTEN -> written(organization, test);
            case CHANGED_MEANWHILE -> throw new IllegalStateException("a change without a version");
            case NO_SUCH_ORGANIZATION -> new ConfigUpdate.NoSuchOrganization();
            case INSTANCE_IN_USE -> new ConfigUpdate.Invalid(List.of(IN_USE));
        };
    }

    private ConfigUpdate written(OrganizationId organization, @Nullable UltraMessageTestResult test) {
        configs.forget(organization); // this node need not wait for the notice
        KnownConfig now = configs.get(organization);
        if (now instanceof KnownConfig.Usable usable) {
            return new ConfigUpdate.Saved(usable.config(), test);
        }
        // Somebody else changed or removed it at the same moment; theirs is what counts.
        return now instanceof KnownConfig.Unusable unusable
                ? new ConfigUpdate.Invalid(unusable.problems())
                : new ConfigUpdate.NoSuchOrganization();
    }
}
