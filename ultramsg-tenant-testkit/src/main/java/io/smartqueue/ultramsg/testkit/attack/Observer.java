package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at tables with the eyes of somebody whom row-level security does not bind, and fails rather than see only a part. */
final class Observer implements AutoCloseable {
    private static final int MOST_VALUES = 20_000;

    private final Connection connection;

    Observer(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET row_security = off");
        }
    }

    @Override
    public void close() throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute("RESET row_security");
        }
    }

    /** Each query by itself, so that no lock is held while attacks go on. */
    private List<List<@Nullable String>> query(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<@Nullable String>> rows = new ArrayList<>();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "the observer must see every row: give observedBy the connections of a superuser, or of a role with"
                            + " BYPASSRLS that may read all tables",
                    e);
        }
    }

    private static String owned(Relation relation, String organization) {
        return relation.quotedKey() + "::text = " + Quoted.value(organization);
    }

    long count(Relation relation, String organization) throws SQLException {
        String count = query("SELECT count(*) FROM " + relation.qualified() + " WHERE " + owned(relation, organization))
                .get(0)
                .get(0);
        return Long.parseLong(String.valueOf(count));
    }

    /** The address of one of an organization's rows. */
    Optional<String> address(Relation relation, String organization) throws SQLException {
        return query("SELECT ctid::text FROM " + relation.qualified() + " WHERE " + owned(relation, organization)
                        + " LIMIT 1")
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .findFirst();
    }

    /** One of an organization's rows, as texts by column. */
    Map<String, @Nullable String> row(Relation relation, String organization) throws SQLException {
        StringBuilder columns = new StringBuilder();
        for (Column column : relation.columns()) {
            columns.append(columns.length() == 0 ? "" : ", ")
                    .append(Quoted.name(column.name()))
                    .append("::text");
        }
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        List<List<@Nullable String>> rows = query("SELECT " + columns + " FROM " + relation.qualified() + " WHERE "
                + owned(relation, organization) + " LIMIT 1");
        if (!rows.isEmpty()) {
            for (int i = 0; i < relation.columns().size(); i++) {
                values.put(relation.columns().get(i).name(), rows.get(0).get(i));
            }
        }
        return values;
    }

    /** What is in rows of an organization's and in no others. */
    Telltales telltales(List<Relation> relations, String organization) throws SQLException {
        Set<String> telltales = new HashSet<>();
        Set<String> others = new HashSet<>();
        for (Relation relation : relations) {
            if (relation.isTable() && relation.key() != null) {
                for (Column column : relation.columns()) {
                    if (column.isText()) {
                        telltales.addAll(values(relation, column.name(), owned(relation, organization)));
                        others.addAll(
                                values(relation, column.name(), "(" + owned(relation, organization) + ") IS NOT TRUE"));
                    }
                }
            }
        }
        telltales.removeAll(others);
        return new Telltales(telltales);
    }

    private Set<String> values(Relation relation, String column, String condition) throws SQLException {
        String text = Quoted.name(column) + "::text";
        Set<String> values = new HashSet<>();
        query("SELECT DISTINCT left(" + text + ", 1000) FROM " + relation.qualified() + " WHERE " + condition
                        + " AND length(" + text + ") >= " + Telltales.SHORTEST + " LIMIT " + MOST_VALUES)
                .forEach(row -> values.add(String.valueOf(row.get(0))));
        return values;
    }

    /** The values of one column in an organization's rows. */
    Telltales secrets(Relation relation, String column, String organization) throws SQLException {
        return new Telltales(values(relation, column, owned(relation, organization)));
    }

    /** Whether any of these texts is to be found in a view or a table without a key. */
    boolean shows(Relation relation, Telltales telltales) throws SQLException {
        return query("SELECT v::text FROM " + relation.qualified() + " AS v LIMIT " + MOST_VALUES).stream()
                .anyMatch(row -> telltales.areIn(String.valueOf(row.get(0))));
    }

    /** Stands for all rows of an organization, as of now. */
    Map<String, String> fingerprints(List<Relation> relations, String organization) throws SQLException {
        Map<String, String> fingerprints = new LinkedHashMap<>();
        for (Relation relation : relations) {
            if (relation.isTable() && relation.key() != null) {
                String fingerprint = query("SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), ''"
                                + " ORDER BY md5(t::text))), '') FROM " + relation.qualified() + " AS t WHERE "
                                + owned(relation, organization))
                        .get(0)
                        .get(0);
                fingerprints.put(relation.name(), String.valueOf(fingerprint));
            }
        }
        return fingerprints;
    }
}
