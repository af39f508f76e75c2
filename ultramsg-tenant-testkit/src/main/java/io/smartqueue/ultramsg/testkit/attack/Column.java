package io.smartqueue.ultramsg.testkit.attack;

/**
 * A column, and what a role may do with it.
 *
 * @param isText whether its values can be told from others': text, JSON, UUID
 * @param isWritten whether an INSERT may give it a value
 * @param hasDefault whether an INSERT may leave it out
 */
record Column(
        String name,
        String type,
        boolean isText,
        boolean isWritten,
        boolean hasDefault,
        boolean maySelect,
        boolean mayInsert,
        boolean mayUpdate) {}
