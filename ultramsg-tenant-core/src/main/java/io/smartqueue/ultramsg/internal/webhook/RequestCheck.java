package io.smartqueue.ultramsg.internal.webhook;

import io.smartqueue.ultramsg.api.PostedEvent;
import io.smartqueue.ultramsg.event.WebhookRefused;
import io.smartqueue.ultramsg.event.WebhookRefused.Reason;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.webhook.EventKey;
import io.smartqueue.ultramsg.webhook.LegacyWebhooks;
import io.smartqueue.ultramsg.webhook.WebhookEvent;
import io.smartqueue.ultramsg.webhook.WebhookKeys.Issued;
import io.smartqueue.ultramsg.webhook.WebhookRequest;
import io.smartqueue.ultramsg.webhook.WebhookSettings;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * Finds out whose event a request holds, or why it is refused. What costs little comes first: nothing is looked up, and no body read,
 * for somebody who knows no secret. Thread-safe.
 */
public final class RequestCheck {
    private final WebhookSettings settings;
    private final ConfigCache configs;
    private final OrganizationStore organizations;
    private final @Nullable InstanceId environment;

    /**
     * Checks by what is known of organizations.
     *
     * @param organizations asked only for requests with the token that all share
     * @param environment the instance of the old environment variables, or null if there is none
     */
    public RequestCheck(
            WebhookSettings settings,
            ConfigCache configs,
            OrganizationStore organizations,
            @Nullable InstanceId environment) {
        this.settings = settings;
        this.configs = configs;
        this.organizations = organizations;
        this.environment = environment;
    }

    /** What was found out. */
    sealed interface Found {}

    /** An event of an organization's. */
    record Admitted(WebhookEvent event) implements Found {}

    /** Nothing to be handled. */
    record Refused(WebhookRefused why) implements Found {
        Refused(@Nullable OrganizationId organization, Reason reason) {
            this(new WebhookRefused(organization, reason));
        }
    }

    Found check(WebhookRequest request) {
        Optional<LegacyWebhooks> legacy = settings.legacy();
        if (legacy.isPresent() && !legacy.get().isEnabled()) {
            return new Refused(null, Reason.SWITCHED_OFF);
        }
        if (!request.method().equals("POST")) {
            return new Refused(null, Reason.WRONG_METHOD);
        }
        if (request.body().length > settings.mostBodyBytes()) {
            return new Refused(null, Reason.TOO_LARGE);
        }
        Optional<Issued> issued = settings.keys().verify(request.lastSegment());
        if (issued.isPresent()) {
            return withOwnSecret(issued.get(), request.body());
        }
        boolean knowsSharedToken = legacy.isPresent()
                && (legacy.get().accepts(request.secret()) || legacy.get().accepts(request.lastSegment()));
        return knowsSharedToken ? withSharedToken(request.body()) : new Refused(null, Reason.UNKNOWN_SECRET);
    }

    private Found withOwnSecret(Issued issued, byte[] body) {
        OrganizationId organization = organizations.canonical(issued.organization());
        KnownConfig known = configs.get(organization);
        if (known instanceof KnownConfig.Usable usable
                && issued.isRevoked(usable.config().webhooksIssuedFrom())) {
            return new Refused(organization, Reason.REVOKED_SECRET);
        }
        Optional<PostedEvent> posted = PostedEvent.read(body);
        return posted.isPresent()
                ? of(organization, known, posted.get(), body)
                : new Refused(organization, Reason.UNREADABLE);
    }

    private Found withSharedToken(byte[] body) {
        Optional<PostedEvent> posted = PostedEvent.read(body);
        if (posted.isEmpty()) {
            return new Refused(null, Reason.UNREADABLE);
        }
        List<OrganizationId> holders =
                posted.get().instance().map(this::holders).orElse(List.of());
        return switch (holders.size()) {
            case 0 -> new Refused(null, Reason.WRONG_INSTANCE);
            case 1 -> of(holders.get(0), configs.get(holders.get(0)), posted.get(), body);
            default -> new Refused(null, Reason.SHARED_INSTANCE);
        };
    }

    private List<OrganizationId> holders(InstanceId instance) {
        List<OrganizationId> holders = organizations.holders(instance);
        return holders.isEmpty() && instance.equals(environment) ? organizations.withoutInstance() : holders;
    }

    private static Found of(OrganizationId organization, KnownConfig known, PostedEvent posted, byte[] body) {
        if (known instanceof KnownConfig.Usable usable) {
            return posted.instance()
                    .filter(instance -> usable.sentThrough(instance).isPresent())
                    .<Found>map(instance -> new Admitted(WebhookEvent.of(
                            new WebhookEvent.Source(organization, instance, EventKey.of(posted, body), posted))))
                    .orElseGet(() -> new Refused(organization, Reason.WRONG_INSTANCE));
        }
        return new Refused(
                organization, known instanceof KnownConfig.Missing ? Reason.NO_ORGANIZATION : Reason.NOT_CONFIGURED);
    }
}
