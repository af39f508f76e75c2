package io.smartqueue.ultramsg.internal.admin;

import io.smartqueue.ultramsg.connection.ConnectionTest;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.quota.QuotaStore;

import java.time.Clock;

/**
 * What editors of all actors work with.
 *
 * @param organizations as the service itself may use it
 * @param standbys as the service itself may use them
 */
public record EditorTools(
        OrganizationStore organizations,
        QuotaStore quotas,
        StandbyStore standbys,
        OutboxStore outbox,
        ConfigValidator validator,
        ConnectionTest connectionTest,
        ConfigCache configs,
        Clock clock) {}
