package io.smartqueue.ultramsg.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** A table of messages that wait, as one would write it by hand for this one purpose: plain JDBC on a pool. Thread-safe. */
final class BareQueue {
    /** How many rows a statement takes. */
    static final int CHUNK = 1_000;

    static final String COUNT = "select count(*) from bare.queue";
    static final String BYTES = "select pg_total_relation_size('bare.queue')";

    private static final String CREATE = """
            create table if not exists bare.queue (
                id bigint generated always as identity primary key,
                organization_id bigint not null,
                payload text not null,
                created_at timestamptz not null default now())""";

    private static final String INSERT = "insert into bare.queue (organization_id, payload) values (?, ?)";
    private static final String INSERT_ALL =
            "insert into bare.queue (organization_id, payload) select ?, payload from unnest(?) as payload";
    private static final String CLAIM =
            "select id, organization_id, payload from bare.queue order by id limit ? for update skip locked";
    private static final String DELETE = "delete from bare.queue where id = any (?)";

    private final DataSource pool;

    BareQueue(DataSource pool) throws SQLException {
        this.pool = pool;
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        }
    }

    boolean insert(long organization, String payload) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setLong(1, organization);
            statement.setString(2, payload);
            return statement.executeUpdate() == 1;
        }
    }

    /** Puts in all of them with one statement. */
    int insertAll(long organization, String... payloads) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(INSERT_ALL)) {
            statement.setLong(1, organization);
            statement.setArray(2, connection.createArrayOf("text", payloads));
            return statement.executeUpdate();
        }
    }

    /**
     * Sends some and deletes what was sent, all in one transaction: whoever dies meanwhile leaves them to be sent again.
     *
     * @return how many it has tried to send
     */
    int drain(int most, Sending sending) throws Exception {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                List<Row> rows = claim(connection, most);
                List<Row> sent = new ArrayList<>();
                for (Row row : rows) {
                    if (sending.send(row.organization(), row.payload())) {
                        sent.add(row);
                    }
                }
                delete(connection, sent);
                connection.commit();
                return rows.size();
            } catch (Exception e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private static List<Row> claim(Connection connection, int most) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setInt(1, most);
            try (ResultSet row = statement.executeQuery()) {
                List<Row> rows = new ArrayList<>();
                while (row.next()) {
                    rows.add(new Row(row.getLong(1), row.getInt(2), row.getString(3)));
                }
                return rows;
            }
        }
    }

    private static void delete(Connection connection, List<Row> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "bigint", rows.stream().map(Row::id).toArray()));
            statement.executeUpdate();
        }
    }

    /** Hands a message over; returns whether it was sent, for all that is known. */
    @FunctionalInterface
    interface Sending {
        boolean send(int organization, String text) throws Exception;
    }

    private record Row(long id, int organization, String payload) {}
}
