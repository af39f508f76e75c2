package io.smartqueue.ultramsg.jdbi;

import java.util.List;

/**
 * What the migrations add to the host's table and to its schema, beside tables of the library's own, which are {@link OwnTable}s; and
 * which file makes it.
 */
final class Additions {
    static final String COLUMNS_FILE = "V002__organization_columns.sql";
    static final String SCOPE_FILE = "V003__tenant_scope.sql";
    static final String VERSION_FILE = "V013__config_versions.sql";
    static final String MEMBERS_FILE = "V014__members.sql";
    private static final String NOTICE_FILE = "V004__change_notice.sql";
    private static final String DELIVERY_FILE = "V016__delivery_states.sql";
    private static final String CANCELLING_FILE = "V019__cancelling.sql";

    /** Which the tenant role reads and changes. */
    static final List<String> COLUMNS = List.of(
            "ultramsg_instance_id",
            "ultramsg_token",
            "ultramsg_base_url",
            "whatsapp_business_number",
            "whatsapp_instance_status",
            "daily_message_limit",
            "messages_sent_today",
            "last_message_reset_date",
            "webhook_url",
            "webhook_events",
            "instance_settings");

    /** Which the tenant role reads, and the trigger of its name alone changes. */
    static final String VERSION = "ultramsg_config_version";

    /** What members see who may not edit. */
    static final List<String> SEEN_BY_MEMBERS = List.of(
            "ultramsg_instance_id",
            "ultramsg_base_url",
            "whatsapp_business_number",
            "whatsapp_instance_status",
            "webhook_url",
            "webhook_events",
            "instance_settings",
            VERSION);

    static final List<String> HIDDEN_FROM_MEMBERS = List.of("ultramsg_token", "daily_message_limit");

    /** What a migration makes, and its file. */
    record Item(String name, String file) {}

    static final List<Item> FUNCTIONS = List.of(
            new Item("ultramsg_current_organization", "V003__tenant_scope.sql"),
            new Item("ultramsg_token_keys", "V003__tenant_scope.sql"),
            new Item("ultramsg_notify_config_changed", "V004__change_notice.sql"),
            new Item("ultramsg_config_differs", "V004__change_notice.sql"),
            new Item("ultramsg_zone_name", "V005__daily_quota.sql"),
            new Item("ultramsg_is_region", "V005__daily_quota.sql"),
            new Item("ultramsg_time_zone", "V005__daily_quota.sql"),
            new Item("ultramsg_start_of_day", "V005__daily_quota.sql"),
            new Item("ultramsg_quota_day", "V005__daily_quota.sql"),
            new Item("ultramsg_quota_used", "V005__daily_quota.sql"),
            new Item("daily_message_usage", "V005__daily_quota.sql"),
            new Item("update_daily_message_count", "V005__daily_quota.sql"),
            new Item("refund_daily_message_count", "V005__daily_quota.sql"),
            new Item("ultramsg_is_private_address", "V006__config_validation.sql"),
            new Item("validate_ultramsg_config", "V006__config_validation.sql"),
            new Item("ultramsg_claim_message", "V008__message_log.sql"),
            new Item("ultramsg_notify_standbys_changed", "V009__standby_instances.sql"),
            new Item("ultramsg_batch_place", "V012__outbox.sql"),
            new Item("ultramsg_count_in_batches", "V012__outbox.sql"),
            new Item("ultramsg_reserve_messages", "V012__outbox.sql"),
            new Item("ultramsg_refund_messages", "V012__outbox.sql"),
            new Item("ultramsg_lock_queued", "V012__outbox.sql"),
            new Item("ultramsg_drop_queued", "V012__outbox.sql"),
            new Item("ultramsg_carry_out", "V012__outbox.sql"),
            new Item("ultramsg_enqueue_messages", "V012__outbox.sql"),
            new Item("ultramsg_claim_queued", "V012__outbox.sql"),
            new Item("ultramsg_settle_queued", "V012__outbox.sql"),
            new Item("ultramsg_carry_out_batch", "V012__outbox.sql"),
            new Item("ultramsg_retry_messages", "V012__outbox.sql"),
            new Item("ultramsg_retry_batch", "V012__outbox.sql"),
            new Item("ultramsg_forget_recipient", "V012__outbox.sql"),
            new Item("ultramsg_config_is_changed", VERSION_FILE),
            new Item("ultramsg_raise_config_version", VERSION_FILE),
            new Item("ultramsg_reject_queued", VERSION_FILE),
            new Item("ultramsg_member_role", MEMBERS_FILE),
            new Item("ultramsg_acting_role", MEMBERS_FILE),
            new Item("ultramsg_count_delivery", DELIVERY_FILE),
            new Item("ultramsg_report_deliveries", DELIVERY_FILE),
            new Item("ultramsg_cancel_queued", CANCELLING_FILE),
            new Item("ultramsg_before_rest", CANCELLING_FILE));

    /** On the host's table. */
    static final List<Item> TRIGGERS = List.of(
            new Item("ultramsg_config_inserted", NOTICE_FILE),
            new Item("ultramsg_config_updated", NOTICE_FILE),
            new Item("ultramsg_config_deleted", NOTICE_FILE),
            new Item(VERSION, VERSION_FILE));

    /** Where the positions of queued messages come from. */
    static final Item NUMBERS = new Item("ultramsg_outbox_numbers", "V012__outbox.sql");

    /** On the host's table: finds who has an instance. */
    static final Item INSTANCE_INDEX = new Item("ultramsg_instance", "V007__one_instance_one_organization.sql");

    private Additions() {}
}
