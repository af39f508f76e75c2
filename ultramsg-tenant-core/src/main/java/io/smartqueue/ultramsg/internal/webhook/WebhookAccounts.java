package io.smartqueue.ultramsg.internal.webhook;

import io.smartqueue.ultramsg.api.Instance;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.error.NotConfiguredException;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.config.KnownInstance;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigValidation;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import io.smartqueue.ultramsg.webhook.Webhooks;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Organizations' instances, for the settings of their webhooks. Thread-safe. */
public final class WebhookAccounts implements Webhooks.Accounts {
    private static final Actor.Operator LIBRARY = Actor.operator("ultramsg-webhooks");

    private final Function<OrganizationId, KnownConfig> configs;
    private final OrganizationStore organizations;
    private final ConfigValidator validator;
    private final UltraMsgHttp http;
    private final Duration deadline;

    /**
     * Reaches instances.
     *
     * @param configs what is known of an organization's configuration
     * @param organizations where it is kept
     * @param deadline for each call to UltraMsg
     */
    public WebhookAccounts(
            Function<OrganizationId, KnownConfig> configs,
            OrganizationStore organizations,
            ConfigValidator validator,
            UltraMsgHttp http,
            Duration deadline) {
        this.configs = configs;
        this.organizations = organizations;
        this.validator = validator;
        this.http = http;
        this.deadline = deadline;
    }

    @Override
    public OrganizationId canonical(OrganizationId organization) {
        return organizations.canonical(organization);
    }

    @Override
    public Instance own(OrganizationId organization) {
        return instance(
                organization, usable(organization).config().credentials().instance());
    }

    /** Whose instance is lent by somebody else would turn that one's events to itself. */
    @Override
    public Instance instance(OrganizationId organization, InstanceId instance) {
        KnownConfig.Usable usable = usable(organization);
        boolean isAnothers = usable.config().isThroughAnothersInstance()
                && usable.config().credentials().instance().equals(instance);
        if (isAnothers) {
            throw new NotConfiguredException(
                    "the organization sends through an instance that is not its own: its webhook is the owner's");
        }
        KnownInstance known = usable.instance(instance)
                .orElseThrow(() -> new NotConfiguredException("the organization has no " + instance));
        return http.client(known.credentials()).within(deadline).instance();
    }

    private KnownConfig.Usable usable(OrganizationId organization) {
        KnownConfig known = configs.apply(organization);
        if (known instanceof KnownConfig.Usable usable) {
            return usable;
        }
        throw new NotConfiguredException(known.complaint());
    }

    @Override
    public void requirePossible(URI publicBaseUrl) {
        ConfigDraft named =
                ConfigDraft.builder().webhookUrl(publicBaseUrl.toString()).build();
        if (validator.validate(named) instanceof ConfigValidation.Invalid invalid) {
            invalid.problems().stream()
                    .filter(problem -> problem.field() == ConfigField.WEBHOOK_URL)
                    .findFirst()
                    .ifPresent(problem -> {
                        throw new IllegalArgumentException("public base URL: " + problem);
                    });
        }
    }

    @Override
    public void noteInstalled(OrganizationId organization, URI publicBaseUrl, Set<WebhookEventName> events) {
        ConfigDraft change = ConfigDraft.builder()
                .webhookUrl(publicBaseUrl.toString())
                .webhookEvents(events.stream().map(WebhookEventName::storedName).toList())
                .build();
        update(organization, change, LIBRARY);
    }

    @Override
    public Optional<Instant> issuedFrom(OrganizationId organization) {
        return configs.apply(organization) instanceof KnownConfig.Usable usable
                ? usable.config().webhooksIssuedFrom()
                : Optional.empty();
    }

    @Override
    public void revoke(OrganizationId organization, Instant issuedBefore, Actor.Operator operator) {
        update(
                organization,
                ConfigDraft.builder().webhooksIssuedFrom(issuedBefore).build(),
                operator);
    }

    private void update(OrganizationId organization, ConfigDraft change, Actor.Operator operator) {
        UpdateOutcome outcome = organizations
                .update(organization, change, AuditNote.by(operator))
                .outcome();
        if (outcome != UpdateOutcome.WRITTEN) {
            throw new NotConfiguredException(new KnownConfig.Missing().complaint());
        }
    }
}
