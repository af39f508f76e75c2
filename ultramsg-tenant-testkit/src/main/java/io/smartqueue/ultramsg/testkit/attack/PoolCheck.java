package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.RlsReport.Attack;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Leak;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Looks at what the next user of a connection finds on it. */
final class PoolCheck {
    private static final String ROLE = "SELECT current_setting('role') = 'none' AND current_user = session_user";
    private static final String SETTING = "SELECT coalesce(current_setting(?, true), '') = ''";

    private final DataSource pool;
    private final List<String> settings;
    private final Notebook notebook;

    PoolCheck(DataSource pool, List<String> settings, Notebook notebook) {
        this.pool = pool;
        this.settings = settings;
        this.notebook = notebook;
    }

    /** Looks at this many connections at once. */
    void look(int connections, String shape) throws SQLException {
        List<Connection> held = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                held.add(pool.getConnection());
            }
            for (Connection connection : held) {
                look(connection, shape);
            }
        } finally {
            for (Connection connection : held) {
                connection.close();
            }
        }
    }

    /** Enters a tenant's scope as the service does, ends the transaction both ways, and looks. */
    void enter(TenantEntry entry, String organization) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            for (boolean commits : new boolean[] {true, false}) {
                connection.setAutoCommit(false);
                entry.enter(connection, organization);
                if (commits) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
                look(
                        connection,
                        commits
                                ? "a scope that was entered and committed"
                                : "a scope that was entered and rolled back");
            }
        }
    }

    private void look(Connection connection, String shape) throws SQLException {
        notebook.tried(Attack.POOL);
        if (!holds(connection, ROLE)) {
            left("role", shape);
            clear(connection, "SELECT set_config(?, 'none', false)", "role");
        }
        for (String setting : settings) {
            if (!holds(connection, SETTING, setting)) {
                left(setting, shape);
                clear(connection, "SELECT set_config(?, '', false)", setting);
            }
        }
    }

    private void left(String what, String shape) {
        notebook.leaked(
                Attack.POOL, what, shape, Leak.STATE_LEFT_BEHIND, "it was set for the session, not for a transaction");
    }

    private static boolean holds(Connection connection, String query, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** So that what comes next finds nothing of it. */
    private static void clear(Connection connection, String statement, String what) throws SQLException {
        try (PreparedStatement clearing = connection.prepareStatement(statement)) {
            clearing.setString(1, what);
            clearing.execute();
        }
    }
}
