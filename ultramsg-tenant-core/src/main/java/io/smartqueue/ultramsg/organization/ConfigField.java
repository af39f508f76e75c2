package io.smartqueue.ultramsg.organization;

import java.util.Locale;
import java.util.Optional;

/** The fields of an organization's configuration, as problems name them. */
public enum ConfigField {
    /** Id of the UltraMsg instance. */
    INSTANCE_ID,
    /** Token of the UltraMsg instance. */
    TOKEN,
    /** Where UltraMsg's API is. */
    BASE_URL,
    /** The organization's own WhatsApp number. */
    BUSINESS_NUMBER,
    /** Whether the organization may send. */
    STATUS,
    /** Most messages in one day of the organization. */
    DAILY_LIMIT,
    /** Where UltraMsg posts events. */
    WEBHOOK_URL,
    /** Which events UltraMsg posts. */
    WEBHOOK_EVENTS,
    /** Whose midnight starts the organization's day. */
    TIME_ZONE,
    /** Whose local numbers are meant when a number has no country code. */
    DEFAULT_REGION,
    /** How much time the outbox leaves between two messages. */
    PACE,
    /** Since when the addresses of the organization's webhooks have to have been made. */
    WEBHOOKS_ISSUED_FROM,
    /** Through whose instance the organization sends while it has none of its own. */
    INSTANCE_OF,
    /** Who may send through the organization's instance. */
    LENDS_INSTANCE_TO,
    /** The instances that stand by for the organization's own; told of in its history, and named in no form. */
    STANDBYS,
    /** No field: what a form has sent besides. */
    FORM;

    /**
     * Finds a field by its stable name.
     *
     * @param code the name in lower case, such as {@code instance_id}
     * @return the field, or empty if this version knows none of that name
     */
    public static Optional<ConfigField> find(String code) {
        for (ConfigField field : values()) {
            if (field.code().equals(code)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the stable name of the field for forms and JSON.
     *
     * @return the name in lower case, such as {@code instance_id}
     */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
