package io.smartqueue.ultramsg.jdbi;

/**
 * An organization's key as PostgreSQL writes it; only {@link TableLayout#key} makes one, from ids that can be a key.
 *
 * @param text the canonical spelling
 */
record TenantKey(String text) {}
