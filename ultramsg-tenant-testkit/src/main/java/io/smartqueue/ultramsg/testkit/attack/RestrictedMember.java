package io.smartqueue.ultramsg.testkit.attack;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A member of the attacker's organization who may see some of its rows, and less of them than others: the employee. Immutable.
 *
 * <pre>{@code
 * RestrictedMember.builder("ultramsg_member", "ultramsg.member_id", "erin")
 *         .mayNotRead("organizations", "ultramsg_token")
 *         .mayNotChange("organizations", "daily_message_limit")
 *         .build();
 * }</pre>
 */
public final class RestrictedMember {
    private final String role;
    private final String setting;
    private final String id;
    private final List<Guarded> unreadable;
    private final List<Guarded> unchangeable;

    /** A column that a member may not use. */
    record Guarded(String table, String column) {
        @Override
        public String toString() {
            return table + "." + column;
        }
    }

    private RestrictedMember(Builder builder) {
        this.role = builder.role;
        this.setting = builder.setting;
        this.id = builder.id;
        this.unreadable = List.copyOf(builder.unreadable);
        this.unchangeable = List.copyOf(builder.unchangeable);
    }

    /**
     * Describes a member.
     *
     * @param role the role that is taken for him after his organization's scope was entered
     * @param setting the setting that names him
     * @param id his id, as the setting has it
     * @return a builder; nothing is forbidden to him yet
     */
    public static Builder builder(String role, String setting, String id) {
        return new Builder(role, setting, id);
    }

    String role() {
        return role;
    }

    String setting() {
        return setting;
    }

    List<Guarded> unreadable() {
        return unreadable;
    }

    List<Guarded> unchangeable() {
        return unchangeable;
    }

    void enter(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT set_config(?, ?, true), set_config('role', ?, true)")) {
            statement.setString(1, setting);
            statement.setString(2, id);
            statement.setString(3, role);
            statement.execute();
        }
    }

    /** Collects what is forbidden. Not thread-safe. */
    public static final class Builder {
        private final String role;
        private final String setting;
        private final String id;
        private final List<Guarded> unreadable = new ArrayList<>();
        private final List<Guarded> unchangeable = new ArrayList<>();

        private Builder(String role, String setting, String id) {
            this.role = Objects.requireNonNull(role, "role");
            this.setting = Objects.requireNonNull(setting, "setting");
            this.id = Objects.requireNonNull(id, "id");
        }

        /**
         * Names a column of which he must not learn a value.
         *
         * @param table without its schema
         * @param column in which his organization has a text of 8 characters or more, to be recognized by
         * @return this
         */
        public Builder mayNotRead(String table, String column) {
            unreadable.add(new Guarded(table, column));
            return this;
        }

        /**
         * Names a column to which he must not write.
         *
         * @param table without its schema
         * @param column its column
         * @return this
         */
        public Builder mayNotChange(String table, String column) {
            unchangeable.add(new Guarded(table, column));
            return this;
        }

        /**
         * Returns the member.
         *
         * @return immutable
         */
        public RestrictedMember build() {
            return new RestrictedMember(this);
        }
    }
}
