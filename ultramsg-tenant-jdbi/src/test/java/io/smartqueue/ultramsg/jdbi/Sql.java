package io.smartqueue.ultramsg.jdbi;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Plain JDBC in one line each; every value comes back as text, or null. */
final class Sql {

    private Sql() {}

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static int update(Connection connection, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, arguments)) {
            return statement.executeUpdate();
        }
    }

    static List<List<String>> query(Connection connection, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, arguments);
                ResultSet result = statement.executeQuery()) {
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** The only value of the only row. */
    static String value(Connection connection, String sql, Object... arguments) throws SQLException {
        List<List<String>> rows = query(connection, sql, arguments);
        if (rows.size() != 1 || rows.get(0).size() != 1) {
            throw new IllegalStateException("not one value: " + rows);
        }
        return rows.get(0).get(0);
    }

    /** Takes the tenant role for the transaction that this begins. */
    static void beginAsTenant(Connection connection, Object organization) throws SQLException {
        connection.setAutoCommit(false);
        query(
                connection,
                "SELECT set_config('role', 'ultramsg_tenant', true), set_config('ultramsg.organization_id', ?, true)",
                String.valueOf(organization));
    }

    static void beginAsService(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        query(connection, "SELECT set_config('role', 'ultramsg_service', true)");
    }

    /** Ends the transaction that {@code begin…} began. */
    static void end(Connection connection) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... arguments)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }
}
