package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * One version of a preset for the configuration of many organizations: what is the same for all of them, never what is one's own. Comes
 * from {@link Templates}, which checks it. Immutable and thread-safe.
 *
 * <p>A new organization can begin with it: {@code template.values().with(credentials)} is a change like any other.
 *
 * @param name what it is called
 * @param version counts the versions of its name, from 1 on
 * @param values the fields that it sets; a blank one is cleared, one that is not named stays what it is
 * @param savedAt when it was saved, by the store's time
 * @param savedBy the name of the operator who did
 */
public record Template(TemplateName name, long version, ConfigDraft values, Instant savedAt, String savedBy) {
    private static final Set<ConfigField> FIELDS = Collections.unmodifiableSet(EnumSet.of(
            ConfigField.BASE_URL,
            ConfigField.DAILY_LIMIT,
            ConfigField.WEBHOOK_URL,
            ConfigField.WEBHOOK_EVENTS,
            ConfigField.TIME_ZONE,
            ConfigField.DEFAULT_REGION,
            ConfigField.PACE));

    /**
     * Checks what cannot be.
     *
     * @throws IllegalArgumentException if the version is below 1, or a field is named that no template can have
     */
    public Template {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(savedAt, "savedAt");
        Objects.requireNonNull(savedBy, "savedBy");
        if (version < 1) {
            throw new IllegalArgumentException("version is " + version + ", they count from 1 on");
        }
        if (!FIELDS.containsAll(values.named())) {
            throw new IllegalArgumentException("a template has some of " + FIELDS + " only, not all of " + values);
        }
    }

    /**
     * Returns what a template can set.
     *
     * @return the fields that may be the same for many organizations
     */
    public static Set<ConfigField> fields() {
        return FIELDS;
    }

    @Override
    public String toString() {
        return "Template[" + name + ", version " + version + "]";
    }
}
