package io.smartqueue.app.page;

import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.WebhookEventName;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What somebody else has changed while a form was being filled in.
 *
 * @param rows field by field
 */
record ConflictPanel(List<Row> rows) {
    /**
     * A field that would be set back.
     *
     * @param theirs what is stored now
     * @param typed what the form holds; empty for a token, which is shown to nobody
     * @param who changed it; empty if the history does not say
     */
    record Row(String code, String label, String theirs, String typed, String who) {
        /** Whether a script can put the value into the form. */
        boolean isTakeable() {
            return Arrays.stream(DetailsField.values())
                    .anyMatch(field -> field.code().equals(code));
        }
    }

    ConflictPanel {
        rows = List.copyOf(rows);
    }

    /**
     * Finds out.
     *
     * @param typed what was not saved
     * @param now what is stored
     * @param since what was changed after the form was made, newest first
     */
    static ConflictPanel of(DetailsForm typed, ConfigView now, List<AuditEntry> since) {
        Map<ConfigField, String> changedBy = new EnumMap<>(ConfigField.class);
        for (AuditEntry entry : since) {
            for (FieldChange change : entry.changes()) {
                changedBy.putIfAbsent(change.field(), entry.note().actor().name());
            }
        }
        boolean historyKnowsAll = since.size() >= now.version() - typed.version();
        DetailsForm stored = DetailsForm.of(now);
        List<Row> rows = new ArrayList<>();
        for (DetailsField field : DetailsField.values()) {
            if (!isSame(field, stored.value(field), typed.value(field))) {
                rows.add(new Row(
                        field.code(),
                        field.label(),
                        stored.value(field),
                        typed.value(field),
                        changedBy.getOrDefault(ConfigField.find(field.code()).orElseThrow(), "")));
            }
        }
        if (!stored.events().equals(typed.events())) {
            rows.add(new Row(
                    ConfigField.WEBHOOK_EVENTS.code(),
                    DetailsForm.label(ConfigField.WEBHOOK_EVENTS),
                    events(stored),
                    events(typed),
                    changedBy.getOrDefault(ConfigField.WEBHOOK_EVENTS, "")));
        }
        rows.removeIf(row -> historyKnowsAll && row.who().isEmpty());
        addSilently(rows, ConfigField.TOKEN, now.maskedToken().orElse("none"), changedBy);
        addSilently(rows, ConfigField.STATUS, now.fields().status().orElse(""), changedBy);
        return new ConflictPanel(rows);
    }

    /** A field that is told of without what was typed, since the form shows no token and asks for no status. */
    private static void addSilently(
            List<Row> rows, ConfigField field, String theirs, Map<ConfigField, String> changedBy) {
        if (changedBy.containsKey(field)) {
            rows.add(new Row(field.code(), DetailsForm.label(field), theirs, "", changedBy.getOrDefault(field, "")));
        }
    }

    /** What is stored has been read and written anew: the same instance or number may look another. */
    private static boolean isSame(DetailsField field, String stored, String typed) {
        return switch (field) {
            case INSTANCE_ID -> InstanceId.find(stored).equals(InstanceId.find(typed));
            case BUSINESS_NUMBER -> stored.replaceAll("[^0-9]", "").equals(typed.replaceAll("[^0-9]", ""));
            default -> stored.equals(typed.strip());
        };
    }

    private static String events(DetailsForm form) {
        return Arrays.stream(WebhookEventName.values())
                .filter(form::isTicked)
                .map(WebhookEventName::storedName)
                .collect(Collectors.joining(", "));
    }

    /** Values may be numbers of people. */
    @Override
    public String toString() {
        return "ConflictPanel[" + rows.size() + " fields]";
    }
}
