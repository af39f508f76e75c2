package io.smartqueue.ultramsg.webhook;

import io.smartqueue.ultramsg.api.Instance;
import io.smartqueue.ultramsg.api.InstanceSettings;
import io.smartqueue.ultramsg.api.SettingsChange;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import io.smartqueue.ultramsg.webhook.WebhookCheck.Address;
import io.smartqueue.ultramsg.webhook.WebhookCheck.Retries;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What comes back from UltraMsg: messages of customers, and how far those that were sent have come. Get it from the manager.
 *
 * <pre>{@code
 * Webhooks webhooks = whatsApp.webhooks();
 * webhooks.install(acme, URI.create("https://shop.example.com/whatsapp/webhooks")); // once for each organization
 *
 * // in the host's route POST /whatsapp/webhooks/{secret}
 * WebhookReply reply = webhooks.receive(WebhookRequest.post(secret, body));
 * }</pre>
 *
 * <p>Each organization has an address of its own, whose last part is a secret: UltraMsg signs nothing, so who knows it is believed. The
 * host's access log must not keep it. Thread-safe.
 */
public final class Webhooks {
    private final Intake intake;
    private final Accounts accounts;
    private final WebhookSettings settings;
    private final Clock clock;

    /**
     * Made by the manager: {@code UltraMessageInstanceManager.webhooks()}.
     *
     * @param intake what takes requests
     * @param accounts the organizations' instances
     * @param settings how requests are taken
     * @param clock when secrets are made
     */
    public Webhooks(Intake intake, Accounts accounts, WebhookSettings settings, Clock clock) {
        this.intake = intake;
        this.accounts = accounts;
        this.settings = settings;
        this.clock = clock;
    }

    /** Takes requests. */
    @FunctionalInterface
    public interface Intake {
        /**
         * Takes a request.
         *
         * @param request which
         * @return what to answer
         */
        WebhookReply receive(WebhookRequest request);
    }

    /** The organizations' instances, and what is kept of their webhooks. */
    public interface Accounts {
        /**
         * Returns the one spelling of an organization's id.
         *
         * @param organization an id as the caller spells it
         * @return the canonical id
         */
        OrganizationId canonical(OrganizationId organization);

        /**
         * Finds an organization's own instance.
         *
         * @param organization whose
         * @return the instance, to be called with the organization's credentials
         */
        Instance own(OrganizationId organization);

        /**
         * Finds one of an organization's instances.
         *
         * @param organization whose
         * @param instance which
         * @return the instance, to be called with the organization's credentials
         */
        Instance instance(OrganizationId organization, InstanceId instance);

        /**
         * Refuses an address that no organization's configuration may name, where that is known before UltraMsg is asked.
         *
         * @param publicBaseUrl the address without its secret
         * @throws IllegalArgumentException if it is not possible
         */
        void requirePossible(URI publicBaseUrl);

        /**
         * Writes down what an organization's own instance posts, and where to.
         *
         * @param organization whose
         * @param publicBaseUrl the address without its secret
         * @param events which
         */
        void noteInstalled(OrganizationId organization, URI publicBaseUrl, Set<WebhookEventName> events);

        /**
         * Finds since when secrets have to have been made.
         *
         * @param organization whose
         * @return empty if none was revoked
         */
        Optional<Instant> issuedFrom(OrganizationId organization);

        /**
         * Revokes secrets.
         *
         * @param organization whose
         * @param issuedBefore made before what time
         * @param operator who does it
         */
        void revoke(OrganizationId organization, Instant issuedBefore, Actor.Operator operator);
    }

    /**
     * Takes a request, whatever it holds, and answers it. It blocks as long as the host's handler does, and while the store is asked three
     * times at the most; it throws nothing.
     *
     * @param request what came to the host's route
     * @return what to answer with
     */
    public WebhookReply receive(WebhookRequest request) {
        return intake.receive(Objects.requireNonNull(request, "request"));
    }

    /**
     * Returns how much of a body to read: one byte more than what is taken, so that more is known to be too much.
     *
     * @return bytes, for {@code InputStream.readNBytes}
     */
    public int mostBytesToRead() {
        return settings.mostBodyBytes() + 1;
    }

    /**
     * Makes an address for an organization's webhook; each call makes another one, and all of them hold. Never log the result.
     *
     * @param organization whose
     * @param publicBaseUrl where UltraMsg reaches the host's route, without the last segment: an http or https address without query;
     *     https for everything but tests
     * @return the base with a segment more
     * @throws IllegalArgumentException if it is another kind of address
     */
    public URI url(OrganizationId organization, URI publicBaseUrl) {
        return URI.create(
                base(publicBaseUrl) + settings.keys().issue(accounts.canonical(organization), clock.instant()));
    }

    private static String base(URI publicBaseUrl) {
        boolean web = "https".equalsIgnoreCase(publicBaseUrl.getScheme())
                || "http".equalsIgnoreCase(publicBaseUrl.getScheme());
        if (!web
                || publicBaseUrl.getHost() == null
                || publicBaseUrl.getRawUserInfo() != null
                || publicBaseUrl.getRawQuery() != null
                || publicBaseUrl.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "public base URL must be an http or https address with a host, and without user, query and fragment");
        }
        String base = publicBaseUrl.toASCIIString();
        return base.endsWith("/") ? base : base + "/";
    }

    /**
     * Sets an organization's own instance to post received messages and acks to a new address.
     *
     * @param organization whose
     * @param publicBaseUrl as for {@link #url}
     * @throws IllegalArgumentException if it is another kind of address
     * @throws io.smartqueue.ultramsg.error.UltraMessageException if the organization has no instance of its own that can be used, or
     *     UltraMsg refuses or does not answer; in the latter case it may be done
     */
    public void install(OrganizationId organization, URI publicBaseUrl) {
        install(organization, publicBaseUrl, InstallOptions.defaults());
    }

    /**
     * Sets an organization's own instance to post events to a new address. Only address, events and, if named, repeats are written; all
     * else that is set at UltraMsg stays. Addresses that were made before hold on. What was set is noted in the organization's
     * configuration as {@code webhook_url}, without the secret, and {@code webhook_events}, so that nothing asks UltraMsg for what it posts.
     *
     * @param organization whose
     * @param publicBaseUrl as for {@link #url}
     * @param options which events
     * @throws IllegalArgumentException if it is another kind of address
     * @throws io.smartqueue.ultramsg.error.UltraMessageException as for {@link #install(OrganizationId, URI)}
     */
    public void install(OrganizationId organization, URI publicBaseUrl, InstallOptions options) {
        SettingsChange change = change(organization, publicBaseUrl, options);
        accounts.own(organization).changeSettings(change);
        accounts.noteInstalled(accounts.canonical(organization), publicBaseUrl, options.events());
    }

    /**
     * Sets one of an organization's instances, a standby for instance, to post events to a new address.
     *
     * @param organization whose
     * @param instance which
     * @param publicBaseUrl as for {@link #url}
     * @param options which events
     * @throws IllegalArgumentException if it is another kind of address
     * @throws io.smartqueue.ultramsg.error.UltraMessageException as for {@link #install(OrganizationId, URI)}
     */
    public void install(OrganizationId organization, InstanceId instance, URI publicBaseUrl, InstallOptions options) {
        SettingsChange change = change(organization, publicBaseUrl, options);
        accounts.instance(organization, instance).changeSettings(change);
    }

    private SettingsChange change(OrganizationId organization, URI publicBaseUrl, InstallOptions options) {
        URI url = url(organization, publicBaseUrl);
        accounts.requirePossible(publicBaseUrl);
        SettingsChange.Builder change = SettingsChange.builder().webhookUrl(url);
        for (WebhookEventName event : WebhookEventName.values()) {
            if (options.events().contains(event)) {
                change.webhookEventOn(event);
            } else {
                change.webhookEventOff(event);
            }
        }
        options.retries().ifPresent(change::webhookRetries);
        return change.build();
    }

    /**
     * Compares what is set at UltraMsg for an organization's own instance with what {@link #install(OrganizationId, URI)} sets.
     *
     * @param organization whose
     * @param publicBaseUrl as for {@link #url}
     * @return what matches and what does not
     * @throws IllegalArgumentException if it is another kind of address
     * @throws io.smartqueue.ultramsg.error.UltraMessageException as for {@link #install(OrganizationId, URI)}
     */
    public WebhookCheck check(OrganizationId organization, URI publicBaseUrl) {
        return check(organization, publicBaseUrl, InstallOptions.defaults());
    }

    /**
     * Compares what is set at UltraMsg for an organization's own instance with what it should be. The address is compared by what its
     * secret says, so that it matches whenever it was made.
     *
     * @param organization whose
     * @param publicBaseUrl as for {@link #url}
     * @param options which events
     * @return what matches and what does not
     * @throws IllegalArgumentException if it is another kind of address
     * @throws io.smartqueue.ultramsg.error.UltraMessageException as for {@link #install(OrganizationId, URI)}
     */
    public WebhookCheck check(OrganizationId organization, URI publicBaseUrl, InstallOptions options) {
        String base = base(publicBaseUrl);
        return compare(organization, accounts.own(organization).settings(), base, options);
    }

    /**
     * Compares what is set at UltraMsg for one of an organization's instances with what it should be.
     *
     * @param organization whose
     * @param instance which
     * @param publicBaseUrl as for {@link #url}
     * @param options which events
     * @return what matches and what does not
     * @throws IllegalArgumentException if it is another kind of address
     * @throws io.smartqueue.ultramsg.error.UltraMessageException as for {@link #install(OrganizationId, URI)}
     */
    public WebhookCheck check(
            OrganizationId organization, InstanceId instance, URI publicBaseUrl, InstallOptions options) {
        String base = base(publicBaseUrl);
        return compare(organization, accounts.instance(organization, instance).settings(), base, options);
    }

    private WebhookCheck compare(
            OrganizationId organization, InstanceSettings found, String base, InstallOptions options) {
        Set<WebhookEventName> missing = EnumSet.copyOf(options.events());
        missing.removeAll(found.webhookEvents());
        Set<WebhookEventName> unexpected = EnumSet.noneOf(WebhookEventName.class);
        unexpected.addAll(found.webhookEvents());
        unexpected.removeAll(options.events());
        boolean sameRetries = options.retries().isEmpty()
                || found.webhookRetries().orElse(-1) == options.retries().getAsInt();
        return new WebhookCheck(
                address(organization, found, base), missing, unexpected, sameRetries ? Retries.MATCH : Retries.DIFFER);
    }

    private Address address(OrganizationId organization, InstanceSettings found, String base) {
        String set = found.members().text("webhook_url").orElse("").strip();
        if (set.isEmpty()) {
            return Address.NONE;
        }
        int last = set.lastIndexOf('/') + 1;
        if (!isSamePlace(set.substring(0, last), base)) {
            return Address.ELSEWHERE;
        }
        WebhookKeys.@Nullable Issued issued =
                settings.keys().verify(set.substring(last)).orElse(null);
        if (issued == null) {
            return Address.UNKNOWN_SECRET;
        }
        if (!issued.organization().equals(accounts.canonical(organization))) {
            return Address.OTHER_ORGANIZATION;
        }
        if (issued.isRevoked(accounts.issuedFrom(organization))) {
            return Address.REVOKED;
        }
        return issued.keyId().equals(settings.keys().signingKeyId()) ? Address.MATCHES : Address.OLDER_KEY;
    }

    /** Names of hosts are the same in upper and lower case; paths are not. */
    private static boolean isSamePlace(String set, String base) {
        try {
            URI one = URI.create(set);
            URI other = URI.create(base);
            return one.getHost() != null
                    && one.getRawUserInfo() == null
                    && one.getScheme().equalsIgnoreCase(other.getScheme())
                    && one.getHost().equalsIgnoreCase(other.getHost())
                    && port(one) == port(other)
                    && one.getRawPath().equals(other.getRawPath())
                    && one.getRawQuery() == null
                    && one.getRawFragment() == null;
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return address.getScheme().toLowerCase(Locale.ROOT).equals("https") ? 443 : 80;
    }

    /**
     * Sets an organization's own instance to post events to a new address, and refuses all that were made before, because one of them has
     * become known. Standbys have older addresses from then on, and need new ones.
     *
     * @param organization whose
     * @param publicBaseUrl as for {@link #url}
     * @param options which events
     * @param operator who does it, for the history
     * @throws IllegalArgumentException if it is another kind of address
     * @throws io.smartqueue.ultramsg.error.UltraMessageException as for {@link #install(OrganizationId, URI)}; nothing is refused then
     */
    public void renew(OrganizationId organization, URI publicBaseUrl, InstallOptions options, Actor.Operator operator) {
        Instant before = clock.instant();
        install(organization, publicBaseUrl, options);
        revokeOlder(organization, before, operator);
    }

    /**
     * Refuses addresses that were made before a time. {@link #renew} does it together with a new address. It is written into the
     * organization's configuration and its history, and holds on all nodes as any change of configuration does.
     *
     * @param organization whose
     * @param issuedBefore made before what time, to the second; an earlier time than one that was named before allows older ones again
     * @param operator who does it, for the history
     * @throws io.smartqueue.ultramsg.error.NotConfiguredException if there is no such organization
     */
    public void revokeOlder(OrganizationId organization, Instant issuedBefore, Actor.Operator operator) {
        Objects.requireNonNull(issuedBefore, "issuedBefore");
        Objects.requireNonNull(operator, "operator");
        accounts.revoke(accounts.canonical(organization), issuedBefore, operator);
    }
}
