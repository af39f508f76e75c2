package io.smartqueue.ultramsg.organization;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * One field that a change gives another value, as text; of a token its {@linkplain AccessToken#masked masked} form only.
 *
 * @param field which
 * @param before what it was; null if it was not set, so that its default was in force
 * @param after what it is; null if it was cleared
 */
public record FieldChange(
        ConfigField field,
        @Nullable String before,
        @Nullable String after) {
    public FieldChange {
        Objects.requireNonNull(field, "field");
    }

    /** Values may be numbers of people and addresses: names only. */
    @Override
    public String toString() {
        return "FieldChange[" + field.code() + "]";
    }
}
