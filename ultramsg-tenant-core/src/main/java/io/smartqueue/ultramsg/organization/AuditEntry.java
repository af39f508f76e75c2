package io.smartqueue.ultramsg.organization;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The record of one change to an organization's configuration, written together with it. Immutable and thread-safe.
 *
 * @param number places it among the organization's entries, later ones have higher numbers; not without gaps
 * @param at when, by the store's time
 * @param note who did what, what a test found, and where the values come from
 * @param changes the fields that got other values, in the order of {@link ConfigField}; empty where a test alone was recorded
 * @param version the configuration's version after it
 */
public record AuditEntry(long number, Instant at, AuditNote note, List<FieldChange> changes, long version) {
    public AuditEntry {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(note, "note");
        changes = List.copyOf(changes);
    }
}
