package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.usage.UsageStore;
import io.smartqueue.ultramsg.webhook.WebhookStore;

import java.time.Duration;

/**
 * Deletes what is older than anybody needs it, of all organizations.
 *
 * @param log what became of messages
 * @param outbox their batches
 * @param conversations who has written when
 * @param webhooks which events were handled
 * @param usage what was sent and received by day
 * @param retention for how long all but the latter two is kept
 * @param usageRetention for how long days are kept
 */
public record Purge(
        MessageLog log,
        OutboxStore outbox,
        ConversationStore conversations,
        WebhookStore webhooks,
        UsageStore usage,
        Duration retention,
        Duration usageRetention) {
    /** UltraMsg repeats an event for minutes; a proxy or an operator, for days at most. */
    private static final Duration EVENTS_ARE_KEPT = Duration.ofDays(7);

    void run() {
        log.purge(retention);
        outbox.purgeBatches(retention);
        conversations.purge(retention);
        webhooks.purge(EVENTS_ARE_KEPT);
        usage.purge(usageRetention);
    }
}
