package io.smartqueue.ultramsg.jdbi;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A table of the library's own, and what has to be there for it to serve and to keep organizations apart. Whatever else is on it
 * may be the host's.
 *
 * @param name without its schema
 * @param file the migration that makes it
 * @param indexes what finds rows, and what allows one of a kind only
 * @param wall the restrictive policy; null where tenants have no rights at all
 * @param policies the permissive ones
 * @param triggers what tells of changes
 * @param tenant what the tenant role may do
 * @param service what the service role may do
 */
record OwnTable(
        String name,
        String file,
        List<String> indexes,
        @Nullable String wall,
        List<String> policies,
        List<String> triggers,
        List<Right> tenant,
        List<Right> service) {
    private static final List<Right> EVERYTHING =
            List.of(Right.to("SELECT"), Right.to("INSERT"), Right.to("UPDATE"), Right.to("DELETE"));

    /**
     * A right on the table.
     *
     * @param what as in {@code SELECT}
     * @param columns on each of which it is held; none for the whole table
     */
    record Right(String what, List<String> columns) {
        static Right to(String what, String... columns) {
            return new Right(what, List.of(columns));
        }
    }

    /** Whether the tenant role may read it, each organization its own rows. */
    boolean isReadByTenants() {
        return tenant.stream().anyMatch(right -> right.what().equals("SELECT"));
    }

    static List<OwnTable> all() {
        return List.of(
                new OwnTable(
                        "ultramsg_messages",
                        "V008__message_log.sql",
                        List.of(
                                "ultramsg_messages_pkey",
                                "ultramsg_messages_one_per_key",
                                "ultramsg_messages_unsettled"),
                        "ultramsg_message_scope",
                        List.of(
                                "ultramsg_message_rows",
                                "ultramsg_message_service_sees",
                                "ultramsg_message_service_takes",
                                "ultramsg_message_service_purges"),
                        List.of(),
                        EVERYTHING,
                        List.of(
                                Right.to(
                                        "SELECT",
                                        "organization_id",
                                        "reference",
                                        "instance_id",
                                        "copies",
                                        "created_at",
                                        "next_look_at"),
                                Right.to("UPDATE", "next_look_at"),
                                Right.to("DELETE"))),
                new OwnTable( // what the outbox adds to it
                        "ultramsg_messages",
                        "V012__outbox.sql",
                        List.of(
                                "ultramsg_messages_ready",
                                "ultramsg_messages_waiting",
                                "ultramsg_messages_expiring",
                                "ultramsg_messages_order",
                                "ultramsg_messages_batch",
                                "ultramsg_messages_rejected"),
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(Right.to("SELECT", "number", "batch_id", "ready", "due_at", "settled_at"))),
                new OwnTable( // what delivery states add to it
                        "ultramsg_messages",
                        "V016__delivery_states.sql",
                        List.of("ultramsg_messages_queue_id"),
                        null,
                        List.of(),
                        List.of("ultramsg_delivery_counted"),
                        List.of(),
                        List.of()),
                new OwnTable( // what cancelling adds to it
                        "ultramsg_messages",
                        "V019__cancelling.sql",
                        List.of("ultramsg_messages_to_count"),
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(Right.to("SELECT", "uncounted"))),
                new OwnTable(
                        "ultramsg_standby_instances",
                        "V009__standby_instances.sql",
                        List.of(
                                "ultramsg_standby_instances_pkey",
                                "ultramsg_standby_instances_once",
                                "ultramsg_standby_instances_holder"),
                        "ultramsg_standby_scope",
                        List.of("ultramsg_standby_rows", "ultramsg_standby_service_sees"),
                        List.of("ultramsg_standbys_changed"),
                        EVERYTHING,
                        List.of(Right.to("SELECT", "organization_id", "instance_id", "token_key_id", "status"))),
                new OwnTable(
                        "ultramsg_last_instances",
                        "V009__standby_instances.sql",
                        List.of("ultramsg_last_instances_pkey"),
                        "ultramsg_last_instance_scope",
                        List.of("ultramsg_last_instance_rows"),
                        List.of(),
                        EVERYTHING,
                        List.of()),
                new OwnTable(
                        "ultramsg_instance_health",
                        "V010__instance_health.sql",
                        List.of("ultramsg_instance_health_pkey", "ultramsg_instance_health_due"),
                        "ultramsg_health_scope",
                        List.of(
                                "ultramsg_health_rows",
                                "ultramsg_health_service_sees",
                                "ultramsg_health_service_begins",
                                "ultramsg_health_service_takes",
                                "ultramsg_health_service_ends"),
                        List.of(),
                        List.of(
                                Right.to("SELECT"),
                                Right.to(
                                        "UPDATE", "next_check_at", "finding", "since", "checked_at", "times_in_a_row")),
                        List.of(
                                Right.to(
                                        "SELECT",
                                        "organization_id",
                                        "instance_id",
                                        "next_check_at",
                                        "finding",
                                        "since",
                                        "checked_at",
                                        "times_in_a_row"),
                                Right.to("INSERT", "organization_id", "instance_id", "next_check_at"),
                                Right.to("UPDATE", "next_check_at"),
                                Right.to("DELETE"))),
                new OwnTable(
                        "ultramsg_lanes",
                        "V011__lanes.sql",
                        List.of("ultramsg_lanes_pkey", "ultramsg_lanes_due"),
                        null,
                        List.of("ultramsg_lane_rows"),
                        List.of(),
                        List.of(),
                        EVERYTHING),
                new OwnTable(
                        "ultramsg_wakes",
                        "V011__lanes.sql",
                        List.of("ultramsg_wakes_pkey"),
                        "ultramsg_wake_scope",
                        List.of("ultramsg_wake_calls", "ultramsg_wake_service_sees", "ultramsg_wake_service_answers"),
                        List.of(),
                        List.of(Right.to("INSERT", "organization_id", "for_change")),
                        List.of(Right.to("SELECT"), Right.to("DELETE"))),
                new OwnTable(
                        "ultramsg_batches",
                        "V012__outbox.sql",
                        List.of("ultramsg_batches_pkey"),
                        "ultramsg_batch_scope",
                        List.of("ultramsg_batch_rows", "ultramsg_batch_service_sees", "ultramsg_batch_service_purges"),
                        List.of(),
                        List.of(Right.to("SELECT"), Right.to("INSERT"), Right.to("UPDATE")),
                        List.of(Right.to("SELECT", "organization_id", "batch_id", "created_at"), Right.to("DELETE"))),
                new OwnTable(
                        "ultramsg_outboxes",
                        "V012__outbox.sql",
                        List.of("ultramsg_outboxes_pkey"),
                        "ultramsg_outbox_scope",
                        List.of("ultramsg_outbox_rows"),
                        List.of(),
                        List.of(Right.to("SELECT"), Right.to("INSERT"), Right.to("UPDATE")),
                        List.of()),
                new OwnTable(
                        "ultramsg_config_audit",
                        "V013__config_versions.sql",
                        List.of("ultramsg_config_audit_pkey", "ultramsg_config_audit_roll_out"),
                        "ultramsg_audit_scope",
                        List.of("ultramsg_audit_reads", "ultramsg_audit_records", "ultramsg_audit_service_sees"),
                        List.of(),
                        List.of(Right.to("SELECT"), Right.to("INSERT")),
                        List.of(Right.to("SELECT", "organization_id", "roll_out"))),
                new OwnTable(
                        "ultramsg_templates",
                        "V015__templates.sql",
                        List.of("ultramsg_templates_pkey"),
                        null,
                        List.of("ultramsg_template_rows"),
                        List.of(),
                        List.of(),
                        List.of(Right.to("SELECT"), Right.to("INSERT"), Right.to("UPDATE", "deleted_at"))),
                new OwnTable(
                        "ultramsg_webhook_events",
                        "V017__inbound.sql",
                        List.of("ultramsg_webhook_events_pkey", "ultramsg_webhook_events_age"),
                        "ultramsg_webhook_event_scope",
                        List.of(
                                "ultramsg_webhook_event_rows",
                                "ultramsg_webhook_event_service_sees",
                                "ultramsg_webhook_event_service_purges"),
                        List.of(),
                        List.of(
                                Right.to("SELECT"),
                                Right.to("INSERT"),
                                Right.to("UPDATE", "claim", "begun_at", "lease_until", "done_at")),
                        List.of(Right.to("SELECT", "begun_at"), Right.to("DELETE"))),
                new OwnTable(
                        "ultramsg_conversations",
                        "V017__inbound.sql",
                        List.of("ultramsg_conversations_pkey"),
                        "ultramsg_conversation_scope",
                        List.of(
                                "ultramsg_conversation_rows",
                                "ultramsg_conversation_service_sees",
                                "ultramsg_conversation_service_purges"),
                        List.of(),
                        List.of(
                                Right.to("SELECT"),
                                Right.to("INSERT"),
                                Right.to("UPDATE", "last_inbound_at"),
                                Right.to("DELETE")),
                        List.of(Right.to("SELECT", "organization_id", "last_inbound_at"), Right.to("DELETE"))),
                new OwnTable(
                        "ultramsg_usage",
                        "V018__usage.sql",
                        List.of("ultramsg_usage_pkey", "ultramsg_usage_days"),
                        "ultramsg_usage_scope",
                        List.of("ultramsg_usage_rows", "ultramsg_usage_service_sees", "ultramsg_usage_service_purges"),
                        List.of(),
                        List.of(Right.to("SELECT"), Right.to("INSERT"), Right.to("UPDATE")),
                        List.of(
                                Right.to(
                                        "SELECT",
                                        "organization_id",
                                        "day",
                                        "attempted",
                                        "accepted",
                                        "rejected",
                                        "unknown",
                                        "found_later",
                                        "sent",
                                        "delivered",
                                        "read",
                                        "failed",
                                        "received",
                                        "outside_conversation"),
                                Right.to("DELETE"))));
    }
}
