package io.smartqueue.app.page;

import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The fields that are one line of text, as people are asked for them. */
enum DetailsField {
    INSTANCE_ID(
            ConfigField.INSTANCE_ID,
            "Instance ID",
            "As in instance1150, from the instance's page at UltraMsg.",
            "text",
            ConfigDraft::instanceId),
    BUSINESS_NUMBER(
            ConfigField.BUSINESS_NUMBER,
            "Business number",
            "The WhatsApp number of the instance, with + and country code.",
            "tel",
            draft -> draft.businessNumber().map(BusinessNumbers::formatted)),
    BASE_URL(
            ConfigField.BASE_URL,
            "Base URL",
            "Leave it empty for https://api.ultramsg.com.",
            "url",
            ConfigDraft::baseUrl),
    DAILY_LIMIT(
            ConfigField.DAILY_LIMIT,
            "Daily limit",
            "Most messages in one day; 0 stops sending.",
            "numeric",
            draft -> draft.dailyLimit().map(String::valueOf)),
    PACE(
            ConfigField.PACE,
            "Pace",
            "Seconds between two messages, as in 15. Leave it empty for the usual pace.",
            "text",
            ConfigDraft::pace),
    TIME_ZONE(
            ConfigField.TIME_ZONE,
            "Time zone",
            "Whose midnight starts a new day, as in Europe/Berlin. Empty means UTC.",
            "text",
            ConfigDraft::timeZone),
    DEFAULT_REGION(
            ConfigField.DEFAULT_REGION,
            "Default region",
            "Whose local phone numbers are meant, as in DE.",
            "text",
            ConfigDraft::defaultRegion),
    WEBHOOK_URL(
            ConfigField.WEBHOOK_URL,
            "Webhook URL",
            "Where UltraMsg posts to, without the secret. Install webhook fills it in.",
            "url",
            ConfigDraft::webhookUrl);

    /** What is always seen. */
    static final List<DetailsField> FIRST = List.of(INSTANCE_ID, BUSINESS_NUMBER);

    /** What most organizations leave as it is. */
    static final List<DetailsField> ADVANCED =
            List.of(BASE_URL, DAILY_LIMIT, PACE, TIME_ZONE, DEFAULT_REGION, WEBHOOK_URL);

    private final ConfigField field;
    private final String label;
    private final String hint;
    private final String keyboard;
    private final Function<ConfigDraft, Optional<String>> reading;

    DetailsField(
            ConfigField field,
            String label,
            String hint,
            String keyboard,
            Function<ConfigDraft, Optional<String>> reading) {
        this.field = field;
        this.label = label;
        this.hint = hint;
        this.keyboard = keyboard;
        this.reading = reading;
    }

    String code() {
        return field.code();
    }

    String label() {
        return label;
    }

    String hint() {
        return hint;
    }

    /** Which keyboard a phone shows. */
    String keyboard() {
        return keyboard;
    }

    /** The value as the form shows it; empty if there is none. */
    String shown(ConfigDraft draft) {
        return reading.apply(draft).orElse("");
    }
}
