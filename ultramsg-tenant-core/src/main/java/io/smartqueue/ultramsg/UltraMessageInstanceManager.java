package io.smartqueue.ultramsg;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.EnvironmentReport;
import io.smartqueue.ultramsg.admin.Templates;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.connection.ConnectionTest;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.conversation.ConversationRule;
import io.smartqueue.ultramsg.conversation.Conversations;
import io.smartqueue.ultramsg.error.NotConfiguredException;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.failover.NumberPolicy;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.internal.admin.AccessCheck;
import io.smartqueue.ultramsg.internal.admin.ConfigEditor;
import io.smartqueue.ultramsg.internal.admin.EditorTools;
import io.smartqueue.ultramsg.internal.admin.EnvironmentImporter;
import io.smartqueue.ultramsg.internal.admin.InstanceSharing;
import io.smartqueue.ultramsg.internal.admin.TemplateEditor;
import io.smartqueue.ultramsg.internal.config.CacheLimits;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.config.KnownInstance;
import io.smartqueue.ultramsg.internal.config.SharedInstances;
import io.smartqueue.ultramsg.internal.delivery.ConversationCheck;
import io.smartqueue.ultramsg.internal.delivery.Delivery;
import io.smartqueue.ultramsg.internal.delivery.DeliveryLimits;
import io.smartqueue.ultramsg.internal.delivery.DeliveryPoll;
import io.smartqueue.ultramsg.internal.delivery.DeliveryReports;
import io.smartqueue.ultramsg.internal.delivery.MessageLogging;
import io.smartqueue.ultramsg.internal.delivery.Purge;
import io.smartqueue.ultramsg.internal.delivery.Settlement;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.internal.health.HealthWatch;
import io.smartqueue.ultramsg.internal.outbox.OutboxWorker;
import io.smartqueue.ultramsg.internal.outbox.ProviderQueue;
import io.smartqueue.ultramsg.internal.outbox.SendingTurn;
import io.smartqueue.ultramsg.internal.thread.DaemonThreads;
import io.smartqueue.ultramsg.internal.time.Pause;
import io.smartqueue.ultramsg.internal.time.SteadyClock;
import io.smartqueue.ultramsg.internal.usage.RiskWatch;
import io.smartqueue.ultramsg.internal.usage.UsageCounter;
import io.smartqueue.ultramsg.internal.webhook.ConversationNote;
import io.smartqueue.ultramsg.internal.webhook.DeliveryNews;
import io.smartqueue.ultramsg.internal.webhook.EventHandling;
import io.smartqueue.ultramsg.internal.webhook.ReceivedCount;
import io.smartqueue.ultramsg.internal.webhook.Refusals;
import io.smartqueue.ultramsg.internal.webhook.RequestCheck;
import io.smartqueue.ultramsg.internal.webhook.WebhookAccounts;
import io.smartqueue.ultramsg.internal.webhook.WebhookIntake;
import io.smartqueue.ultramsg.link.Links;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.ConfigValidation;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.EnvironmentInstance;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import io.smartqueue.ultramsg.outbox.Forecast;
import io.smartqueue.ultramsg.outbox.Outbox;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Pace;
import io.smartqueue.ultramsg.usage.RiskRule;
import io.smartqueue.ultramsg.usage.Usage;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.webhook.WebhookSettings;
import io.smartqueue.ultramsg.webhook.Webhooks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Sends WhatsApp messages for many organizations, each through its own UltraMsg instance.
 *
 * <pre>{@code
 * try (UltraMessageInstanceManager whatsApp = UltraMessageInstanceManager.builder(store).build()) {
 *     SendResult result = whatsApp.sendMessage(OrganizationId.of("acme"), "+49 30 901820", "Your table is ready.");
 * }
 * }</pre>
 *
 * <p>Configuration comes from the store and may change at any time, on any node, without a restart. What one organization
 * does, or what happens to it, does not touch another. Thread-safe: share one, close it at the end; the store stays open.
 *
 * <p>All methods block, virtual threads included, at most until their deadline plus the store's own time limits. Each
 * throws {@link io.smartqueue.ultramsg.error.StorageException} if the store cannot answer, {@link
 * io.smartqueue.ultramsg.error.TokenSealException} if the organization's token cannot be opened, and {@link
 * IllegalStateException} after {@link #close()}; in each case nothing was sent.
 */
public final class UltraMessageInstanceManager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UltraMessageInstanceManager.class);

    private static final int MOST_CACHED_ORGANIZATIONS = 10_000;

    private final Duration deadline;
    private final ConfigValidator validator;
    private final TenantStore store;
    private final UltraMsgHttp http;
    private final ConfigCache configs;
    private final Listeners listeners;
    private final Conversations conversations;
    private final Delivery delivery;
    private final Settlement settlement;
    private final ConnectionTest connectionTest;
    private final SharedInstances organizations;
    private final @Nullable Memberships hostMemberships;
    private final AccessCheck access;
    private final EditorTools editorTools;
    private final EnvironmentImporter environmentImporter;
    private final InstanceSharing instanceSharing;
    private final HealthWatch healthWatch;
    private final Outbox outbox;
    private final @Nullable Webhooks webhooks;
    private final UsageCounter usageCounter;
    private final Usage usage;
    private volatile boolean closed;

    private UltraMessageInstanceManager(Builder from) {
        this.deadline = from.deadline;
        this.store = from.store;
        this.validator = ConfigValidator.of(from.allowedHosts);
        @Nullable UltraMessageConfig environment = usable(from.environment);
        this.organizations =
                new SharedInstances(store.organizations(), environment == null ? null : from.environment.draft());
        this.http = UltraMsgHttp.open(from.http, from.allowedHosts, from.clock);
        CacheLimits limits = new CacheLimits(MOST_CACHED_ORGANIZATIONS, from.configTimeToLive);
        this.configs =
                new ConfigCache(organizations, store.standbys(), validator, environment, limits, Ticker.systemTicker());
        this.listeners = new Listeners(from.listeners);
        MessageLogging logging = new MessageLogging(from.loggedMessages, from.loggedTexts);
        this.conversations = new Conversations(store.conversations(), from.clock);
        this.usageCounter = usageCounter(from);
        this.usage = new Usage(store.usage(), store.quotas(), this::todayOf);
        this.delivery = new Delivery(
                configs,
                store.quotas(),
                store.messages(),
                store.standbys(),
                from.numberPolicy,
                new ConversationCheck(conversations, from.conversationRule),
                logging,
                http,
                from.clock,
                new DeliveryLimits(from.deadline, from.readBackWindow, from.callersPerInstance),
                Pause.SLEEP,
                listeners,
                usageCounter);
        Purge purge = new Purge(
                store.messages(),
                store.outbox(),
                store.conversations(),
                store.webhooks(),
                store.usage(),
                from.retention,
                from.usageRetention);
        this.settlement = new Settlement(store.messages(), purge, configs, http, listeners, usageCounter);
        this.connectionTest = new ConnectionTest(http, from.deadline);
        this.hostMemberships = from.memberships;
        this.access = new AccessCheck(from.memberships == null ? store.members() : from.memberships);
        this.editorTools = new EditorTools(
                organizations,
                store.quotas(),
                store.standbys(),
                store.outbox(),
                validator,
                connectionTest,
                configs,
                from.clock);
        this.environmentImporter = new EnvironmentImporter(from.environment, organizations, editorTools);
        this.instanceSharing = new InstanceSharing(store.organizations(), organizations, validator, configs);
        DeliveryReports deliveryReports =
                new DeliveryReports(store.messages(), listeners, usageCounter::changed, configs::borrowers, from.clock);
        this.healthWatch = new HealthWatch(
                store.health(),
                configs,
                http,
                new DeliveryPoll(deliveryReports, http, from.clock)::look,
                listeners,
                from.clock,
                from.healthCheckInterval);
        if (from.healthChecks == HealthChecks.MADE) {
            healthWatch.start();
        }
        this.outbox = outbox(from.outbox, logging, from.clock);
        this.webhooks =
                from.webhooks == null ? null : webhooks(from.webhooks, from.environment, deliveryReports, from.clock);
        if (from.environment.isSet()) {
            DaemonThreads.named("ultramsg-environment")
                    .newThread(this::tellOfEnvironment)
                    .start();
        }
    }

    private UsageCounter usageCounter(Builder from) {
        RiskWatch risks =
                new RiskWatch(from.riskRules, store.usage(), organizations, store.outbox(), configs, listeners);
        return new UsageCounter(store.usage(), configs, organizations::canonical, risks, from.clock);
    }

    private Optional<UsageDay> todayOf(OrganizationId organization) {
        requireOpen();
        return usageCounter.today(organization);
    }

    private @Nullable UltraMessageConfig usable(EnvironmentInstance environment) {
        return validator.validate(environment.draft()) instanceof ConfigValidation.Valid valid ? valid.config() : null;
    }

    /** Once, for whoever looks through the log after a deployment; not before the start is through, which must not wait for it. */
    private void tellOfEnvironment() {
        try {
            EnvironmentReport report = environmentImporter.report();
            if (report.state() == EnvironmentReport.State.UNUSABLE) {
                LOG.warn("{}", report.summary());
            } else {
                LOG.info("{}", report.summary());
            }
        } catch (RuntimeException e) { // a host may bring the store
            LOG.debug("What the environment variables still do could not be found out", e);
        }
    }

    private Outbox outbox(OutboxSettings settings, MessageLogging logging, Clock clock) {
        SendingTurn turn = new SendingTurn(
                store.outbox(),
                configs,
                delivery.queued(),
                new ProviderQueue(http, settings.mostAtUltraMsg()),
                settings.pace(),
                clock,
                new SteadyClock(),
                usageCounter);
        return new Outbox(
                store.outbox(),
                store.lanes(),
                new Forecast(store.quotas(), organization -> paceOf(organization, settings.pace()), clock),
                logging::wordsKept,
                clock,
                new OutboxWorker(organizations, store.lanes(), turn, settings.lanesAtATime()));
    }

    private Webhooks webhooks(
            WebhookSettings settings, EnvironmentInstance environment, DeliveryReports deliveryReports, Clock clock) {
        RequestCheck check = new RequestCheck(
                settings, configs, organizations, environment.instance().orElse(null));
        EventHandling handling = new EventHandling(
                store.webhooks(),
                settings.handler(),
                settings.lease(),
                List.of(
                        new DeliveryNews(
                                (organization, report) -> deliveryReports.apply(organization, List.of(report)), clock),
                        new ConversationNote(store.conversations(), clock)),
                List.of(new ReceivedCount(usageCounter::received)));
        return new Webhooks(
                new WebhookIntake(check, handling, new Refusals(listeners), () -> closed),
                new WebhookAccounts(this::known, organizations, validator, http, deadline),
                settings,
                clock);
    }

    private Pace paceOf(OrganizationId organization, Pace usual) {
        return configs.get(organization) instanceof KnownConfig.Usable usable
                ? usable.config().pace().map(Pace::oneEvery).orElse(usual)
                : usual;
    }

    /**
     * Starts a manager with the defaults.
     *
     * @param store where configuration and limits are kept
     * @return a builder
     */
    public static Builder builder(TenantStore store) {
        return new Builder(Objects.requireNonNull(store, "store"));
    }

    /**
     * Looks an organization's configuration up.
     *
     * @param organization whose
     * @return the configuration; empty if the organization does not exist or its configuration cannot be used, which
     *     {@link #testConnection(OrganizationId)} explains
     */
    public Optional<UltraMessageConfig> getOrganizationConfig(OrganizationId organization) {
        return known(organization) instanceof KnownConfig.Usable usable
                ? Optional.of(usable.config())
                : Optional.empty();
    }

    /**
     * Sends a text to one person or one group.
     *
     * @param organization on whose behalf
     * @param to an international number with or without the plus sign, a local number if the organization has a default
     *     region, or a chat id; null is rejected as missing
     * @param text 1 to 4,096 characters; null is rejected as missing
     * @return accepted by UltraMsg, known not to have been sent, or not known
     */
    public SendResult sendMessage(OrganizationId organization, @Nullable String to, @Nullable String text) {
        Objects.requireNonNull(organization, "organization");
        requireOpen();
        return delivery.sendText(organization, to, text);
    }

    /**
     * Sends a message of any kind.
     *
     * <pre>{@code
     * whatsApp.send(acme, ImageMessage.of(Recipient.parse("+49 30 901820"), Media.of(Path.of("menu.jpg"))));
     * }</pre>
     *
     * @param organization on whose behalf
     * @param message the message
     * @return accepted by UltraMsg, known not to have been sent, or not known
     */
    public SendResult send(OrganizationId organization, OutboundMessage message) {
        return send(organization, message, SendOptions.defaults());
    }

    /**
     * Sends a message with options.
     *
     * @param organization on whose behalf
     * @param message the message
     * @param options reference, idempotency key, priority, deadline
     * @return accepted by UltraMsg, known not to have been sent, or not known
     */
    public SendResult send(OrganizationId organization, OutboundMessage message, SendOptions options) {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(options, "options");
        requireOpen();
        return delivery.send(organization, message, options);
    }

    /**
     * Tells what became of a message that is in the log: one with an {@link IdempotencyKey}, one that may be repeated, or any
     * if the manager {@linkplain Builder#logAllMessages logs all}. What was unknown is looked for in the background, on whichever
     * node lives, and may have become accepted since. How far an accepted message has come, {@link SendResult.Accepted#delivery}, is
     * known from webhooks; of organizations without a webhook for {@code message_ack} it is asked with the {@linkplain
     * Builder#healthCheckInterval checks of instances}, for a little more than a day.
     *
     * @param organization on whose behalf it was sent
     * @param reference the message's, as its {@link SendResult} has it
     * @return accepted, rejected or unknown, the latter also while it is being sent; empty if the message is not in the log, was
     *     rejected before it got there, still waits in the outbox, or was {@linkplain Builder#retention forgotten}
     */
    public Optional<SendResult> outcome(OrganizationId organization, Reference reference) {
        return loggedMessage(organization, reference).map(LoggedMessage::outcome);
    }

    /**
     * Finds what is kept of a message that is in the log, see {@link #outcome}.
     *
     * @param organization on whose behalf it was sent
     * @param reference the message's, as its {@link SendResult} has it
     * @return its outcome, attempts and times, and its text if the manager {@linkplain Builder#logTexts keeps texts}
     */
    public Optional<LoggedMessage> loggedMessage(OrganizationId organization, Reference reference) {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(reference, "reference");
        requireOpen();
        return store.messages().find(organization, reference);
    }

    /**
     * Erases a person from the log, from which number he was written to, and when he last wrote: the outcomes of messages stay, to whom
     * they went and what they said does not.
     *
     * @param organization on whose behalf they were sent
     * @param recipient whom to forget
     * @return how many messages it was
     */
    public int forget(OrganizationId organization, Recipient recipient) {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(recipient, "recipient");
        requireOpen();
        store.standbys().forget(organization, recipient);
        store.conversations().forget(organization, recipient);
        return store.messages().forget(organization, recipient);
    }

    /**
     * Returns everything that UltraMsg's API can do, with an organization's credentials, which are looked up for each call:
     * keep the client for as long as you like. {@code client.messages().send} goes the same way as {@link #send}, with status
     * and daily limit. All other calls work for any organization whose configuration can be used, a suspended one included,
     * and count towards no limit.
     *
     * @param organization on whose behalf
     * @return a client whose calls throw {@link NotConfiguredException} while the organization does not exist or its
     *     configuration cannot be used, and what this manager's methods throw; closing it does nothing
     */
    public UltraMsgClient client(OrganizationId organization) {
        Objects.requireNonNull(organization, "organization");
        requireOpen();
        return http.client(
                        () -> credentialsOf(organization), (message, options) -> send(organization, message, options))
                .within(deadline);
    }

    /**
     * Returns a client for one of an organization's instances, a standby for instance, whose QR code somebody has to scan. Its
     * messages go past status, daily limit and log, straight through that instance.
     *
     * @param organization whose instance it is
     * @param instance which
     * @return a client with the credentials that the instance has now; closing it does nothing
     * @throws NotConfiguredException if the organization does not exist, its configuration cannot be used, or it has no such
     *     instance
     */
    public UltraMsgClient client(OrganizationId organization, InstanceId instance) {
        Objects.requireNonNull(instance, "instance");
        KnownInstance known = usable(organization)
                .instance(instance)
                .orElseThrow(() -> new NotConfiguredException("the organization has no " + instance));
        return http.client(known.credentials()).within(deadline);
    }

    private InstanceCredentials credentialsOf(OrganizationId organization) {
        return usable(organization).config().credentials();
    }

    private KnownConfig.Usable usable(OrganizationId organization) {
        KnownConfig known = known(organization);
        if (known instanceof KnownConfig.Usable usable) {
            return usable;
        }
        throw new NotConfiguredException(known.complaint());
    }

    /**
     * Tests an organization's connection. Sends no message, uses nothing of any limit, saves nothing.
     *
     * @param organization whose
     * @return what was found and what to do next
     */
    public UltraMessageTestResult testConnection(OrganizationId organization) {
        KnownConfig known = known(organization);
        if (known instanceof KnownConfig.Usable usable) {
            return connectionTest.run(
                    usable.config(), store.quotas().usage(organization).orElse(null));
        }
        return known instanceof KnownConfig.Unusable unusable
                ? ConnectionTest.invalid(unusable.problems())
                : ConnectionTest.noSuchOrganization();
    }

    /**
     * Tests credentials that nobody has saved yet. Sends no message and saves nothing.
     *
     * @param unsaved at least instance id and token
     * @return what was found and what to do next
     */
    public UltraMessageTestResult testConnection(ConfigDraft unsaved) {
        requireOpen();
        ConfigValidation checked = validator.validate(unsaved);
        return checked instanceof ConfigValidation.Valid valid
                ? connectionTest.run(valid.config(), null)
                : ConnectionTest.invalid(((ConfigValidation.Invalid) checked).problems());
    }

    /**
     * Returns what somebody does to organizations' configuration, in his name: reads, checks, tests and changes it.
     *
     * <pre>{@code
     * whatsApp.administration(Actor.operator("onboarding-job")).update(acme, change);
     * }</pre>
     *
     * @param actor a member of the organizations, as a host's own sign-in says, or an operator of the service
     * @return cheap to make and to be made for each request
     */
    public Administration administration(Actor actor) {
        Objects.requireNonNull(actor, "actor");
        return new Administration(
                (organization, permission) -> {
                    requireOpen();
                    return access.isPermitted(actor, organizations.canonical(organization), permission);
                },
                new ConfigEditor(actor, organizationsOf(actor), standbysOf(actor), editorTools));
    }

    /** The store asks again what a member may do, unless the host alone knows. */
    private OrganizationStore organizationsOf(Actor actor) {
        return actor instanceof Actor.Member member && hostMemberships == null
                ? organizations.actingFor(member.id())
                : organizations;
    }

    private StandbyStore standbysOf(Actor actor) {
        return actor instanceof Actor.Member member && hostMemberships == null
                ? store.standbys().actingFor(member.id())
                : store.standbys();
    }

    /**
     * Moves the service from the environment variables of {@link Builder#environment} to instances of the organizations' own, and lets
     * organizations share one.
     *
     * @param operator who does it; it crosses organizations, so no member of one may
     * @return what is to be done, and a report of what is left to do
     */
    public EnvironmentMove environment(Actor.Operator operator) {
        Objects.requireNonNull(operator, "operator");
        requireOpen();
        return new EnvironmentMove(environmentImporter, instanceSharing, operator);
    }

    /**
     * Returns what somebody who runs the service does with templates, in his name: keeps presets of configuration, brings them to
     * organizations stage by stage, and takes that back.
     *
     * @param operator who; it crosses organizations, so no member of one may
     * @return cheap to make and to be made for each request
     */
    public Templates templates(Actor.Operator operator) {
        Objects.requireNonNull(operator, "operator");
        requireOpen();
        return new Templates(store.templates(), new TemplateEditor(operator, store.templates(), editorTools));
    }

    /**
     * Tells how an organization's instances were when they were last asked, see {@link Builder#healthCheckInterval}.
     *
     * @param organization whose
     * @return one entry for each instance in status active or error that was asked so far
     */
    public List<InstanceHealth> health(OrganizationId organization) {
        Objects.requireNonNull(organization, "organization");
        requireOpen();
        return store.health().find(organization);
    }

    /**
     * Returns the messages that wait to be sent. Nothing of them is sent on this node before {@link Outbox#start} is called.
     *
     * @return always the same one; closed with this manager
     */
    public Outbox outbox() {
        return outbox;
    }

    /**
     * Returns who has written within the last 24 hours, and may be answered.
     *
     * @return always the same one
     */
    public Conversations conversations() {
        return conversations;
    }

    /**
     * Returns links and QR codes: to organizations' chats for their customers, and of instances that wait for their phone.
     *
     * @return cheap to make and to be made for each request
     */
    public Links links() {
        requireOpen();
        return new Links(new LinkedInstances(this), deadline);
    }

    /**
     * Returns what takes webhooks: what customers write, and how far messages have come.
     *
     * @return always the same one
     * @throws IllegalStateException if the manager was built without {@link Builder#webhooks}
     */
    public Webhooks webhooks() {
        if (webhooks == null) {
            throw new IllegalStateException("this manager takes no webhooks: call webhooks(settings) on its builder");
        }
        return webhooks;
    }

    /**
     * Returns what organizations have sent and received, by day.
     *
     * @return always the same one; what it tells of today is known until this manager is closed
     */
    public Usage usage() {
        return usage;
    }

    /**
     * Checks a configuration without asking UltraMsg or the store, as a form does while somebody types.
     *
     * @param draft what was typed
     * @return all that is wrong, empty if nothing is
     */
    public List<ConfigProblem> validate(ConfigDraft draft) {
        return validator.validate(draft) instanceof ConfigValidation.Invalid invalid ? invalid.problems() : List.of();
    }

    KnownConfig known(OrganizationId organization) {
        Objects.requireNonNull(organization, "organization");
        requireOpen();
        return configs.get(organization);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this UltraMessageInstanceManager is closed");
        }
    }

    /** Lets calls in flight end by their deadlines, then gives connections and threads back. The store stays open. */
    @Override
    public void close() {
        closed = true;
        outbox.stop();
        healthWatch.close();
        settlement.close();
        configs.close();
        http.close();
        usageCounter.close();
        listeners.close();
    }

    private enum HealthChecks {
        MADE,
        LEFT_TO_OTHERS
    }

    /** Collects what a manager needs. Not thread-safe. */
    public static final class Builder {
        private static final Duration SHORTEST_TIME_TO_LIVE = Duration.ofMillis(1);
        private static final int FEWEST_CALLERS = 8;
        private static final int MOST_CALLERS = 10_000;
        private static final Duration LONGEST_READ_BACK = Duration.ofMinutes(1);
        private static final Duration SHORTEST_HEALTH_INTERVAL = Duration.ofSeconds(1);
        private static final Duration SHORTEST_RETENTION = Duration.ofDays(1);

        private final TenantStore store;
        private AllowedHosts allowedHosts = AllowedHosts.ultraMsg();
        private HttpSettings http = HttpSettings.defaults();
        private Clock clock = Clock.systemUTC();
        private Duration deadline = Duration.ofSeconds(15);
        private Duration readBackWindow = Duration.ofSeconds(5);
        private int callersPerInstance = 288;
        private Duration configTimeToLive = Duration.ofMinutes(1);
        private MessageLogging.Messages loggedMessages = MessageLogging.Messages.WITH_KEY;
        private MessageLogging.Texts loggedTexts = MessageLogging.Texts.DROPPED;
        private NumberPolicy numberPolicy = NumberPolicy.KEEP_NUMBER;
        private ConversationRule conversationRule = ConversationRule.IGNORED;
        private HealthChecks healthChecks = HealthChecks.MADE;
        private Duration healthCheckInterval = Duration.ofMinutes(5);
        private OutboxSettings outbox = OutboxSettings.defaults();
        private EnvironmentInstance environment = EnvironmentInstance.of(Map.of());
        private Duration retention = Duration.ofDays(7);
        private Duration usageRetention = Duration.ofDays(400);
        private final List<RiskRule> riskRules = new ArrayList<>();
        private @Nullable Memberships memberships;
        private @Nullable WebhookSettings webhooks;
        private final List<UltraMessageListener> listeners = new ArrayList<>();

        private Builder(TenantStore store) {
            this.store = store;
        }

        /**
         * Sets where organizations may aim their base URL.
         *
         * @param allowedHosts default {@code api.ultramsg.com} alone
         * @return this builder
         */
        public Builder allowedHosts(AllowedHosts allowedHosts) {
            this.allowedHosts = Objects.requireNonNull(allowedHosts, "allowedHosts");
            return this;
        }

        /**
         * Sets how to reach UltraMsg: proxy, certificates, time to connect.
         *
         * @param http default {@link HttpSettings#defaults()}
         * @return this builder
         */
        public Builder http(HttpSettings http) {
            this.http = Objects.requireNonNull(http, "http");
            return this;
        }

        /**
         * Sets the clock for references and times to retry at; deadlines follow the JVM's monotonic clock.
         *
         * @param clock default the system's
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets how long a call may take from its start to the last byte of the reply, unless the call says otherwise.
         *
         * @param deadline more than zero, at most 5 minutes; default 15 seconds
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder deadline(Duration deadline) {
            this.deadline =
                    SendOptions.builder().deadline(deadline).build().deadline().orElseThrow();
            return this;
        }

        /**
         * Sets how long a message whose reply was lost is looked for among the instance's messages, within the call's
         * deadline: what is found was accepted, what is not found stays {@link SendResult.Unknown}.
         *
         * @param readBackWindow zero for not at all, at most 1 minute; default 5 seconds
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder readBackWindow(Duration readBackWindow) {
            if (readBackWindow.isNegative() || readBackWindow.compareTo(LONGEST_READ_BACK) > 0) {
                throw new IllegalArgumentException(
                        "readBackWindow is " + readBackWindow + ", it must be zero to " + LONGEST_READ_BACK);
            }
            this.readBackWindow = readBackWindow;
            return this;
        }

        /**
         * Sets how many callers one instance may hold at a time: half of them send, 32 at most, the others wait for that. Whoever
         * comes on top is rejected at once, as {@link io.smartqueue.ultramsg.message.RejectionReason#BULKHEAD_FULL}. A host that sends
         * from a small pool of threads sets a part of it, so that one instance that dies cannot take all of them.
         *
         * @param callersPerInstance 8 to 10,000; default 288
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder callersPerInstance(int callersPerInstance) {
            if (callersPerInstance < FEWEST_CALLERS || callersPerInstance > MOST_CALLERS) {
                throw new IllegalArgumentException("callersPerInstance is " + callersPerInstance + ", it must be "
                        + FEWEST_CALLERS + " to " + MOST_CALLERS);
            }
            this.callersPerInstance = callersPerInstance;
            return this;
        }

        /**
         * Sets after what time configuration is read anew even if no notice of a change came.
         *
         * @param configTimeToLive a millisecond or more; default 1 minute
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder configTimeToLive(Duration configTimeToLive) {
            if (configTimeToLive.compareTo(SHORTEST_TIME_TO_LIVE) < 0) {
                throw new IllegalArgumentException(
                        "configTimeToLive is " + configTimeToLive + ", it must be a millisecond or more");
            }
            this.configTimeToLive = configTimeToLive;
            return this;
        }

        /**
         * Keeps all messages in the log, and not only those with an idempotency key: their outcomes can be asked for,
         * and what is unknown is found out in the background. It costs a round trip to the store for each, and the message's
         * reference must be new: one that was used before is rejected as {@link
         * io.smartqueue.ultramsg.message.RejectionReason#IDEMPOTENCY_CONFLICT}.
         *
         * @return this builder
         */
        public Builder logAllMessages() {
            this.loggedMessages = MessageLogging.Messages.ALL;
            return this;
        }

        /**
         * Keeps what logged messages say, texts and captions, for as long as they are in the log. By default it is not kept.
         *
         * @return this builder
         */
        public Builder logTexts() {
            this.loggedTexts = MessageLogging.Texts.KEPT;
            return this;
        }

        /**
         * Says whether a recipient who knows one of an organization's numbers may get a message from another one, that of a
         * standby. Who was written to through which instance is kept from the moment at which the organization has a standby.
         *
         * @param numberPolicy default {@link NumberPolicy#KEEP_NUMBER}
         * @return this builder
         */
        public Builder numberPolicy(NumberPolicy numberPolicy) {
            this.numberPolicy = Objects.requireNonNull(numberPolicy, "numberPolicy");
            return this;
        }

        /**
         * Says what becomes of messages to people who have not written within the last 24 hours, or never, with or without the outbox:
         * they get numbers banned. Who has written is known from webhooks only: without them, {@link ConversationRule#REQUIRED} refuses
         * nearly everything. Any rule but the default costs each message to a person a round trip to the store.
         *
         * @param conversationRule default {@link ConversationRule#IGNORED}
         * @return this builder
         */
        public Builder conversations(ConversationRule conversationRule) {
            this.conversationRule = Objects.requireNonNull(conversationRule, "conversationRule");
            return this;
        }

        /**
         * Sets how often each instance is asked how it stands, by one of the nodes; one in trouble is asked every minute. An instance
         * that UltraMsg says twice in a row to be logged out, stopped or unknown, or that is not connected for about five minutes,
         * gets the status error: its messages are rejected, or go through a standby, until a check finds it working again. Listeners
         * hear of it, see {@link UltraMessageListener#healthChanged}. Other statuses are people's decisions and stay. After a check that
         * finds an instance working, its list of messages is read, a page mostly, for organizations whose configuration does not have
         * a webhook URL and the event {@code message_ack}: so {@link UltraMessageInstanceManager#outcome} tells what was delivered.
         *
         * @param healthCheckInterval a second or more; default 5 minutes
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder healthCheckInterval(Duration healthCheckInterval) {
            if (healthCheckInterval.compareTo(SHORTEST_HEALTH_INTERVAL) < 0) {
                throw new IllegalArgumentException(
                        "healthCheckInterval is " + healthCheckInterval + ", it must be a second or more");
            }
            this.healthCheckInterval = healthCheckInterval;
            return this;
        }

        /**
         * Lets this node ask no instances how they stand, nor how far messages have come, for hosts that have other nodes do it or watch them in another way.
         *
         * @return this builder
         */
        public Builder withoutHealthChecks() {
            this.healthChecks = HealthChecks.LEFT_TO_OTHERS;
            return this;
        }

        /**
         * Sets for how long the log keeps messages, with their idempotency keys, once nothing will happen to them any more, and the
         * outbox its batches, and when customers last wrote: whoever repeats a key after that sends again. Each manager deletes what is older, of all
         * organizations, once an hour: give all nodes the same.
         *
         * @param retention a day or more; default 7 days
         * @return this builder
         * @throws IllegalArgumentException if it is less than a day
         */
        public Builder retention(Duration retention) {
            if (retention.compareTo(SHORTEST_RETENTION) < 0) {
                throw new IllegalArgumentException("retention is " + retention + ", it must be a day or more");
            }
            this.retention = retention;
            return this;
        }

        /**
         * Sets for how long organizations' days are kept, see {@link Usage}. Each manager deletes what is older, of all organizations,
         * once an hour: give all nodes the same.
         *
         * @param usageRetention a day or more; default 400 days
         * @return this builder
         * @throws IllegalArgumentException if it is less than a day
         */
        public Builder usageRetention(Duration usageRetention) {
            if (usageRetention.compareTo(SHORTEST_RETENTION) < 0) {
                throw new IllegalArgumentException(
                        "usageRetention is " + usageRetention + ", it must be a day or more");
            }
            this.usageRetention = usageRetention;
            return this;
        }

        /**
         * Adds a rule for organizations many of whose messages fail on one day. There may be several, and none by default: nothing is
         * slowed down or paused by itself then.
         *
         * @param rule when to do what; give all nodes the same
         * @return this builder
         */
        public Builder riskRule(RiskRule rule) {
            this.riskRules.add(Objects.requireNonNull(rule, "rule"));
            return this;
        }

        /**
         * Sets how this node sends queued messages.
         *
         * @param outbox default {@link OutboxSettings#defaults()}
         * @return this builder
         */
        public Builder outbox(OutboxSettings outbox) {
            this.outbox = Objects.requireNonNull(outbox, "outbox");
            return this;
        }

        /**
         * Takes webhooks, which the host's route gives to {@link UltraMessageInstanceManager#webhooks}.
         *
         * @param webhooks keys, handler and limits; by default none are taken
         * @return this builder
         */
        public Builder webhooks(WebhookSettings webhooks) {
            this.webhooks = Objects.requireNonNull(webhooks, "webhooks");
            return this;
        }

        /**
         * Serves organizations without an instance of their own through the one that a service without organizations kept in
         * environment variables, so that this library can replace what was there before. Such an organization has its own status,
         * limit and time zone; it may send unless it is suspended, testing or has the limit 0, since inactive is what it is before
         * anybody has done anything about it. Variables that cannot be used serve nobody, which is logged. Give all nodes the same, and
         * move organizations one by one, see {@link EnvironmentMove}.
         *
         * @param environment such as {@link EnvironmentInstance#fromSystem()}; by default the variables are not looked at
         * @return this builder
         */
        public Builder environment(EnvironmentInstance environment) {
            this.environment = Objects.requireNonNull(environment, "environment");
            return this;
        }

        /**
         * Asks the host what somebody is in an organization, instead of the store, before each thing that is done for a member by {@link
         * UltraMessageInstanceManager#administration}. The store does not ask again then, because it knows of no members: what a check
         * in Java lets through is done.
         *
         * @param memberships default {@link TenantStore#members()}
         * @return this builder
         */
        public Builder memberships(Memberships memberships) {
            this.memberships = Objects.requireNonNull(memberships, "memberships");
            return this;
        }

        /**
         * Adds a listener for what happens to messages and instances. There may be several.
         *
         * @param listener told on a thread of the manager's
         * @return this builder
         */
        public Builder listener(UltraMessageListener listener) {
            this.listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Opens the manager.
         *
         * @return the manager, to be closed by the caller
         */
        public UltraMessageInstanceManager build() {
            return new UltraMessageInstanceManager(this);
        }
    }
}
