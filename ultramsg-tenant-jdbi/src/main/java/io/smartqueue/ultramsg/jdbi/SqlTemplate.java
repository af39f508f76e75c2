package io.smartqueue.ultramsg.jdbi;

/** Statements with the names of tables and functions left open, in braces. */
final class SqlTemplate {
    /** A subquery, so that it is evaluated once, also in a condition that an index serves. */
    private static final String NOW = "(select coalesce(cast(? as timestamptz), clock_timestamp()) as now)";

    private SqlTemplate() {}

    /** Names come last, and in one go, because they may hold anything, braces too. */
    static String fill(String template, TableLayout layout) {
        StringBuilder sql = new StringBuilder();
        int end = 0;
        for (int brace = template.indexOf('{'); brace >= 0; brace = template.indexOf('{', end)) {
            sql.append(template, end, brace);
            end = template.indexOf('}', brace) + 1;
            sql.append(
                    switch (template.substring(brace, end)) {
                        case "{messages}" -> layout.messages();
                        case "{batches}" -> layout.batches();
                        case "{outboxes}" -> layout.outboxes();
                        case "{wakes}" -> layout.wakes();
                        case "{webhook_events}" -> layout.webhookEvents();
                        case "{conversations}" -> layout.conversations();
                        case "{usage}" -> layout.usage();
                        case "{organizations}" -> layout.organizations();
                        case "{key_column}" -> layout.keyColumn();
                        case "{key}" -> layout.keyParameter();
                        case "{claim}" -> layout.function("ultramsg_claim_message");
                        case "{report}" -> layout.function("ultramsg_report_deliveries");
                        case "{refund}" -> layout.function("refund_daily_message_count");
                        case "{forget}" -> layout.function("ultramsg_forget_recipient");
                        case "{claim_queued}" -> layout.function("ultramsg_claim_queued");
                        case "{before_rest}" -> layout.function("ultramsg_before_rest");
                        case "{settle}" -> layout.function("ultramsg_settle_queued");
                        case "{cancel_queued}" -> layout.function("ultramsg_cancel_queued");
                        case "{reject}" -> layout.function("ultramsg_reject_queued");
                        case "{retry_messages}" -> layout.function("ultramsg_retry_messages");
                        case "{retry}" -> layout.function("ultramsg_retry_batch");
                        case "{carry_out}" -> layout.function("ultramsg_carry_out_batch");
                        case "{now}" -> NOW;
                        default -> throw new IllegalArgumentException(template);
                    });
        }
        return sql.append(template, end, template.length()).toString();
    }
}
