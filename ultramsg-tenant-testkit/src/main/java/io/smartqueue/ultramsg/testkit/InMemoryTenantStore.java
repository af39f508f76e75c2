package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.TenantStore;
import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.admin.TemplateStore;
import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.health.HealthStore;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.usage.UsageStore;
import io.smartqueue.ultramsg.webhook.WebhookStore;

import java.time.Clock;
import java.util.Objects;

/**
 * Stores in memory, for tests that need no database. They keep the same contracts as PostgreSQL's.
 *
 * <pre>{@code
 * InMemoryTenantStore store = InMemoryTenantStore.withClock(clock);
 * store.add(OrganizationId.of("acme"), ConfigDraft.builder().instanceId("1150").token("t0ken").build());
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class InMemoryTenantStore implements TenantStore {
    private final InMemoryOrganizations organizations;
    private final InMemoryQuotas quotas;
    private final InMemoryMessages messages;
    private final InMemoryStandbys standbys;
    private final InMemoryHealth health;
    private final SharedMessages sharedMessages = new SharedMessages();
    private final SharedLanes sharedLanes;
    private final InMemoryOutbox outbox;
    private final InMemoryLanes lanes;
    private final InMemoryTemplates templates;
    private final InMemoryWebhooks webhooks;
    private final InMemoryConversations conversations;
    private final InMemoryUsage usage;

    private InMemoryTenantStore(Clock clock) {
        this.organizations = new InMemoryOrganizations(clock);
        this.standbys = new InMemoryStandbys(organizations);
        this.quotas = new InMemoryQuotas(organizations, clock);
        this.messages = new InMemoryMessages(organizations, quotas, sharedMessages, clock);
        this.health = new InMemoryHealth(organizations, clock);
        this.sharedLanes = new SharedLanes(clock);
        this.outbox = new InMemoryOutbox(organizations, quotas, sharedMessages, sharedLanes::workCame, clock);
        this.lanes = new InMemoryLanes(sharedLanes);
        this.templates = new InMemoryTemplates(clock);
        this.webhooks = new InMemoryWebhooks(organizations, clock);
        this.conversations = new InMemoryConversations(organizations, clock);
        this.usage = new InMemoryUsage(organizations, clock);
    }

    /**
     * Makes an empty store whose time is the system's.
     *
     * @return a store of its own
     */
    public static InMemoryTenantStore create() {
        return withClock(Clock.systemUTC());
    }

    /**
     * Makes an empty store whose time, for days, leases, checks and what waits, is that of a clock of the test's.
     *
     * @param clock such as a {@link SettableClock}
     * @return a store of its own
     */
    public static InMemoryTenantStore withClock(Clock clock) {
        return new InMemoryTenantStore(Objects.requireNonNull(clock, "clock"));
    }

    /**
     * Adds an organization, as a host's own code would, or replaces it.
     *
     * @param organization its id
     * @param config its configuration; what it does not name has its default
     * @return this store
     */
    public InMemoryTenantStore add(OrganizationId organization, ConfigDraft config) {
        organizations.put(organization, config);
        return this;
    }

    /**
     * Makes somebody a member of an organization, as a host's own code would, or gives him another role.
     *
     * @param organization where
     * @param member who
     * @param role what he is there from now on
     * @return this store
     */
    public InMemoryTenantStore addMember(OrganizationId organization, MemberId member, MemberRole role) {
        organizations.members().put(organization, member, role);
        return this;
    }

    /**
     * Takes a member's role in an organization away.
     *
     * @param organization where
     * @param member who
     */
    public void removeMember(OrganizationId organization, MemberId member) {
        organizations.members().remove(organization, member);
    }

    /**
     * Removes an organization with its standbys and messages, as a host's own code would.
     *
     * @param organization its id
     */
    public void remove(OrganizationId organization) {
        organizations.remove(organization);
        standbys.removeAllOf(organization);
        sharedMessages.removeAllOf(organization);
        conversations.removeAllOf(organization);
    }

    @Override
    public OrganizationStore organizations() {
        return organizations;
    }

    @Override
    public Memberships members() {
        return organizations.members();
    }

    @Override
    public QuotaStore quotas() {
        return quotas;
    }

    @Override
    public MessageLog messages() {
        return messages;
    }

    @Override
    public StandbyStore standbys() {
        return standbys;
    }

    @Override
    public HealthStore health() {
        return health;
    }

    @Override
    public OutboxStore outbox() {
        return outbox;
    }

    @Override
    public LaneScheduler lanes() {
        return lanes;
    }

    @Override
    public TemplateStore templates() {
        return templates;
    }

    @Override
    public WebhookStore webhooks() {
        return webhooks;
    }

    @Override
    public ConversationStore conversations() {
        return conversations;
    }

    @Override
    public UsageStore usage() {
        return usage;
    }

    /** Another node on the same lanes. */
    LaneScheduler lanesOfAnotherNode() {
        return new InMemoryLanes(sharedLanes);
    }
}
