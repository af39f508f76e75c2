package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.admin.TemplateStore;
import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.health.HealthStore;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.usage.UsageStore;
import io.smartqueue.ultramsg.webhook.WebhookStore;

/**
 * Everything the manager needs stored, in one hand: the PostgreSQL module's {@code PostgresTenantStore}, or, in tests, the
 * testkit's {@code InMemoryTenantStore}. Thread-safe.
 */
public interface TenantStore {
    /**
     * Returns where configuration is kept.
     *
     * @return always the same store
     */
    OrganizationStore organizations();

    /**
     * Returns who is what in which organization.
     *
     * @return always the same one
     */
    Memberships members();

    /**
     * Returns where daily limits are counted.
     *
     * @return always the same store
     */
    QuotaStore quotas();

    /**
     * Returns where it is kept what became of messages that are to be sent once.
     *
     * @return always the same store
     */
    MessageLog messages();

    /**
     * Returns where standby instances are kept.
     *
     * @return always the same store
     */
    StandbyStore standbys();

    /**
     * Returns where it is kept how instances were when they were last asked.
     *
     * @return always the same store
     */
    HealthStore health();

    /**
     * Returns where messages wait to be sent.
     *
     * @return always the same store
     */
    OutboxStore outbox();

    /**
     * Returns what decides when and where they are sent.
     *
     * @return always the same scheduler
     */
    LaneScheduler lanes();

    /**
     * Returns where templates of configuration are kept.
     *
     * @return always the same store
     */
    TemplateStore templates();

    /**
     * Returns where it is kept which events of UltraMsg's were handled.
     *
     * @return always the same store
     */
    WebhookStore webhooks();

    /**
     * Returns where it is kept when customers last wrote.
     *
     * @return always the same store
     */
    ConversationStore conversations();

    /**
     * Returns where it is kept what organizations have sent and received, by day.
     *
     * @return always the same store
     */
    UsageStore usage();
}
